#include "penchant/limits/feasible.h"

#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/limits/enclosure.h"

namespace penchant {

namespace {

// Squared sine of the angle between a row and the span of those before it. Above this the Gram matrix is far enough from singular
// for refinement to contract (by about eps / kIndependent a step); below, only the orthogonal way can tell the rank.
constexpr double kIndependent = 1e-7;
constexpr int kRefinements = 2;
// Ratio of the smallest to the largest pivot of an orthogonal decomposition that leaves half the digits of a double; pivots of 0
// are dropped.
constexpr double kClearPivots = 1e-7;
// n d min(n, d) above which doubled precision would take a minute: distances are then measured and found wanting instead.
constexpr double kMostWork = 1e9;
constexpr double kDoubledRounding = 0x1p-100;  // of a product in a sum of doubled precision, with the additions
constexpr double kEstimate = 10.0;  // what the estimate of a condition number may be short by
constexpr double kContracted = 0.25;  // share of a step that the next one may be
constexpr double kNegligible = 1e-3 * std::numeric_limits<double>::epsilon();  // of ‖β‖: a step below it is none

bool clearly_independent(const Eigen::MatrixXd& gram, const Eigen::LLT<Eigen::MatrixXd>& factor) {
  if (factor.info() != Eigen::Success) return false;
  const auto pivots = factor.matrixLLT().diagonal().array().square();
  return (pivots > kIndependent * gram.diagonal().array()).all();
}

// Whether the plain decomposition may be wrong about the rank, or right about it with few digits left.
bool is_doubtful(const Matrix& x, const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>& plain,
                 const Equilibration& scales) {
  const Index rank = plain.rank();
  if (rank > 0 && std::abs(plain.matrixQTZ()(rank - 1, rank - 1)) < kClearPivots * plain.maxPivot()) return true;
  if (rank == std::min(x.rows(), x.cols())) return false;
  const Matrix even = scales.rows.asDiagonal() * x * scales.columns.asDiagonal();
  return Eigen::ColPivHouseholderQR<Eigen::MatrixXd>(even).rank() != rank;
}

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

double bound_of_steps(double first, double second, double size) {
  const bool nearer = second <= kContracted * first || second <= kNegligible * size;
  return nearer ? grown(first + 2.0 * second) : std::numeric_limits<double>::infinity();
}

}  // namespace

Feasible::Feasible(const Matrix& x) : x_(x) {
  if (x.rows() <= x.cols()) {
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(x.rows(), x.rows());
    gram.selfadjointView<Eigen::Lower>().rankUpdate(x);
    gram_.emplace(gram);
    if (clearly_independent(gram, *gram_)) return;
    gram_.reset();
  }
  orthogonal_.emplace(x);
  const double work = static_cast<double>(x.size()) * static_cast<double>(std::min(x.rows(), x.cols()));
  if (work == 0.0 || work > kMostWork || !x.allFinite()) return;
  const Equilibration scales = equilibration(x);
  if (is_doubtful(x, *orthogonal_, scales)) graded_.emplace(x, scales);
}

Index Feasible::rank() const { return gram_ ? x_.rows() : graded_ ? graded_->rank() : orthogonal_->rank(); }

// X⁺r, and X⁺X⁺^T of the pull X^T(r - XX⁺r) that it leaves: beside a residual that cannot be fitted, what the factors round is not
// seen in the first term, and moves a light row by more than every digit.
DoubledVector Feasible::graded_step(const DoubledVector& r) const {
  DoubledVector move = graded_->pseudo_inverse(r), left = r;
  for (Index i = 0; i < x_.rows(); ++i)
    for (Index j = 0; j < x_.cols(); ++j) left[at(i)] = left[at(i)] - move[at(j)] * x_(i, j);
  DoubledVector pull(move.size(), DoubleDouble(0.0));
  for (Index i = 0; i < x_.rows(); ++i)
    for (Index j = 0; j < x_.cols(); ++j) pull[at(j)] = pull[at(j)] + left[at(i)] * x_(i, j);
  const DoubledVector more = graded_->pseudo_inverse(graded_->transposed_pseudo_inverse(pull));
  for (std::size_t j = 0; j < move.size(); ++j) move[j] = move[j] + more[j];
  return move;
}

Vector Feasible::pseudo_inverse(VecIn r) const {
  const auto once = [&](const Vector& target) -> Vector {
    if (gram_) return x_.transpose() * gram_->solve(target);
    if (graded_) return rounded(graded_step(doubled(target)));
    return orthogonal_->solve(target);
  };
  Vector b = once(r);
  for (int k = 0; k < kRefinements; ++k) b -= once(accurate_residual(x_, b, r));
  return b;
}

Vector Feasible::transposed_pseudo_inverse(VecIn b) const {
  if (graded_) return rounded(graded_->transposed_pseudo_inverse(doubled(b)));
  const auto once = [&](const Vector& target) -> Vector {
    if (gram_) return gram_->solve(x_ * target);
    return orthogonal_->transpose().solve(target);
  };
  Vector s = once(b);
  for (int k = 0; k < kRefinements; ++k) s += once(b - x_.transpose() * s);
  return s;
}

Vector Feasible::project(VecIn b, VecIn y) const {
  const auto once = [&](const Vector& r) -> Vector {
    if (gram_) return x_.transpose() * gram_->solve(r);
    if (graded_) return rounded(graded_step(doubled(r)));
    return orthogonal_->solve(r);
  };
  Vector out = b;
  for (int k = 0; k <= kRefinements; ++k) out -= once(accurate_residual(x_, out, y));
  return out;
}

double Feasible::distance(VecIn b, VecIn y) const {
  return graded_ ? distance_in_doubled_precision(b, y) : distance_in_doubles(b, y);
}

double Feasible::distance_in_doubled_precision(VecIn b, VecIn y) const {
  DoubledVector now = doubled(b);
  const auto step = [&] {
    const DoubledVector move = graded_step(doubled_residual(x_, now, y));
    for (std::size_t j = 0; j < now.size(); ++j) now[j] = now[j] + move[j];
    return rounded(move).stableNorm();
  };
  const double first = step();
  return bound_of_steps(first, step(), b.stableNorm()) + pull_of_rounding(y);
}

// A residual r that no step takes away still pulls, by X^T r. Where its terms cancel, what 106 bits leave of them stands for it,
// and the set is off by (X^T X)⁺ = X⁺X⁺^T of that.
double Feasible::pull_of_rounding(VecIn y) const {
  const double terms = static_cast<double>(x_.rows() + x_.cols());
  const Vector pull = kDoubledRounding * terms * (x_.cwiseAbs().transpose() * unreachable(y).cwiseAbs());
  if (pull.isZero(0.0)) return 0.0;
  const Eigen::MatrixXd reach = graded_->pseudo_inverse_matrix(x_.rows(), x_.cols()).cwiseAbs();
  return (reach * (reach.transpose() * pull)).norm();
}

// The residual itself where it can be made 0, else its part in the range, by the normal equations.
double Feasible::distance_in_doubles(VecIn b, VecIn y) const {
  const bool full = full_row_rank();
  const EnclosedVector left = enclosed_residual(x_, y, exactly(b));
  const EnclosedVector start = full ? left : enclosed_image(x_, left);
  const auto step = [&](const Vector& r) { return full ? pseudo_inverse(r) : pseudo_inverse(transposed_pseudo_inverse(r)); };
  const Vector first = step(start.value);
  const Vector moved = x_ * first;
  const Vector rest = start.value - (full ? moved : Vector(x_.transpose() * moved));
  const double reach = full ? inverse_size() : inverse_size() * inverse_size();
  return 2.0 * bound_of_steps(first.norm(), step(rest).norm(), b.norm()) + 2.0 * reach * start.error.norm();
}

double Feasible::inverse_size() const {
  const Index r = rank();
  if (r == 0) return 0.0;
  if (gram_) return std::sqrt(kEstimate / (gram_->rcond() * x_.rowwise().squaredNorm().maxCoeff()));
  if (graded_) return graded_->pseudo_inverse_matrix(x_.rows(), x_.cols()).norm();
  const Eigen::MatrixXd factor = orthogonal_->matrixT().topLeftCorner(r, r).triangularView<Eigen::Upper>();
  const Eigen::MatrixXd inverse = factor.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(r, r));
  return inverse.norm();
}

Vector Feasible::unreachable(VecIn y) const {
  if (gram_) return Vector::Zero(y.size());
  return -accurate_residual(x_, pseudo_inverse(y), y);
}

double relative_residual(const Matrix& x, VecIn b, VecIn y) {
  const double miss = accurate_residual(x, b, y).stableNorm();
  if (miss == 0.0) return 0.0;
  const double size = y.stableNorm();
  return miss / (size > 0.0 ? size : (x.cwiseAbs() * b.cwiseAbs()).stableNorm());
}

bool Feasible::consistent(VecIn y) const { return unreachable(y).norm() <= kInconsistent * y.norm(); }

}  // namespace penchant
