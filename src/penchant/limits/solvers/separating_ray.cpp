#include "penchant/limits/solvers/separating_ray.h"

#include <vector>

#include "penchant/core/decompositions.h"

namespace penchant {

namespace {

constexpr double kInCone = 1e-10;     // a residual below this share of ‖y‖ is rounding
constexpr double kStationary = 1e-12;  // of |x_j| ‖y‖

Vector least_squares_on(const Matrix& x, const std::vector<Index>& active, const Vector& y) {
  return Eigen::ColPivHouseholderQR<Eigen::MatrixXd>(x(Eigen::all, active)).solve(y);
}

}  // namespace

std::optional<Vector> separating_ray(const Matrix& x, const Vector& y) {
  const Index d = x.cols();
  const Vector feature_norm = x.colwise().norm();
  std::vector<Index> active;
  Vector beta = Vector::Zero(d);
  for (Index step = 0; step < 3 * d + 10; ++step) {
    const Vector descent = x.transpose() * (y - x * beta);
    Index best = -1;
    double steepest = kStationary * y.norm();
    for (Index j = 0; j < d; ++j)
      if (beta[j] == 0.0 && feature_norm[j] > 0.0 && descent[j] / feature_norm[j] > steepest) {
        steepest = descent[j] / feature_norm[j];
        best = j;
      }
    if (best < 0 || Index(active.size()) == x.rows()) break;
    active.push_back(best);
    for (;;) {
      const Vector target = least_squares_on(x, active, y);
      double t = 1.0;
      for (std::size_t k = 0; k < active.size(); ++k)
        if (target[Index(k)] <= 0.0) t = std::min(t, beta[active[k]] / (beta[active[k]] - target[Index(k)]));
      for (std::size_t k = 0; k < active.size(); ++k) beta[active[k]] += t * (target[Index(k)] - beta[active[k]]);
      if (t == 1.0) break;
      std::vector<Index> kept;
      for (std::size_t k = 0; k < active.size(); ++k) {
        const bool leaves = target[Index(k)] <= 0.0 && beta[active[k]] <= 1e-15 * std::abs(target[Index(k)]);
        if (leaves) beta[active[k]] = 0.0;
        else kept.push_back(active[k]);
      }
      if (kept.size() == active.size() || kept.empty()) break;
      active = kept;
    }
  }
  const Vector ray = x * beta - y;
  if (ray.norm() <= kInCone * y.norm()) return std::nullopt;
  return ray;
}

}  // namespace penchant
