#include "penchant/limits/implicit_penalty.h"

#include <cmath>

#include "penchant/core/error.h"
#include "penchant/limits/bregman_gap.h"

namespace penchant {

ImplicitPenalty implicit_penalty(int depth, double log_alpha, double beta) {
  PENCHANT_CHECK(depth >= 2);
  const Vector start = Vector::Constant(1, log_alpha);
  const Potential potential =
      depth == 2 ? Potential(Hypentropy{std::log(2.0) + 2.0 * log_alpha}) : Potential(DeepDiagonal{depth, start, start});
  const DualForm form = dual_form(potential, {}, 1);
  const Predictor point = Predictor::vector(Vector(Vector::Constant(1, beta)));
  return {divergence_from_start(form, point), dual_coordinates(form, point)[0]};
}

}  // namespace penchant
