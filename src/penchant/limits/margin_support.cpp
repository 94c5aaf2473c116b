#include "penchant/limits/margin_support.h"

#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/margin_rows.h"
#include "penchant/limits/solvers/active_set.h"

namespace penchant {

namespace {

// Directions in which the rows count as zero: rounding of the projection below, against the row itself.
constexpr double kZeroRow = 1e-10;

Matrix signed_rows(const MarginRows& rows, const std::vector<Index>& indices) {
  const Index features = rows.features() + (rows.free_intercept ? 1 : 0);
  Matrix out(static_cast<Index>(indices.size()), features);
  for (Index k = 0; k < out.rows(); ++k) {
    out.row(k).head(rows.features()) = rows.y[indices[k]] * rows.x.row(indices[k]) / rows.largest;
    if (rows.free_intercept) out(k, rows.features()) = rows.y[indices[k]];
  }
  return out;
}

// Support vectors N without a multiplier can be given one iff Σ_N c_i ã_i = 0 for some c > 0, ã_i their parts orthogonal to the
// others' span (what lies in the span, positive multipliers there absorb). By Stiemke's theorem that fails iff some v has ã_i·v ≥ 0
// on N and > 0 somewhere: one least-norm problem for each i.
bool is_degenerate(const Matrix& positive, const Matrix& zero) {
  if (zero.rows() == 0) return false;
  Matrix rest = zero;
  if (positive.rows() > 0) {
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(positive.transpose());
    const Eigen::MatrixXd q = Eigen::MatrixXd(qr.householderQ()).leftCols(qr.rank());
    for (int pass = 0; pass < 2; ++pass) rest -= (rest * q) * q.transpose();
  }
  std::vector<Index> outside;
  for (Index i = 0; i < rest.rows(); ++i)
    if (rest.row(i).norm() > kZeroRow * zero.row(i).norm()) outside.push_back(i);
  if (outside.empty()) return false;
  const Matrix kept = rest(outside, Eigen::all);
  const Vector no_signs;
  for (Index i = 0; i < kept.rows(); ++i) {
    Vector rhs = Vector::Zero(kept.rows());
    rhs[i] = kept.row(i).norm();
    ActiveSet problem(kept, rhs, no_signs);
    if (problem.run(50 * static_cast<int>(kept.rows()) + 50).end == LeastNormPoint::End::optimal) return true;
  }
  return false;
}

}  // namespace

SupportVectors support_vectors(const MaxMargin& limit, const Solution& solution) {
  const MarginRows rows = margin_rows(limit, "support_vectors");
  const Vector& beta = solution.predictor.values;
  if (beta.size() != rows.features() || solution.dual.size() != rows.samples())
    throw InvalidInput(cat("support_vectors: the point has ", beta.size(), " entries and ", solution.dual.size(),
                           " multipliers; X is (", rows.samples(), ", ", rows.features(), ")"));
  const double intercept = rows.free_intercept ? solution.intercept : 0.0;
  const Vector margins = rows.y.cwiseProduct(((rows.x * beta).array() + intercept).matrix());
  const double least = margins.minCoeff();
  if (!(least > 0.0)) throw InvalidInput(cat("support_vectors: the point separates nothing, its least margin is ", least));

  SupportVectors out;
  for (Index i = 0; i < rows.samples(); ++i)
    if (margins[i] <= least * (1 + kSupportMargin)) out.indices.push_back(i);
  out.multipliers = solution.dual(out.indices) / least;
  const double top = out.multipliers.size() ? out.multipliers.maxCoeff() : 0.0;
  std::vector<Index> positive, zero;
  for (std::size_t k = 0; k < out.indices.size(); ++k)
    (out.multipliers[static_cast<Index>(k)] > kZeroMultiplier * top ? positive : zero).push_back(out.indices[k]);
  out.degenerate = is_degenerate(signed_rows(rows, positive), signed_rows(rows, zero));
  return out;
}

}  // namespace penchant
