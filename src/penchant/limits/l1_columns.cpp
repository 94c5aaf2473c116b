#include "penchant/limits/l1_columns.h"

#include <algorithm>
#include <limits>

#include "penchant/core/decompositions.h"

namespace penchant {

namespace {

// Condition up to which a Gram matrix knows it to six digits.
constexpr double kGramReach = 1e4;

}  // namespace

Eigen::MatrixXd columns_of(const Matrix& x, const std::vector<Index>& features) {
  Eigen::MatrixXd columns(x.rows(), static_cast<Index>(features.size()));
  // Eight rows fill one cache line of each column.
  for (Index start = 0; start < x.rows(); start += 8)
    for (Index k = 0; k < columns.cols(); ++k)
      for (Index i = start; i < std::min(start + 8, x.rows()); ++i) columns(i, k) = x(i, features[k]);
  return columns;
}

Eigen::MatrixXd unit_columns(const Matrix& x, const std::vector<Index>& features) {
  Eigen::MatrixXd columns = columns_of(x, features);
  columns.array().rowwise() /= columns.colwise().norm().array().eval();
  return columns;
}

double inverse_factor_norm(const Eigen::MatrixXd& unit_columns, Eigen::MatrixXd& inverse) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  const Index k = unit_columns.cols();
  inverse.setIdentity(k, k);
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(k, k);
  gram.selfadjointView<Eigen::Lower>().rankUpdate(unit_columns.transpose());
  const Eigen::LLT<Eigen::MatrixXd> cholesky(gram);
  if (cholesky.info() == Eigen::Success) {
    cholesky.matrixU().solveInPlace(inverse);
    if (inverse.norm() <= kGramReach) return inverse.norm();
    inverse.setIdentity();
  }
  const Eigen::HouseholderQR<Eigen::MatrixXd> factors(unit_columns);
  if (!(factors.matrixQR().diagonal().head(k).cwiseAbs().minCoeff() * kDependentColumns > 1.0)) return kInfinite;
  factors.matrixQR().topRows(k).triangularView<Eigen::Upper>().solveInPlace(inverse);
  return inverse.norm() <= kDependentColumns ? inverse.norm() : kInfinite;
}

}  // namespace penchant
