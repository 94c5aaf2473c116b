#include "penchant/limits/l1_null.h"

#include <algorithm>
#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/limits/l1_columns.h"

namespace penchant {

namespace {

// A combination of unit columns this short counts as 0; whoever builds on it checks it.
constexpr double kNull = 1e-9;

// min ‖B z‖² + (1·z - 1)², z >= 0 by the active-set method of Lawson and Hanson: B z = 0, 1·z = 1 if 0 is in the hull of the
// columns of B, else B z =: m has b_j·m > 0 for every j.
Vector hull_weights(const Eigen::MatrixXd& b) {
  const Index k = b.cols();
  Eigen::MatrixXd a(b.rows() + 1, k);
  a << b, Eigen::RowVectorXd::Ones(k);
  Vector target = Vector::Zero(b.rows() + 1);
  target[b.rows()] = 1.0;
  Vector z = Vector::Zero(k);
  std::vector<Index> used;
  for (Index round = 0; round < 3 * k + 10; ++round) {
    const Vector pull = a.transpose() * (target - a * z);
    Index best = -1;
    for (Index j = 0; j < k; ++j)
      if (z[j] == 0.0 && pull[j] > kNull && (best < 0 || pull[j] > pull[best])) best = j;
    if (best < 0) break;
    used.push_back(best);
    while (!used.empty()) {
      Eigen::MatrixXd part(a.rows(), static_cast<Index>(used.size()));
      for (std::size_t i = 0; i < used.size(); ++i) part.col(static_cast<Index>(i)) = a.col(used[i]);
      const Vector wanted = part.colPivHouseholderQr().solve(target);
      double step = 1.0;
      for (std::size_t i = 0; i < used.size(); ++i) {
        const double now = z[used[i]], then = wanted[static_cast<Index>(i)];
        if (then <= 0) step = std::min(step, now > 0 ? now / (now - then) : 0.0);
      }
      for (std::size_t i = 0; i < used.size(); ++i) z[used[i]] += step * (wanted[static_cast<Index>(i)] - z[used[i]]);
      if (step == 1.0) break;
      std::vector<Index> kept;
      for (Index j : used) {
        if (z[j] > std::numeric_limits<double>::epsilon())
          kept.push_back(j);
        else
          z[j] = 0.0;
      }
      used.swap(kept);
    }
  }
  return z;
}

}  // namespace

L1NullSpace l1_null_space(const Matrix& x, const std::vector<Index>& support, const std::vector<Index>& idle, const Vector& signs) {
  const Eigen::MatrixXd on = columns_of(x, support);
  const Vector on_length = on.colwise().norm().transpose();
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factors;
  factors.setThreshold(1.0 / kDependentColumns);
  if (!support.empty()) factors.compute(on * on_length.cwiseInverse().asDiagonal());
  const Index rank = support.empty() ? 0 : factors.rank();
  if (rank < on.cols()) {
    // One dependent column of the support in terms of the pivots.
    Vector h = Vector::Zero(on.cols());
    const auto r = factors.matrixR();
    h.head(rank) = -r.topLeftCorner(rank, rank).triangularView<Eigen::Upper>().solve(r.col(rank).head(rank));
    h[rank] = 1.0;
    return {{support, (factors.colsPermutation() * h).cwiseQuotient(on_length)}, {}};
  }
  if (idle.empty()) return {};
  Eigen::MatrixXd off = columns_of(x, idle);
  const Vector scale = signs.cwiseQuotient(off.colwise().norm().transpose());
  off = off * scale.asDiagonal();
  Eigen::MatrixXd rest = off;
  if (rank > 0) {
    const Eigen::MatrixXd q = Eigen::MatrixXd(factors.householderQ() * Eigen::MatrixXd::Identity(on.rows(), rank));
    rest -= q * (q.transpose() * rest);
    rest -= q * (q.transpose() * rest);
  }
  const Vector z = hull_weights(rest);
  if ((rest * z).norm() > kNull || z.sum() < 0.5) return {{}, rest * z};
  L1Direction direction{support, Vector::Zero(on.cols() + off.cols())};
  if (rank > 0) direction.h.head(on.cols()) = Vector(factors.solve(-(off * z))).cwiseQuotient(on_length);
  direction.h.tail(off.cols()) = z.cwiseProduct(scale);
  direction.features.insert(direction.features.end(), idle.begin(), idle.end());
  return {std::move(direction), {}};
}

}  // namespace penchant
