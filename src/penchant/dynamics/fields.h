// Field tables of the dynamics and of the stopping rules.
#pragma once

#include "penchant/dynamics/spec.h"

namespace penchant {

template <>
struct EnumNames<Coordinates> {
  static constexpr auto table = std::array{
      std::pair{std::string_view{"auto"}, Coordinates::automatic}, std::pair{std::string_view{"weights"}, Coordinates::weights},
      std::pair{std::string_view{"log_weights"}, Coordinates::log_weights}, std::pair{std::string_view{"dual"}, Coordinates::dual},
      std::pair{std::string_view{"spectral"}, Coordinates::spectral}};
};

template <>
struct EnumNames<Clock> {
  static constexpr auto table =
      std::array{std::pair{std::string_view{"time"}, Clock::time}, std::pair{std::string_view{"normalised"}, Clock::normalised}};
};

template <>
struct EnumNames<SteepestNorm> {
  static constexpr auto table =
      std::array{std::pair{std::string_view{"l1"}, SteepestNorm::l1}, std::pair{std::string_view{"l2"}, SteepestNorm::l2},
                 std::pair{std::string_view{"linf"}, SteepestNorm::linf}};
};

template <>
struct EnumNames<CoordinateRule> {
  static constexpr auto table = std::array{std::pair{std::string_view{"greedy"}, CoordinateRule::greedy},
                                           std::pair{std::string_view{"cyclic"}, CoordinateRule::cyclic}};
};

template <>
struct EnumNames<LabelNoiseKind> {
  static constexpr auto table = std::array{std::pair{std::string_view{"sign"}, LabelNoiseKind::sign},
                                           std::pair{std::string_view{"gaussian"}, LabelNoiseKind::gaussian}};
};

template <>
struct EnumNames<CurvatureMeasure> {
  static constexpr auto table = std::array{std::pair{std::string_view{"sharpness"}, CurvatureMeasure::sharpness},
                                           std::pair{std::string_view{"hessian_trace"}, CurvatureMeasure::hessian_trace},
                                           std::pair{std::string_view{"noise_regulariser"}, CurvatureMeasure::noise_regulariser}};
};

template <>
struct EnumNames<GradientNoiseKind> {
  static constexpr auto table = std::array{std::pair{std::string_view{"spherical"}, GradientNoiseKind::spherical}};
};

namespace fields_detail {
inline bool is_momentum(const double& x) { return x >= 0.0 && x < 1.0; }
inline bool is_tolerance(const std::optional<double>& x) { return !x || (*x > 0.0 && *x < 1.0); }
inline bool is_above_one(const std::optional<double>& x) { return !x || *x > 1.0; }
inline bool is_deep(const std::optional<int>& x) { return !x || *x > 2; }
inline bool is_history(const std::optional<std::int64_t>& x) { return !x || *x >= 100; }
inline bool is_count(const std::optional<std::int64_t>& x) { return !x || *x >= 0; }

// Fields that several methods have.
template <class D>
inline constexpr Field kStepSize{"step_size", &D::step_size, "step, or its schedule"};
template <class D>
inline constexpr Field kMomentum{"momentum", &D::momentum, "weight of the last displacement", is_momentum, "a number in [0, 1)"};
template <class D>
inline constexpr Field kForce{"force", &D::force, "allow a step beyond the stability bound"};
template <class D>
inline constexpr Field kBatch{"batch", &D::batch, "samples a step, 0 for all", at_least<0>, "an integer >= 0"};
template <class D>
inline constexpr Field kMeasure{"measure", &D::measure, "sharpness, hessian_trace, noise_regulariser"};
template <class D>
inline constexpr Field kWeightDecay{"weight_decay", &D::weight_decay, "price of half the squared weights, added to the loss",
                                    is_non_negative, "a number >= 0"};
}  // namespace fields_detail

template <>
struct Fields<PowerStep> {
  static constexpr std::string_view kind = "power";
  static constexpr auto table =
      std::make_tuple(Field{"initial", &PowerStep::initial, "first step", is_positive, "a number > 0"},
                      Field{"exponent", &PowerStep::exponent, "a of (k+1)^-a", is_non_negative, "a number >= 0"});
};

template <>
struct Fields<PiecewiseStep> {
  static constexpr std::string_view kind = "piecewise";
  static constexpr auto table =
      std::make_tuple(Field{"values", &PiecewiseStep::values, "steps, one more than `steps`"},
                      Field{"steps", &PiecewiseStep::steps, "step counts at which the next value begins"});
};

template <>
struct Fields<LossProportionalStep> {
  static constexpr std::string_view kind = "loss_proportional";
  static constexpr auto table =
      std::make_tuple(Field{"initial", &LossProportionalStep::initial, "c of c / loss", is_positive, "a number > 0"});
};

template <>
struct Fields<PotentialSpec> {
  static constexpr std::string_view kind = "potential";
  static constexpr auto table = std::make_tuple(
      Field{"kind", &PotentialSpec::kind, "name of the potential"},
      Field{"c", &PotentialSpec::c, "width of the hypentropy", is_positive_if_given, "a number > 0"},
      Field{"p", &PotentialSpec::p, "power of p_norm and squared_p_norm", fields_detail::is_above_one, "a number > 1"},
      Field{"k", &PotentialSpec::k, "file with the matrix of the quadratic potential"},
      Field{"depth", &PotentialSpec::depth, "depth of the diagonal network", fields_detail::is_deep, "an integer > 2"},
      Field{"scale", &PotentialSpec::scale, "start of the factors of the diagonal network", is_positive_if_given, "a number > 0"});
};

template <>
struct Fields<LabelNoise> {
  static constexpr std::string_view kind = "label_noise";
  static constexpr auto table =
      std::make_tuple(Field{"kind", &LabelNoise::kind, "sign or gaussian"},
                      Field{"sigma", &LabelNoise::sigma, "standard deviation in a target", is_positive, "a number > 0"});
};

template <>
struct Fields<GradientNoise> {
  static constexpr std::string_view kind = "gradient_noise";
  static constexpr auto table = std::make_tuple(
      Field{"kind", &GradientNoise::kind, "spherical"},
      Field{"sigma", &GradientNoise::sigma, "standard deviation in an entry of the gradient", is_positive, "a number > 0"});
};

template <>
struct Fields<GradientFlow> {
  static constexpr std::string_view kind = "gradient_flow";
  static constexpr auto table = std::make_tuple(
      Field{"coordinates", &GradientFlow::coordinates, "what is integrated"},
      Field{"clock", &GradientFlow::clock, "time or normalised"},
      Field{"rtol", &GradientFlow::rtol, "relative tolerance", fields_detail::is_tolerance, "a number in (0, 1)"},
      Field{"atol", &GradientFlow::atol, "absolute tolerance", is_positive_if_given, "a number > 0"},
      Field{"checkpoint_steps", &GradientFlow::checkpoint_steps, "steps between two moments at which the run can be checkpointed",
            fields_detail::is_history, "an integer >= 100"},
      fields_detail::kWeightDecay<GradientFlow>);
};

template <>
struct Fields<GradientDescent> {
  static constexpr std::string_view kind = "gradient_descent";
  static constexpr auto table = std::make_tuple(
      fields_detail::kStepSize<GradientDescent>,
      fields_detail::kMomentum<GradientDescent>,
      Field{"nesterov", &GradientDescent::nesterov, "gradient at the extrapolated point"},
      fields_detail::kForce<GradientDescent>,
      Field{"closed_form", &GradientDescent::closed_form, "linear model, squared loss: any number of steps at once"},
      fields_detail::kMeasure<GradientDescent>,
      fields_detail::kWeightDecay<GradientDescent>);
};

template <>
struct Fields<Stochastic> {
  static constexpr std::string_view kind = "stochastic";
  static constexpr auto table = std::make_tuple(
      fields_detail::kStepSize<Stochastic>,
      fields_detail::kBatch<Stochastic>,
      Field{"replacement", &Stochastic::replacement, "false: passes over a random order"},
      fields_detail::kMomentum<Stochastic>,
      fields_detail::kForce<Stochastic>, Field{"seed", &Stochastic::seed, "seed of batches and noise"},
      Field{"label_noise", &Stochastic::label_noise, "fresh noise on the targets of each step"},
      Field{"gradient_noise", &Stochastic::gradient_noise, "fresh noise on the gradient of each step"},
      fields_detail::kMeasure<Stochastic>,
      fields_detail::kWeightDecay<Stochastic>);
};

template <>
struct Fields<Mirror> {
  static constexpr std::string_view kind = "mirror";
  static constexpr auto table = std::make_tuple(
      Field{"potential", &Mirror::potential, "a name, or a table with kind"}, fields_detail::kStepSize<Mirror>,
      fields_detail::kBatch<Mirror>,
      Field{"momentum", &Mirror::momentum, "on the dual iterate", fields_detail::is_momentum, "a number in [0, 1)"},
      fields_detail::kForce<Mirror>, Field{"seed", &Mirror::seed, "seed of the batches"});
};

template <>
struct Fields<Steepest> {
  static constexpr std::string_view kind = "steepest";
  static constexpr auto table =
      std::make_tuple(Field{"norm", &Steepest::norm, "l1, l2 or linf"}, Field{"rule", &Steepest::rule, "greedy or cyclic (l1)"},
                      fields_detail::kStepSize<Steepest>,
                      fields_detail::kForce<Steepest>);
};

template <>
struct Fields<ConjugateGradient> {
  static constexpr std::string_view kind = "conjugate_gradient";
  static constexpr auto table = std::make_tuple();
};

template <>
struct Fields<Bfgs> {
  static constexpr std::string_view kind = "bfgs";
  static constexpr auto table = std::make_tuple();
};

template <>
struct Fields<Lbfgs> {
  static constexpr std::string_view kind = "lbfgs";
  static constexpr auto table =
      std::make_tuple(Field{"memory", &Lbfgs::memory, "pairs kept", at_least<1>, "an integer >= 1"});
};

template <>
struct Fields<StopSpec> {
  static constexpr std::string_view kind = "stop";
  static constexpr auto table = std::make_tuple(
      Field{"loss", &StopSpec::loss, "stop at this loss", is_positive_if_given, "a number > 0"},
      Field{"time", &StopSpec::time, "stop at this time", is_positive_if_given, "a number > 0"},
      Field{"log10_time", &StopSpec::log10_time, "stop at 10 to this time"},
      Field{"steps", &StopSpec::steps, "stop after so many steps", fields_detail::is_count, "an integer >= 0"},
      Field{"seconds", &StopSpec::seconds, "stop after so many seconds of computing", is_positive_if_given, "a number > 0"},
      Field{"alignment", &StopSpec::alignment, "stop at this relative distance from the row space", is_positive_if_given,
            "a number > 0"},
      Field{"residual", &StopSpec::residual, "stop at this relative residual", is_positive_if_given, "a number > 0"});
};

}  // namespace penchant
