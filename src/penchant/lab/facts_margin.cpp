#include "penchant/lab/facts_margin.h"

#include <cmath>

#include "penchant/limits/margin_support.h"
#include "penchant/limits/solve.h"

namespace penchant {

namespace {

// 1/κ at the optimum; 0 where a proof says that there is none; absent where neither was shown.
std::optional<double> largest_least_multiplier(const MaxMargin& limit, const SupportVectors& support) {
  const Matrix& x = *limit.x->dense();
  const Index m = static_cast<Index>(support.indices.size());
  Matrix columns(x.cols(), m + 1);
  for (Index k = 0; k < m; ++k) {
    const Index i = support.indices[static_cast<std::size_t>(k)];
    columns.col(k) = limit.y[i] * x.row(i).transpose();
  }
  const Vector sum = columns.leftCols(m).rowwise().sum();
  columns.col(m) = -columns.leftCols(m) * support.multipliers;  // in the span of the others to rounding, as β̂ itself need not be
  MinL1 program;
  program.x = std::make_shared<DenseMap>(std::move(columns));
  program.y = -sum;
  program.positive = true;
  const Solution solution = solve(program);
  if (solution.certificate.kind == CertificateKind::infeasible) return 0.0;
  if (solution.outcome.status != Status::solved || !(solution.predictor.values[m] > 0.0)) return std::nullopt;
  return 1.0 / solution.predictor.values[m];
}

}  // namespace

Complementarity complementarity(const MaxMargin& limit, const Solution& solution) {
  const SupportVectors support = support_vectors(limit, solution);
  if (support.multipliers.minCoeff() > kZeroMultiplier * support.multipliers.maxCoeff())
    return {false, support.multipliers.minCoeff(), {}};
  const auto best = largest_least_multiplier(limit, support);
  if (!best || (*best == 0.0) != support.degenerate) return {};
  if (!support.degenerate) return {false, best, {}};
  return {true, {}, std::isfinite(support.slowness) ? std::optional(support.slowness) : std::nullopt};
}

}  // namespace penchant
