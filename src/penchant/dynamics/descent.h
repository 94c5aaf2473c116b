// Descent with steps of its own in the weights, any model and loss:
//   theta_{k+1} = theta_k + v_{k+1},   v_{k+1} = mu v_k - eta_k g_k,   v_0 = 0,
// g_k the gradient at theta_k (heavy ball) or at theta_k + mu v_k (Nesterov), of all samples or of a batch:
// n/b times the batch's sum under "sum", 1/b under "mean". loss_proportional steps divide by the loss of the samples that the step
// uses.
// With label noise g_k is the gradient at the targets y + ε_k, with gradient noise g_k + sigma ξ_k (dynamics/noise.h).
#pragma once

#include "penchant/dynamics/steppers.h"

namespace penchant {

struct DescentRule {
  StepSize step_size;
  double momentum = 0.0;
  bool nesterov = false;
  bool force = false;
  int batch = 0;  // 0: all samples, every step
  bool replacement = false;
  std::uint64_t seed = 0;
  std::optional<LabelNoise> label_noise = {};
  std::optional<GradientNoise> gradient_noise = {};
  std::vector<CurvatureMeasure> measure = {};
  double weight_decay = 0.0;  // λ: λθ joins each g_k
};

DescentRule descent_rule(const GradientDescent& dynamics);
// Of a stochastic method on n samples: a batch that is all of them is batch = 0.
DescentRule descent_rule(const Stochastic& dynamics, Index samples);

std::unique_ptr<Stepper> make_descent(const Problem& problem, const DescentRule& rule, std::string_view method);

}  // namespace penchant
