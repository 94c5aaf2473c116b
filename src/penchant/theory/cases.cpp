#include "penchant/theory/cases.h"

#include "penchant/core/text.h"

namespace penchant {

const Diagonal* diagonal(const Problem& problem) { return std::get_if<Diagonal>(&problem.model); }

const WeightNormalised* weight_normalised(const Problem& problem) { return std::get_if<WeightNormalised>(&problem.model); }

bool is_linear(const Problem& problem) { return std::holds_alternative<Linear>(problem.model); }

bool is_classification(const Problem& problem) {
  return std::holds_alternative<Exponential>(problem.loss) || std::holds_alternative<Logistic>(problem.loss);
}

bool is_squared(const Problem& problem) { return std::holds_alternative<Squared>(problem.loss); }

bool is_flow(const Dynamics& dynamics) { return std::holds_alternative<GradientFlow>(dynamics); }

bool is_noisy(const Dynamics& dynamics) {
  const auto* stochastic = std::get_if<Stochastic>(&dynamics);
  return stochastic && stochastic->has_noise();
}

std::optional<GradientDescent> gradient_descent_of(const Problem& problem, const Dynamics& dynamics) {
  if (const auto* descent = std::get_if<GradientDescent>(&dynamics)) return *descent;
  if (const auto* steepest = std::get_if<Steepest>(&dynamics); steepest && steepest->norm == SteepestNorm::l2)
    return GradientDescent{.step_size = steepest->step_size, .force = steepest->force};
  if (const auto* stochastic = std::get_if<Stochastic>(&dynamics);
      stochastic && !stochastic->has_noise() &&
      (stochastic->batch == 0 || (!stochastic->replacement && stochastic->batch >= problem.data->samples())))
    return GradientDescent{.step_size = stochastic->step_size, .momentum = stochastic->momentum, .force = stochastic->force,
                           .weight_decay = stochastic->weight_decay};
  return std::nullopt;
}

namespace {

bool is_half_square(const PotentialSpec& potential) {
  const bool p_norm = potential.kind == "p_norm" || potential.kind == "squared_p_norm";
  return potential.kind == "euclidean" || (p_norm && potential.p.value_or(2.0) == 2.0);
}

}  // namespace

std::optional<Dynamics> unmirrored(const Problem& problem, const Dynamics& dynamics) {
  const auto* mirror = std::get_if<Mirror>(&dynamics);
  if (!mirror || !is_half_square(mirror->potential)) return std::nullopt;
  if (mirror->batch == 0 || mirror->batch >= problem.data->samples())
    return GradientDescent{.step_size = mirror->step_size, .momentum = mirror->momentum, .force = mirror->force};
  return Stochastic{.step_size = mirror->step_size, .batch = mirror->batch, .momentum = mirror->momentum, .force = mirror->force};
}

Vector linear_start(const Problem& problem) { return problem.start.blocks.at(0).values(); }

bool starts_at_zero(const Problem& problem) {
  for (const SignedLog& block : problem.start.blocks)
    if ((block.sign.array() != 0.0).any()) return false;
  return true;
}

std::string describe(const ModelSpec& model) {
  if (const auto* normalised = std::get_if<WeightNormalised>(&model))
    return cat("a depth-", normalised->depth, " weight-normalised network");
  const auto* net = std::get_if<Diagonal>(&model);
  if (!net) return "the linear model";
  const char* form = net->form == DiagonalForm::power     ? "power"
                     : net->form == DiagonalForm::product ? "product"
                                                          : "difference of powers";
  const bool separate = net->form != DiagonalForm::product && net->factors == Factors::separate;
  return cat("a depth-", net->depth, " diagonal network (", form, separate ? ", separate factors)" : ")");
}

namespace {

struct LossName {
  std::string operator()(const Squared&) const { return "the squared loss"; }
  std::string operator()(const LogCosh&) const { return "the log cosh loss"; }
  std::string operator()(const Exponential&) const { return "the exponential loss"; }
  std::string operator()(const Logistic&) const { return "the logistic loss"; }
};

struct DynamicsName {
  std::string operator()(const GradientFlow&) const { return "gradient flow"; }
  std::string operator()(const GradientDescent& d) const {
    if (d.momentum == 0.0) return "gradient descent";
    return cat(d.nesterov ? "Nesterov's method with momentum " : "heavy ball with momentum ", d.momentum);
  }
  std::string operator()(const Stochastic& d) const {
    const std::string label =
        d.label_noise
            ? cat(", label noise ", d.label_noise->kind == LabelNoiseKind::sign ? "±" : "gaussian σ = ", d.label_noise->sigma)
            : "";
    const std::string spherical = d.gradient_noise ? cat(", spherical gradient noise σ = ", d.gradient_noise->sigma) : "";
    const std::string batch = d.batch == 0 ? "all samples" : cat("batch ", d.batch);
    return cat("stochastic gradient descent (", batch, d.momentum == 0.0 ? "" : cat(", momentum ", d.momentum), label, spherical,
               ")");
  }
  std::string operator()(const Mirror& d) const { return cat("mirror descent (potential ", d.potential.kind, ")"); }
  std::string operator()(const Steepest& d) const {
    const char* norm = d.norm == SteepestNorm::l1 ? "l1" : d.norm == SteepestNorm::l2 ? "l2" : "linf";
    return cat("steepest descent in ", norm, d.norm == SteepestNorm::l1 && d.rule == CoordinateRule::cyclic ? " (cyclic)" : "");
  }
  std::string operator()(const ConjugateGradient&) const { return "conjugate gradients"; }
  std::string operator()(const Bfgs&) const { return "BFGS"; }
  std::string operator()(const Lbfgs&) const { return "L-BFGS"; }
};

}  // namespace

std::string describe(const LossSpec& loss) { return std::visit(LossName{}, loss); }
std::string describe(const Dynamics& dynamics) {
  const double decay = weight_decay(dynamics);
  return cat(std::visit(DynamicsName{}, dynamics), decay > 0.0 ? cat(" with weight decay ", decay) : "");
}

}  // namespace penchant
