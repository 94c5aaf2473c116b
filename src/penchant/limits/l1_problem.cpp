#include "penchant/limits/l1_problem.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

Vector weights_or(const Vector& given, const Vector& fallback, const char* name) {
  if (given.size() == 0) return fallback;
  if (given.size() != fallback.size())
    throw InvalidInput(cat("min_l1: ", name, " has ", given.size(), " entries; X has ", fallback.size(), " columns"));
  for (Index j = 0; j < given.size(); ++j)
    if (!(given[j] > 0) || !std::isfinite(given[j]))
      throw InvalidInput(cat("min_l1: ", name, "[", j, "] is ", given[j], "; expected a positive number"));
  return given;
}

}  // namespace

L1Problem l1_problem(const MinL1& limit) {
  if (!limit.x) throw InvalidInput("min_l1: no X");
  const Matrix& x = require_dense(*limit.x, "min_l1");
  if (x.rows() != limit.y.size()) throw InvalidInput(cat("min_l1: X has ", x.rows(), " rows, y has ", limit.y.size(), " entries"));
  if (!limit.y.allFinite()) throw InvalidInput("min_l1: y must be finite");
  if (!(limit.delta >= 0) || !std::isfinite(limit.delta))
    throw InvalidInput(cat("min_l1: delta is ", limit.delta, "; expected a number >= 0"));
  if (limit.positive && limit.negative_weights.size() > 0)
    throw InvalidInput("min_l1: negative_weights given, but positive = true leaves no negative part");
  Vector up = weights_or(limit.weights, Vector::Ones(x.cols()), "weights");
  Vector down = limit.positive ? Vector::Constant(x.cols(), std::numeric_limits<double>::infinity()).eval()
                               : weights_or(limit.negative_weights, up, "negative_weights");
  return {x, limit.y, std::move(up), std::move(down), limit.delta};
}

void require_finite_correlations(VecIn g) {
  if (!g.allFinite()) throw InvalidInput("min_l1: X must be finite, and small enough that its squares are");
}

double L1Problem::dual_scale(VecIn g) const {
  double scale = 0.0;
  for (Index j = 0; j < g.size(); ++j) scale = std::max({scale, g[j] / up[j], -g[j] / down[j]});
  return scale;
}

double l1_objective(const L1Problem& problem, VecIn beta) {
  CompensatedSum sum;
  for (Index j = 0; j < beta.size(); ++j) {
    if (beta[j] < 0 && std::isinf(problem.down[j])) return std::numeric_limits<double>::infinity();
    if (beta[j] != 0) sum.add_product(problem.weight(j, beta[j]), std::abs(beta[j]));
  }
  return sum.value();
}

}  // namespace penchant
