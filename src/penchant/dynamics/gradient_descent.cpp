#include "penchant/dynamics/descent.h"
#include "penchant/dynamics/fused_descent.h"
#include "penchant/dynamics/least_squares_closed_form.h"

namespace penchant {

std::unique_ptr<Stepper> make_gradient_descent(const Problem& problem, const GradientDescent& dynamics) {
  if (dynamics.closed_form && !dynamics.measure.empty())
    throw InvalidInput("dynamics.measure: closed_form makes no steps in the weights; leave one of the two out");
  if (dynamics.closed_form && dynamics.weight_decay > 0.0)
    throw InvalidInput("gradient_descent: closed_form is for a run without weight_decay");
  if (dynamics.closed_form) return make_least_squares_closed_form(problem, dynamics);
  const DescentRule rule{dynamics.step_size, dynamics.momentum, dynamics.nesterov, dynamics.force, 0, false, 0, {}, {}, dynamics.measure, dynamics.weight_decay};
  if (has_fused_descent(problem, rule)) return make_fused_descent(problem, rule, "gradient_descent");
  return make_descent(problem, rule, "gradient_descent");
}

}  // namespace penchant
