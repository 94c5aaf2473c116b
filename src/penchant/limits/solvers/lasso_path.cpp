#include "penchant/limits/lasso_path.h"

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/limits/solve.h"
#include "penchant/limits/solvers/homotopy_end.h"

namespace penchant {

namespace {

constexpr double kEnd = 1e-9;   // of λ_max
constexpr double kFall = 1e-9;  // of the largest |β_j|: above the promise of the solver

std::vector<double> knots_of(const MapPtr& x, const Vector& y) {
  const L1Problem problem = l1_problem(MinL1{.x = x, .y = y, .weights = {}, .negative_weights = {}});
  const double scale = y.stableNorm();
  std::vector<double> out;
  if (scale == 0.0) return out;
  // Unscreened: all corners are in one window.
  const auto [path, end] = l1::follow_path(problem, y / scale, {.screen = false});
  for (const double lambda : path->knots())
    if (out.empty() || (lambda * scale > kEnd * out.front() && lambda * scale < out.back())) out.push_back(lambda * scale);
  if (!out.empty() && !(out.front() > 0.0)) out.clear();
  if (!out.empty()) out.push_back(kEnd * out.front());
  return out;
}

}  // namespace

std::vector<LassoKnot> lasso_path(const MapPtr& x, const Vector& y) {
  const Matrix& dense = require_dense(*x, "lasso_path");
  std::vector<LassoKnot> out;
  for (const double lambda : knots_of(x, y)) {
    Penalised limit;
    limit.x = x;
    limit.y = y;
    limit.norm = Penalty::l1;
    limit.lambda = lambda;
    Vector beta = solve(limit).predictor.values;
    const double residual = accurate_residual(dense, beta, y).norm();
    out.push_back({lambda, std::move(beta), residual});
  }
  return out;
}

double turning_residual(const std::vector<LassoKnot>& path) {
  for (std::size_t k = 0; k + 1 < path.size(); ++k) {
    const Vector growth = path[k + 1].beta.cwiseAbs() - path[k].beta.cwiseAbs();
    if (growth.minCoeff() < -kFall * path[k + 1].beta.cwiseAbs().maxCoeff()) return path[k].residual;
  }
  return 0.0;
}

}  // namespace penchant
