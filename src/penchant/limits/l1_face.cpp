#include "penchant/limits/l1_face.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "penchant/core/decompositions.h"
#include "penchant/core/exact_dot.h"
#include "penchant/core/text.h"
#include "penchant/limits/l1_columns.h"
#include "penchant/limits/l1_null.h"
#include "penchant/limits/l1_repair.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();
// Relative dual slack that counts as tight: first generously, which gives the better distance bound, then at the rounding of a
// solver.
constexpr double kNearlyTight = 1e-6, kTight = 1e-9;
// A unit column with less than this outside the span of others is tried as a combination of them.
constexpr double kInSpan = 1e-9;
// Objective and fit of the second point agree with the first to this relative accuracy.
constexpr double kSame = 1e-12;
constexpr double kPresent = 1e-9;

double cheapest(const L1Problem& problem, Index j) { return std::min(problem.up[j], problem.down[j]); }

std::vector<Index> tight_features(const L1Problem& problem, const L1Dual& dual, double tolerance) {
  std::vector<Index> features;
  for (Index j = 0; j < dual.g.size(); ++j)
    if (dual.column_norms[j] > 0 && dual.least_slack(problem, j) <= tolerance * dual.scale * cheapest(problem, j))
      features.push_back(j);
  return features;
}

// ‖X_F⁺‖ with rows in the given units, and that of unit columns; infinite where the columns are dependent.
struct InverseNorms {
  double in_units = 0.0, of_unit_columns = 0.0;
};
InverseNorms inverse_norms(const L1Problem& problem, const L1Pair& pair, const std::vector<Index>& face) {
  if (face.empty()) return {};
  if (static_cast<Index>(face.size()) > problem.x.rows()) return {kInfinite, kInfinite};
  Eigen::MatrixXd inverse;
  const double norm = inverse_factor_norm(unit_columns(problem.x, face), inverse);
  if (!(norm < kInfinite)) return {kInfinite, kInfinite};
  const Vector rows = pair.units(face).cwiseQuotient(pair.dual.column_norms(face));
  return {(rows.asDiagonal() * inverse).norm(), norm};
}

double distance_bound(const L1Problem& problem, const L1Pair& pair, const std::vector<Index>& face, double inverse_norm) {
  if (std::isinf(inverse_norm)) return kNaN;
  double off = 0.0, off_in_units = 0.0, slack_share = 0.0, share_in_units = 0.0;
  std::size_t next = 0;
  for (Index j = 0; j < pair.beta.size(); ++j) {
    if (next < face.size() && face[next] == j) {
      ++next;
      continue;
    }
    if (pair.dual.column_norms[j] == 0) {  // no optimal point uses it
      off_in_units += std::abs(pair.beta[j]) * pair.units[j];
      continue;
    }
    const double mass = std::abs(pair.beta[j]), per_gap = pair.dual.scale / pair.dual.least_slack(problem, j);
    off += mass * pair.dual.column_norms[j];
    off_in_units += mass * pair.units[j];
    slack_share = std::max(slack_share, per_gap * pair.dual.column_norms[j]);
    share_in_units = std::max(share_in_units, per_gap * pair.units[j]);
  }
  const double length = pair.dual.nu.norm() / pair.dual.scale;
  const double ball = problem.delta > 0 ? 2.0 * std::sqrt(2.0 * problem.delta * pair.gap / length) : 0.0;
  return share_in_units * pair.gap + off_in_units + inverse_norm * (slack_share * pair.gap + off + ball);
}

// Whether features F, independent, are the optimal face of a problem whose other tight features (`implied`) follow from them.
bool proves_face(const L1Problem& problem, const L1Pair& pair, const std::vector<Index>& face, const std::vector<Index>& implied) {
  std::vector<char> inside(static_cast<std::size_t>(pair.beta.size()), 0);
  for (const auto* list : {&face, &implied})
    for (Index j : *list) inside[static_cast<std::size_t>(j)] = 1;
  const double inverse_norm = inverse_norms(problem, pair, face).of_unit_columns;
  if (!(inverse_norm < kInfinite)) return false;
  double squares = 0.0;
  for (Index j : face) {
    const L1Price now = pair.dual.price(problem, j);
    const double bound = pair.dual.scale * (now.value > 0 ? problem.up[j] : -problem.down[j]);
    const double missed = (std::abs(bound - now.value) + now.error + std::numeric_limits<double>::epsilon() * std::abs(bound)) /
                          pair.dual.column_norms[j];
    squares += missed * missed;
  }
  const double moved = 2 * inverse_norm * std::sqrt(squares);  // ‖ν* - ν‖
  const double shift = problem.delta > 0 ? 0.0 : 2 * inverse_norm * pair.residual.norm();
  for (Index j = 0; j < pair.beta.size(); ++j) {
    const double length = pair.dual.column_norms[j];
    if (inside[static_cast<std::size_t>(j)]) {
      if (pair.beta[j] != 0.0 && !(pair.beta[j] * pair.dual.g[j] > 0 && std::abs(pair.beta[j]) * length > shift)) return false;
    } else if (pair.beta[j] != 0.0 || !(length == 0 || pair.dual.least_slack(problem, j) > moved * length)) {
      return false;
    }
  }
  return true;
}

// A multiple of h in integers, if X h = 0 holds for it exactly.
std::optional<Vector> exact_null_vector(const Matrix& x, const std::vector<Index>& features, const Vector& h) {
  const std::optional<Vector> exact = integer_multiple(h);
  if (!exact) return std::nullopt;
  for (Index i = 0; i < x.rows(); ++i) {
    const Vector row = x.row(i)(features).transpose();
    if (exact_sign_of_dot(row, *exact) != 0) return std::nullopt;
  }
  return exact;
}

double signed_price(const L1Problem& problem, const L1Pair& pair, Index j) {
  return pair.dual.g[j] > 0 ? problem.up[j] : -problem.down[j];
}

// F split into columns that are independent, those of β first, and others that are exactly combinations of them at the combined
// price.
struct Split {
  std::vector<Index> independent, implied;
};
std::optional<Split> split_exactly(const L1Problem& problem, const L1Pair& pair, std::vector<Index> face) {
  std::stable_sort(face.begin(), face.end(), [&](Index a, Index b) { return pair.beta[a] != 0 && pair.beta[b] == 0; });
  const Index n = problem.x.rows(), most = std::min<Index>(n, static_cast<Index>(face.size()));
  Eigen::MatrixXd q(n, most), r = Eigen::MatrixXd::Zero(most, most);
  Split out;
  for (Index j : face) {
    const Index k = static_cast<Index>(out.independent.size());
    const double length = pair.dual.column_norms[j];
    Vector rest = problem.x.col(j), overlap = Vector::Zero(k);
    for (int pass = 0; pass < 2; ++pass) {
      const Vector more = q.leftCols(k).transpose() * rest;
      rest -= q.leftCols(k) * more;
      overlap += more;
    }
    if (k < most && rest.norm() > kInSpan * length) {
      r.col(k).head(k) = overlap;
      r(k, k) = rest.norm();
      q.col(k) = rest / rest.norm();
      out.independent.push_back(j);
      continue;
    }
    Vector h(k + 1);
    h.head(k) = r.topLeftCorner(k, k).triangularView<Eigen::Upper>().solve(overlap);
    h[k] = -1.0;
    std::vector<Index> features = out.independent;
    features.push_back(j);
    const std::optional<Vector> exact = exact_null_vector(problem.x, features, h);
    if (!exact) return std::nullopt;
    Vector prices(k + 1);
    for (Index i = 0; i <= k; ++i) prices[i] = signed_price(problem, pair, features[static_cast<std::size_t>(i)]);
    if (exact_sign_of_dot(prices, *exact) != 0) return std::nullopt;
    out.implied.push_back(j);
  }
  return out;
}

// The farthest point β + t h with the signs of β; how far it is, NaN unless it is checked to fit as well and to cost the same.
double distance_of_second(const L1Problem& problem, const L1Pair& pair, const L1Direction& direction) {
  const double infinite = std::numeric_limits<double>::infinity();
  const double length = direction.h.cwiseProduct(pair.units(direction.features)).norm();
  double farthest = 0.0;
  Vector best;
  for (const double sign : {1.0, -1.0}) {
    double step = infinite;
    for (std::size_t k = 0; k < direction.features.size(); ++k) {
      const double now = pair.beta[direction.features[k]], change = sign * direction.h[static_cast<Index>(k)];
      const double tight = pair.dual.g[direction.features[k]];
      if (change * tight < 0) step = std::min(step, now * tight > 0 ? -now / change : 0.0);
    }
    if (std::isinf(step) || step * length <= farthest) continue;
    farthest = step * length;
    best = pair.beta;
    for (std::size_t k = 0; k < direction.features.size(); ++k)
      best[direction.features[k]] += step * sign * direction.h[static_cast<Index>(k)];
  }
  if (farthest <= kPresent * pair.beta.cwiseProduct(pair.units).norm()) return kNaN;
  const double objective = l1_objective(problem, pair.beta);
  const double moved = (l1_residual(problem, best).r - pair.residual).norm();
  const bool same =
      std::abs(l1_objective(problem, best) - objective) <= kSame * objective + pair.gap && moved <= kSame * problem.y.norm();
  return same ? farthest : kNaN;
}

// Whether an exact null direction keeps the signs: features that β does not use may only enter in the direction of their price.
bool keeps_signs(const L1Pair& pair, const L1Direction& direction) {
  bool forwards = true, backwards = true;
  for (std::size_t k = 0; k < direction.features.size(); ++k) {
    const Index j = direction.features[k];
    if (pair.beta[j] != 0.0) continue;
    const double along = direction.h[static_cast<Index>(k)] * pair.dual.g[j];
    forwards = forwards && along >= 0;
    backwards = backwards && along <= 0;
  }
  return forwards || backwards;
}

L1Face not_established(std::size_t tight, double bound) {
  return {Uniqueness::not_established, cat("uniqueness not established: ", tight, " features with tight dual bounds are dependent"),
          bound};
}

// Tight features that depend on one another.
L1Face dependent_face(const L1Problem& problem, const L1Pair& pair, const std::vector<Index>& face, double bound) {
  std::vector<Index> support, idle;
  for (Index j : face) (pair.beta[j] != 0 ? support : idle).push_back(j);
  Vector signs(static_cast<Index>(idle.size()));
  for (Index k = 0; k < signs.size(); ++k) signs[k] = pair.dual.g[idle[static_cast<std::size_t>(k)]] > 0 ? 1.0 : -1.0;
  L1NullSpace found = l1_null_space(problem.x, support, idle, signs);
  if (found.away.size() > 0) {
    // A step away from the idle bounds leaves only the support tight.
    L1Dual dual = pair.dual;
    const Vector fall = problem.x.transpose() * found.away;
    double step = kInfinite;
    for (Index j = 0; j < fall.size(); ++j) {
      const double slack = pair.dual.least_slack(problem, j);
      if (std::find(face.begin(), face.end(), j) == face.end() && fall[j] != 0) step = std::min(step, slack / std::abs(fall[j]));
    }
    for (Index j : idle) step = std::min(step, pair.dual.scale * cheapest(problem, j) / std::abs(fall[j]));
    dual.nu -= 0.5 * step * found.away;
    dual.g -= 0.5 * step * fall;
    dual.measure_rounding();
    L1Pair other{pair.beta, pair.residual, dual, pair.units, pair.gap};
    if (proves_face(problem, other, support, {}))
      return {Uniqueness::unique,
              cat("unique: ", face.size(), " dual bounds are tight here, but a dual exists where only the independent ",
                  "features of the support are"),
              bound};
    return not_established(face.size(), bound);
  }
  if (found.direction.features.empty()) return not_established(face.size(), bound);
  const std::optional<Vector> exact = exact_null_vector(problem.x, found.direction.features, found.direction.h);
  const std::optional<Split> split = split_exactly(problem, pair, face);
  if (!exact || !split) return not_established(face.size(), bound);
  found.direction.h = *exact;
  if (!keeps_signs(pair, found.direction) || !proves_face(problem, pair, split->independent, split->implied))
    return not_established(face.size(), bound);
  const double distance = distance_of_second(problem, pair, found.direction);
  if (std::isnan(distance)) return not_established(face.size(), bound);
  return {Uniqueness::not_unique, cat("not unique: another point with the same objective lies at distance ", distance), bound};
}

}  // namespace

L1Face l1_face(const L1Problem& problem, const L1Pair& pair) {
  std::vector<Index> face = tight_features(problem, pair.dual, kNearlyTight);
  InverseNorms norms = inverse_norms(problem, pair, face);
  if (std::isinf(norms.in_units)) {
    face = tight_features(problem, pair.dual, kTight);
    norms = inverse_norms(problem, pair, face);
  }
  const double bound = distance_bound(problem, pair, face, norms.in_units);
  if (pair.gap > kTight * l1_objective(problem, pair.beta))
    return {Uniqueness::not_established, "uniqueness not judged: the gap is too large", bound};
  if (std::isinf(norms.in_units)) return dependent_face(problem, pair, face, bound);
  // With a noise budget the fit of every optimal point is the same, so that independent columns are enough.
  const std::vector<Index> tight = problem.delta > 0 ? face : tight_features(problem, pair.dual, kTight);
  if (problem.delta == 0 && !proves_face(problem, pair, tight, {}))
    return {Uniqueness::not_established, "uniqueness not established: the rounding of the dual leaves it open", bound};
  return {Uniqueness::unique, cat("unique: the ", tight.size(), " features whose dual bound is tight are linearly independent"),
          bound};
}

}  // namespace penchant
