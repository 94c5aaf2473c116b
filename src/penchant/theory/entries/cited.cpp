// Results of the literature that this program names and does not compute.
#include "penchant/theory/entry.h"

namespace penchant {

namespace {

AtlasRow cited(const char* id, const char* model, const char* loss, const char* dynamics, const char* source, const char* text) {
  return {id, model, loss, dynamics, "", "none", source, text};
}

}  // namespace

std::vector<AtlasRow> cited_rows() {
  return {
      cited("A4", "linear", "squared", "adagrad; rmsprop; adam; sign", "gunasekar2018geometry wilson2017",
            "No norm in general; the limit depends on step and momentum."),
      cited("A5", "linear", "squared", "gradient_flow, stopped early", "ali2019",
            "The flow at time t is within constants of ridge regression with penalty 1/t: its filter 1-exp(-x) against x/(1+x) "
            "differs by at most 0.2036, as a ratio by "
            "at most 1.2985 (figure early-stopping-ridge)."),
      cited("A5.risk", "linear", "squared", "gradient_descent; gradient_flow", "belkin2020",
            "Double descent: the expected risk of the least-norm fit on Gaussian data peaks where samples meet features (figure "
            "double-descent)."),
      cited("A6", "linear", "squared", "adaptive methods", "wilson2017",
            "On a constructed data set adaptive methods generalise worse than gradient descent."),
      cited("D3", "linear", "softmax", "gradient_descent", "soudry2018", "The multi-class hard-margin SVM."),
      cited("D4", "linear", "logistic", "adam; adagrad", "zhang2024adam wang2021adaptive qian2019",
            "Adam without a stability constant: ℓ∞ margin; with one: ℓ2; AdaGrad: a norm that depends on the run."),
      cited("D6.deep", "deep_linear; convolution", "exponential, logistic", "gradient_flow; gradient_descent",
            "gunasekar2018linear ji2020directional",
            "Fully connected: ℓ2 at any depth; full-width convolution: stationary point of the ℓ_{2/N} norm of the Fourier "
            "transform."),
      cited("D8", "homogeneous networks", "exponential, logistic", "gradient_flow", "lyu2020 ji2020directional",
            "Direction -> a KKT point of the margin problem in the parameters."),
      cited("D9", "two_layer ReLU, wide", "logistic", "gradient_flow", "chizat2020",
            "Both layers: max margin in the variation norm; output layer only: in the kernel norm."),
      cited("E1", "matrix_product", "squared", "gradient_flow", "gunasekar2017matrix li2021greedy stoger2021",
            "Commuting measurements: nuclear norm from small starts; otherwise greedy low-rank learning."),
      cited("E2", "matrix_product, deep", "squared", "gradient_flow", "chou2024matrix bah2022 nguegnang2024",
            "Singular values escape one after another; convergence to critical points."),
      cited("E3", "deep linear, balanced", "squared", "gradient_flow", "cohen2023",
            "The Riemannian geometry and the volume of the fibre."),
      cited("E4", "matrix_product", "squared (completion)", "gradient_flow", "razin2020",
            "A completion in which every norm grows without bound while the rank falls."),
      cited("F1", "two_layer, wide", "squared", "gradient_descent", "jin2023",
            "An adaptive cubic spline: least weighted curvature."),
      cited("F2", "two_layer, wide", "squared", "gradient_flow", "zhang2020type williams2019 bowman2022",
            "Kernel norm from the start; cubic spline for the output layer; eigenfunctions when "
            "under-parametrised."),
      cited("F8", "two_layer ReLU", "squared, with weight decay", "any", "savarese2019 boursier2023",
            "Least total variation of the slope."),
      cited("H1", "stochastic convex optimisation", "any", "gradient_descent; stochastic", "dauber2020",
            "No argmin of a fixed complexity explains the solution."),
      cited("H2", "one ReLU neuron", "squared", "gradient_flow", "vardi2021", "No norm of the weights is minimised."),
      cited("H3", "two_layer ReLU, small start", "squared", "gradient_flow", "boursier2024",
            "Early alignment of neurons with critical directions while the function is still 0."),
      cited("H4", "deep networks", "any", "gradient_descent", "rahaman2019", "Low frequencies are learnt first."),
  };
}

}  // namespace penchant
