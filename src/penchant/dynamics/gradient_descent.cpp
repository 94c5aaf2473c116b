#include "penchant/dynamics/descent.h"
#include "penchant/dynamics/fused_descent.h"
#include "penchant/dynamics/least_squares_closed_form.h"

namespace penchant {

DescentRule descent_rule(const GradientDescent& dynamics) {
  return {.step_size = dynamics.step_size, .momentum = dynamics.momentum, .nesterov = dynamics.nesterov, .force = dynamics.force,
          .measure = dynamics.measure, .weight_decay = dynamics.weight_decay};
}

std::unique_ptr<Stepper> make_gradient_descent(const Problem& problem, const GradientDescent& dynamics) {
  if (dynamics.closed_form && !dynamics.measure.empty())
    throw InvalidInput("dynamics.measure: closed_form makes no steps in the weights; leave one of the two out");
  if (dynamics.closed_form && dynamics.weight_decay > 0.0)
    throw InvalidInput("gradient_descent: closed_form is for a run without weight_decay");
  if (dynamics.closed_form) return make_least_squares_closed_form(problem, dynamics);
  const DescentRule rule = descent_rule(dynamics);
  if (has_fused_descent(problem, rule)) return make_fused_descent(problem, rule, "gradient_descent");
  return make_descent(problem, rule, "gradient_descent");
}

}  // namespace penchant
