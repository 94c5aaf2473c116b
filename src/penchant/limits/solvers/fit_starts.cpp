#include "penchant/limits/solvers/fit_starts.h"

#include "penchant/core/random.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/solvers/solvers.h"

namespace penchant {

std::vector<Vector> fit_starts(const Matrix& x, const Vector& y) {
  const Feasible set(x);
  std::vector<Vector> out = {set.pseudo_inverse(y)};
  const MinL1 limit{.x = std::make_shared<DenseMap>(x), .y = y, .weights = {}, .negative_weights = {}};
  const Solution least = solve_min_l1(limit, {});
  if (least.outcome.status == Status::solved) out.push_back(least.predictor.values);
  const RandomKey key(0, "fit_starts");
  const Vector zero = Vector::Zero(x.rows());
  for (int k = 0; k < kRandomFits; ++k) {
    Vector direction(x.cols());
    for (Index j = 0; j < x.cols(); ++j)
      direction[j] = normal(key, 0, static_cast<std::uint64_t>(k), static_cast<std::uint32_t>(j));
    direction = set.project(direction, zero);
    const double size = direction.norm();
    if (!(size > 0.0) || x.cols() <= set.rank()) break;  // one fit only
    out.push_back(out.front() + direction * (out.front().norm() / size));
  }
  return out;
}

}  // namespace penchant
