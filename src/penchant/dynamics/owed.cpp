#include "penchant/dynamics/owed.h"

#include <cmath>
#include <limits>
#include <vector>

#include "penchant/core/decompositions.h"

namespace penchant {

namespace {

constexpr double kRounding = 1e-11;  // of a residual, that is left of it where a move takes it all
constexpr double kSettled = 0.1;  // of a feature's terms that a first-order move may be

// M X^T (X M X^T)^+ r. M spans many powers of ten: the Gram matrix would keep half of them.
Vector weighted_solution(const Matrix& x, const Vector& root_metric, const Vector& r) {
  const Eigen::MatrixXd b = x * root_metric.asDiagonal();
  return root_metric.cwiseProduct(Vector(b.completeOrthogonalDecomposition().solve(r)));
}

}  // namespace

double unsettled(const Matrix& x, VecIn term_sizes, VecIn move) {
  std::vector<Index> loose, firm;
  for (Index j = 0; j < move.size(); ++j)
    if (std::abs(move[j]) > kSettled * term_sizes[j]) loose.push_back(j);
  if (loose.empty()) return 0.0;
  Vector left(loose.size());
  for (std::size_t k = 0; k < loose.size(); ++k) left[static_cast<Index>(k)] = std::copysign(term_sizes[loose[k]], move[loose[k]]);
  const double size = left.norm();
  for (Index j = 0; j < move.size(); ++j)
    if (std::abs(move[j]) <= kSettled * term_sizes[j] && term_sizes[j] > size) firm.push_back(j);
  if (firm.empty()) return size;
  const Vector outputs = x(Eigen::all, loose) * left;
  const Matrix larger = x(Eigen::all, firm);
  return size + weighted_solution(larger, Vector::Ones(larger.cols()), outputs).norm();
}

double untaken(const Matrix& x, VecIn rest, VecIn residual) {
  if (rest.norm() <= kRounding * residual.norm()) return 0.0;
  return weighted_solution(x, Vector::Ones(x.cols()), rest).norm();
}

double owed_displacement(const Matrix& x, VecIn metric, VecIn term_sizes, VecIn residual) {
  const double largest = metric.maxCoeff();
  if (!(largest > 0.0) || !metric.allFinite() || !residual.allFinite()) return std::numeric_limits<double>::quiet_NaN();
  const Vector move = weighted_solution(x, (metric / largest).cwiseSqrt(), residual);
  return move.norm() + untaken(x, residual - x * move, residual) + unsettled(x, term_sizes, move);
}

}  // namespace penchant
