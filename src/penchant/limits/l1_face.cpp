#include "penchant/limits/l1_face.h"

#include <cmath>
#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/core/text.h"
#include "penchant/limits/l1_repair.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Relative dual slack that counts as tight: first generously, which gives the better distance bound, then at the rounding of a
// solver.
constexpr double kNearlyTight = 1e-6, kTight = 1e-9;
// Condition beyond which columns count as dependent.
constexpr double kDependent = 1e10;
// Condition up to which a Gram matrix knows it to six digits.
constexpr double kGramReach = 1e4;
// A combination of unit columns this short counts as 0; the point it leads to is then checked by itself.
constexpr double kNull = 1e-9;
// Objective and fit of the second point agree with the first to this relative accuracy.
constexpr double kSame = 1e-12;
constexpr double kPresent = 1e-9;

std::vector<Index> tight_features(const L1Problem& problem, const Vector& g, double tolerance) {
  std::vector<Index> features;
  for (Index j = 0; j < g.size(); ++j)
    if (problem.relative_slack(j, g[j]) <= tolerance) features.push_back(j);
  return features;
}

Vector lengths(const Eigen::MatrixXd& columns) { return columns.colwise().norm().transpose(); }

// ‖R^{-1}‖_F = ‖X⁺‖_F of columns of length 1 with X = QR, by the Cholesky factor R of their Gram matrix where that has digits
// enough (it squares the condition), else by QR.
double inverse_factor_norm(const Eigen::MatrixXd& unit_columns, Eigen::MatrixXd& inverse) {
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
  if (!(factors.matrixQR().diagonal().head(k).cwiseAbs().minCoeff() * kDependent > 1.0))
    return std::numeric_limits<double>::infinity();
  factors.matrixQR().topRows(k).triangularView<Eigen::Upper>().solveInPlace(inverse);
  return inverse.norm();
}

// ‖X_F⁺‖_F >= ‖X_F⁺‖₂; infinite where the columns are dependent.
double pseudo_inverse_norm(const Eigen::MatrixXd& columns) {
  const Index k = columns.cols();
  if (k == 0) return 0.0;
  const Vector length = lengths(columns);
  if (k > columns.rows() || !(length.minCoeff() > 0)) return std::numeric_limits<double>::infinity();
  Eigen::MatrixXd inverse;
  if (!(inverse_factor_norm(columns * length.cwiseInverse().asDiagonal(), inverse) <= kDependent))
    return std::numeric_limits<double>::infinity();
  return (length.cwiseInverse().asDiagonal() * inverse).norm();
}

double distance_bound(const L1Problem& problem, const L1Pair& pair, const std::vector<Index>& face, double inverse_norm) {
  if (std::isinf(inverse_norm)) return kNaN;
  double slack = std::numeric_limits<double>::infinity(), mass = 0.0, longest = 0.0;
  std::size_t next = 0;
  for (Index j = 0; j < pair.g.size(); ++j) {
    if (next < face.size() && face[next] == j) {
      ++next;
      continue;
    }
    slack = std::min({slack, problem.up[j] - pair.g[j], problem.down[j] + pair.g[j]});
    mass += std::abs(pair.beta[j]);
    longest = std::max(longest, pair.column_norms[j]);
  }
  const double off = pair.gap / slack + mass;
  const double ball = problem.delta > 0 ? 2.0 * std::sqrt(2.0 * problem.delta * pair.gap / pair.nu.norm()) : 0.0;
  return off + inverse_norm * (longest * off + ball);
}

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

// A direction h != 0 with X h = 0 along which β keeps its signs, in the features of `face`; empty if there is none, by the hull
// above.
struct NullDirection {
  std::vector<Index> features;
  Vector h;
};

NullDirection null_direction(const L1Problem& problem, const L1Pair& pair, const std::vector<Index>& face) {
  const double present = kPresent * pair.beta.cwiseAbs().maxCoeff();
  std::vector<Index> support, idle;
  for (Index j : face) (std::abs(pair.beta[j]) > present ? support : idle).push_back(j);
  const Eigen::MatrixXd on = columns_of(problem.x, support);
  const Vector on_length = lengths(on);
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factors;
  factors.setThreshold(1.0 / kDependent);
  if (!support.empty()) factors.compute(on * on_length.cwiseInverse().asDiagonal());
  const Index rank = support.empty() ? 0 : factors.rank();
  if (rank < on.cols()) {
    // One dependent column of the support in terms of the pivots.
    const Index k = on.cols();
    Vector h = Vector::Zero(k);
    const auto r = factors.matrixR();
    h.head(rank) = -r.topLeftCorner(rank, rank).triangularView<Eigen::Upper>().solve(r.col(rank).head(rank));
    h[rank] = 1.0;
    return {support, (factors.colsPermutation() * h).cwiseQuotient(on_length)};
  }
  if (idle.empty()) return {};
  Eigen::MatrixXd off = columns_of(problem.x, idle);
  const Vector off_length = lengths(off);
  Vector scale(off.cols());
  for (Index k = 0; k < off.cols(); ++k) scale[k] = (pair.g[idle[k]] > 0 ? 1.0 : -1.0) / off_length[k];
  off = off * scale.asDiagonal();
  Eigen::MatrixXd rest = off;
  if (rank > 0) {
    const Eigen::MatrixXd q = Eigen::MatrixXd(factors.householderQ() * Eigen::MatrixXd::Identity(on.rows(), rank));
    rest -= q * (q.transpose() * rest);
    rest -= q * (q.transpose() * rest);
  }
  const Vector z = hull_weights(rest);
  if ((rest * z).norm() > kNull || z.sum() < 0.5) return {};
  NullDirection direction{support, Vector::Zero(on.cols() + off.cols())};
  if (rank > 0) direction.h.head(on.cols()) = Vector(factors.solve(-(off * z))).cwiseQuotient(on_length);
  direction.h.tail(off.cols()) = z.cwiseProduct(scale);
  direction.features.insert(direction.features.end(), idle.begin(), idle.end());
  return direction;
}

// The farthest point β + t h with the signs of β; how far it is, NaN unless it is checked to fit as well and to cost the same.
double distance_of_second(const L1Problem& problem, const L1Pair& pair, const NullDirection& direction) {
  const double infinite = std::numeric_limits<double>::infinity();
  double farthest = 0.0;
  Vector best;
  for (const double sign : {1.0, -1.0}) {
    double step = infinite;
    for (std::size_t k = 0; k < direction.features.size(); ++k) {
      const double now = pair.beta[direction.features[k]], change = sign * direction.h[static_cast<Index>(k)];
      const double tight = pair.g[direction.features[k]];
      if (change * tight < 0) step = std::min(step, now * tight > 0 ? -now / change : 0.0);
    }
    if (std::isinf(step) || step * direction.h.norm() <= farthest) continue;
    farthest = step * direction.h.norm();
    best = pair.beta;
    for (std::size_t k = 0; k < direction.features.size(); ++k)
      best[direction.features[k]] += step * sign * direction.h[static_cast<Index>(k)];
  }
  if (farthest <= kPresent * pair.beta.norm()) return kNaN;
  const double objective = l1_objective(problem, pair.beta);
  const double moved = (l1_residual(problem, best).r - l1_residual(problem, pair.beta).r).norm();
  const bool same =
      std::abs(l1_objective(problem, best) - objective) <= kSame * objective + pair.gap && moved <= kSame * problem.y.norm();
  return same ? farthest : kNaN;
}

}  // namespace

L1Face l1_face(const L1Problem& problem, const L1Pair& pair) {
  std::vector<Index> face = tight_features(problem, pair.g, kNearlyTight);
  double inverse_norm = pseudo_inverse_norm(columns_of(problem.x, face));
  if (std::isinf(inverse_norm)) {
    face = tight_features(problem, pair.g, kTight);
    inverse_norm = pseudo_inverse_norm(columns_of(problem.x, face));
  }
  const double bound = distance_bound(problem, pair, face, inverse_norm);
  if (pair.gap > kTight * l1_objective(problem, pair.beta))
    return {Uniqueness::not_established, "uniqueness not judged: the gap is too large", bound};
  if (!std::isinf(inverse_norm))
    return {Uniqueness::unique, cat("unique: the ", face.size(), " features whose dual bound is tight are linearly independent"),
            bound};
  const NullDirection direction = null_direction(problem, pair, face);
  if (direction.features.empty())
    return {Uniqueness::unique,
            cat("unique: ", face.size(), " dual bounds are tight here, but a dual exists where only the independent ",
                "features of the support are"),
            bound};
  const double distance = distance_of_second(problem, pair, direction);
  if (std::isnan(distance))
    return {Uniqueness::not_established,
            cat("uniqueness not established: ", face.size(), " features with tight dual bounds are dependent"), bound};
  return {Uniqueness::not_unique, cat("not unique: another point with the same objective lies at distance ", distance), bound};
}

}  // namespace penchant
