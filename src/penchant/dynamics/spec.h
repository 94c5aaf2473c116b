// Training algorithms: descriptions, with the coordinates and the clock they are computed in.
#pragma once

#include <variant>

#include "penchant/core/fields.h"

namespace penchant {

// η_k: a number, "auto" (safely below the stability bound, said in the record), { kind = "power", initial, exponent },
// { kind = "piecewise", values, steps } or { kind = "loss_proportional", initial }.
struct AutoStep {};
struct PowerStep {  // initial * (k+1)^-exponent
  double initial = 1.0;
  double exponent = 0.5;
};
struct PiecewiseStep {  // values[i] until step steps[i]; the last value stays
  std::vector<double> values;
  std::vector<std::int64_t> steps;
};
struct LossProportionalStep {  // initial / loss
  double initial = 1.0;
};
struct StepSize {
  std::variant<AutoStep, double, PowerStep, PiecewiseStep, LossProportionalStep> rule;
};
void read_value(const Value& value, StepSize& out, const Where& where);
Value write_value(const StepSize& step);

enum class Coordinates { automatic, weights, log_weights, dual, spectral };
enum class Clock { time, normalised };

// Relative tolerance of a flow's integrator where the spec gives none.
inline constexpr double kDefaultFlowTolerance = 1e-10;
// Steps between two moments at which a flow forgets its history, so that it can be checkpointed there:
// a start anew costs as much as 30 to 90 steps.
inline constexpr std::int64_t kDefaultCheckpointSteps = 4096;

// dtheta/dt = -grad L(theta).
//   weights      theta itself
//   log_weights  logs of positive factors (diagonal networks)
//   dual         s in R^n of the mirror flow (assumes the invariant: not independent evidence)
//   spectral     closed form along singular vectors (linear model, squared loss)
//   normalised   dt = dtau / (size of the gradient's weights): same path, log t of 1e9 within reach (classification)
struct GradientFlow {
  Coordinates coordinates = Coordinates::automatic;
  Clock clock = Clock::time;
  std::optional<double> rtol;
  std::optional<double> atol;
  std::optional<std::int64_t> checkpoint_steps;
  double weight_decay = 0.0;  // λ: the flow of L + λ/2 |theta|^2, in weights or logs
};

// What a method with steps in the weights measures of the Hessian of L besides moving (dynamics/curvature.h): its largest
// eigenvalue and its trace at every snapshot; R = -(1/2η) tr log(I - η/2 ∇²L), what noise on the targets minimises, at the end.
enum class CurvatureMeasure { sharpness, hessian_trace, noise_regulariser };

struct GradientDescent {
  StepSize step_size;
  double momentum = 0.0;   // 0 <= mu < 1
  bool nesterov = false;
  bool force = false;      // allow a step beyond the stability bound; the divergence is recorded
  bool closed_form = false;  // linear model, squared loss: any number of steps at once, per singular direction
  std::vector<CurvatureMeasure> measure = {};
  double weight_decay = 0.0;  // λ: descends L + λ/2 |theta|^2
};

// Step k trains on the targets y + ε_k, ε_k fresh for every sample: ±sigma with equal chance, or N(0, sigma²).
// Losses with targets only.
enum class LabelNoiseKind { sign, gaussian };
struct LabelNoise {
  LabelNoiseKind kind = LabelNoiseKind::gaussian;
  double sigma = 0.0;
};
// Step k uses the gradient g_k + sigma ξ_k, ξ_k ~ N(0, I) in all p parameters,
// so that θ moves by -η_k sigma ξ_k beside the gradient's part (Langevin dynamics at temperature T would have sigma = √(2T/η)).
enum class GradientNoiseKind { spherical };
struct GradientNoise {
  GradientNoiseKind kind = GradientNoiseKind::spherical;
  double sigma = 0.0;
};
void read_value(const Value& value, LabelNoise& out, const Where& where);  // a table with kind and sigma, both
void read_value(const Value& value, GradientNoise& out, const Where& where);
Value write_value(const LabelNoise& noise);
Value write_value(const GradientNoise& noise);

// A fresh random batch a step; the gradient is its unbiased estimate (times n/b under "sum", 1/b under "mean").
struct Stochastic {
  StepSize step_size;
  int batch = 1;             // 0: all samples
  bool replacement = false;  // false: a pass over a random order, then a new order
  double momentum = 0.0;
  bool force = false;
  std::optional<std::uint64_t> seed;
  std::optional<LabelNoise> label_noise = {};
  std::optional<GradientNoise> gradient_noise = {};
  std::vector<CurvatureMeasure> measure = {};
  double weight_decay = 0.0;  // as in GradientDescent

  bool has_noise() const { return label_noise || gradient_noise; }
};

// grad phi(beta_{k+1}) = grad phi(beta_k) - eta grad L(beta_k), linear model. potential:
// euclidean entropy hypentropy p_norm squared_p_norm burg quadratic diagonal (depth N > 2).
struct PotentialSpec {
  std::string kind = "euclidean";
  std::optional<double> c;      // hypentropy
  std::optional<double> p;      // p_norm, squared_p_norm
  std::string k;                // quadratic: file with K (d, d)
  std::optional<int> depth;     // diagonal
  std::optional<double> scale;  // diagonal: alpha of the factors u = v = alpha; |z| < alpha^(2-depth)
};
void read_value(const Value& value, PotentialSpec& out, const Where& where);  // a name or a table with `kind`
Value write_value(const PotentialSpec& potential);

struct Mirror {
  PotentialSpec potential;
  StepSize step_size;
  int batch = 0;            // 0: all samples
  double momentum = 0.0;    // on the dual iterate
  bool force = false;
  std::optional<std::uint64_t> seed;
};

enum class SteepestNorm { l1, l2, linf };
enum class CoordinateRule { greedy, cyclic };

// theta -= eta |grad L|_* (unit steepest direction of the norm): l1 is coordinate descent,
// linf is sign descent scaled by |grad L|_1.
struct Steepest {
  SteepestNorm norm = SteepestNorm::l2;
  CoordinateRule rule = CoordinateRule::greedy;
  StepSize step_size;
  bool force = false;
};

struct ConjugateGradient {};  // linear model, squared loss
struct Bfgs {};               // H_0 = I, line search by the strong Wolfe conditions
struct Lbfgs {
  int memory = 10;
};

using Dynamics = std::variant<GradientFlow, GradientDescent, Stochastic, Mirror, Steepest, ConjugateGradient, Bfgs, Lbfgs>;

double weight_decay(const Dynamics& dynamics);  // 0 for methods without one

Dynamics dynamics_from(const Value& table, const Where& where);
Value to_value(const Dynamics& dynamics);

// When to stop; every limit that is given is tested, the first met ends the run. Absent ones get defaults that suit the problem.
struct StopSpec {
  std::optional<double> loss;
  std::optional<double> time;        // for discrete methods the sum of the steps
  std::optional<double> log10_time;
  std::optional<std::int64_t> steps;
  std::optional<double> seconds;
  std::optional<double> alignment;   // loss and residual count only with the dual iterate this near the row space (relative)
  std::optional<double> residual;    // ‖Xβ-y‖ / ‖y‖
};

StopSpec stop_from(const Value& table, const Where& where);
Value to_value(const StopSpec& stop);

}  // namespace penchant
