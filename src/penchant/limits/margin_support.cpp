#include "penchant/limits/margin_support.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/margin_centre.h"
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

Matrix off_span(Matrix rows, const Matrix& of) {
  if (of.rows() == 0) return rows;
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(of.transpose());
  const Eigen::MatrixXd q = Eigen::MatrixXd(qr.householderQ()).leftCols(qr.rank());
  for (int pass = 0; pass < 2; ++pass) rows -= (rows * q) * q.transpose();
  return rows;
}

LeastNormPoint least_norm_point(const Matrix& rows, const Vector& rhs) {
  const Vector no_signs;
  ActiveSet problem(rows, rhs, no_signs);
  return problem.run(50 * static_cast<int>(rows.rows()) + 50);
}

// Support vectors N without a multiplier can be given one iff Σ_N c_i ã_i = 0 for some c > 0, ã_i their parts orthogonal to the
// others' span (what lies in the span, positive multipliers there absorb). By Stiemke's theorem that fails iff some v has ã_i·v ≥ 0
// on N and > 0 somewhere: one least-norm problem for each i. Returns the rows of `zero` for which there is such a v.
std::vector<Index> idle_rows(const Matrix& positive, const Matrix& zero) {
  const Matrix rest = off_span(zero, positive);
  std::vector<Index> outside, idle;
  for (Index i = 0; i < rest.rows(); ++i)
    if (rest.row(i).norm() > kZeroRow * zero.row(i).norm()) outside.push_back(i);
  const Matrix kept = rest(outside, Eigen::all);
  for (Index i = 0; i < kept.rows(); ++i) {
    Vector rhs = Vector::Zero(kept.rows());
    rhs[i] = kept.row(i).norm();
    if (least_norm_point(kept, rhs).end == LeastNormPoint::End::optimal) idle.push_back(outside[static_cast<std::size_t>(i)]);
  }
  return idle;
}

// ‖b̂‖ for rows that are 1/largest of the samples'.
double drift(const Matrix& idle, const Matrix& used, double largest) {
  const LeastNormPoint point = least_norm_point(off_span(idle, used), Vector::Ones(idle.rows()));
  return point.end == LeastNormPoint::End::optimal ? point.w.norm() / largest : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

SupportVectors support_vectors(const MaxMargin& limit, const Solution& solution) {
  const MarginRows rows = margin_rows(limit, "support_vectors");
  const Vector& beta = solution.predictor.values;
  if (beta.size() != rows.features() || solution.dual.size() != rows.samples())
    throw InvalidInput(cat("support_vectors: the point has ", beta.size(), " entries and ", solution.dual.size(),
                           " multipliers; X is (", rows.samples(), ", ", rows.features(), ")"));
  if (const std::optional<CentredMargin> centred = centred_margin(limit)) {
    Solution moved = solution;
    moved.intercept = centred->intercept_here(solution);
    return support_vectors(centred->limit, moved);
  }
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
  for (const Index row : idle_rows(signed_rows(rows, positive), signed_rows(rows, zero)))
    out.idle.push_back(zero[static_cast<std::size_t>(row)]);
  out.degenerate = !out.idle.empty();
  if (!out.degenerate) return out;
  if (rows.free_intercept) {
    out.slowness = std::numeric_limits<double>::quiet_NaN();
    return out;
  }
  std::vector<Index> used;
  std::set_difference(out.indices.begin(), out.indices.end(), out.idle.begin(), out.idle.end(), std::back_inserter(used));
  out.slowness = drift(signed_rows(rows, out.idle), signed_rows(rows, used), rows.largest) * least / beta.norm();
  return out;
}

}  // namespace penchant
