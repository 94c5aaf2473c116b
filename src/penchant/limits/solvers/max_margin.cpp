// ℓ2 maximal margin: least-norm point of { z_i·w + y_i b ≥ 1 }, z_i = y_i x_i, on a growing set of samples, each time solved exactly.
#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/text.h"
#include "penchant/limits/margin_rows.h"
#include "penchant/limits/solvers/active_set.h"
#include "penchant/limits/solvers/solvers.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
constexpr double kProvenZero = 1e-12;  // a convex combination this small against the largest sample proves inseparability

// Samples in units of a power of two above the largest one (no rounding), signed, with the column for b if it is free.
Matrix gather(const MarginRows& rows, const std::vector<Index>& samples, double unit) {
  const Index features = rows.features();
  Matrix out(static_cast<Index>(samples.size()), features + (rows.free_intercept ? 1 : 0));
  for (Index k = 0; k < out.rows(); ++k) {
    const double y = rows.y[samples[k]];
    out.row(k).head(features) = (y / unit) * rows.x.row(samples[k]);
    if (rows.free_intercept) out(k, features) = y;
  }
  return out;
}

Vector signs_of(const MarginRows& rows, const std::vector<Index>& samples) {
  return rows.free_intercept ? Vector(rows.y(samples)) : Vector();
}

struct Working {
  std::vector<Index> samples;
  std::vector<char> inside;  // (n)
};

// Samples of least margin for the mean of the y_i x_i (of the centred classes if b is free): a first guess of where the support is.
Working first_samples(const MarginRows& rows) {
  const Index n = rows.samples();
  const Index size = std::min<Index>(n, 2 * rows.features() + 50);
  Working out;
  out.inside.assign(static_cast<std::size_t>(n), size == n);
  out.samples.resize(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) out.samples[i] = i;
  if (size == n) return out;
  Vector weights = rows.y;
  if (rows.free_intercept) {
    const double positive = (rows.y.array() > 0).count();
    for (Index i = 0; i < n; ++i) weights[i] /= rows.y[i] > 0 ? positive : n - positive;
  }
  const Vector direction = rows.x.transpose() * (weights / rows.largest);
  Vector margins = rows.x * direction;
  if (rows.free_intercept) margins.array() -= margins.mean();
  margins = margins.cwiseProduct(rows.y);
  std::nth_element(out.samples.begin(), out.samples.begin() + size, out.samples.end(),
                   [&](Index i, Index j) { return margins[i] < margins[j]; });
  out.samples.resize(static_cast<std::size_t>(size));
  std::sort(out.samples.begin(), out.samples.end());
  for (Index i : out.samples) out.inside[i] = 1;
  return out;
}

// Adds the samples outside that violate, worst first, at most as many as there are features; false if there are none.
bool add_violated(const MarginRows& rows, double unit, const LeastNormPoint& point, Working& working) {
  const Vector w = point.w.head(rows.features()) / unit;
  const double b = point.b + (rows.free_intercept ? point.w[rows.features()] : 0.0);
  const double size = w.norm();
  const Vector outputs = rows.x * w;
  std::vector<std::pair<double, Index>> violated;
  for (Index i = 0; i < rows.samples(); ++i) {
    if (working.inside[i]) continue;
    const double violation = 1.0 - rows.y[i] * (outputs[i] + b);
    if (violation > 8 * kEps * (1 + rows.row_norms[i] * size + std::abs(b))) violated.emplace_back(-violation, i);
  }
  if (violated.empty()) return false;
  const std::size_t many = std::min<std::size_t>(violated.size(), static_cast<std::size_t>(rows.features()) + 50);
  std::nth_element(violated.begin(), violated.begin() + (many - 1), violated.end());
  violated.resize(many);
  for (const auto& [worst, i] : violated) {
    working.samples.push_back(i);
    working.inside[i] = 1;
  }
  return true;
}

Solution optimal_point(const MarginRows& rows, double unit, const LeastNormPoint& point, const std::vector<Index>& samples) {
  Solution out;
  out.predictor = Predictor::vector(Vector(point.w.head(rows.features()) / unit));
  out.intercept = rows.free_intercept ? point.b + point.w[rows.features()] : 0.0;
  out.dual = Vector::Zero(rows.samples());
  for (std::size_t k = 0; k < point.active.size(); ++k)
    out.dual[samples[point.active[k]]] = std::max(0.0, point.multipliers[static_cast<Index>(k)]) / (unit * unit);
  out.objective = 0.5 * out.predictor.values.squaredNorm();
  out.outcome = {Status::solved, cat("margin ", 1.0 / out.predictor.values.norm(), " held by ", point.active.size(), " of ",
                                     rows.samples(), " samples, after ", point.steps, " exchanges of the active set")};
  return out;
}

// q ≥ 0 with Σ q = 1: what the method found when no direction was left that increases the margin of the last sample.
Solution inseparable_point(const MarginRows& rows, const LeastNormPoint& point, const std::vector<Index>& samples) {
  Solution out;
  out.predictor = Predictor::vector(Vector::Zero(rows.features()).eval());
  out.dual = Vector::Zero(rows.samples());
  const double total = point.multipliers.sum();
  for (std::size_t k = 0; k < point.active.size(); ++k)
    out.dual[samples[point.active[k]]] += point.multipliers[static_cast<Index>(k)] / total;
  const double zero = (rows.x.transpose() * rows.y.cwiseProduct(out.dual)).norm();
  out.objective = std::numeric_limits<double>::infinity();
  const std::string found = cat("a convex combination of ", (out.dual.array() > 0).count(), " of the y_i x_i has norm ", zero,
                                ", the largest sample ", rows.largest);
  if (zero <= kProvenZero * rows.largest) out.outcome = {Status::infeasible, cat("the classes are not separable: ", found)};
  else out.outcome = {Status::not_converged, cat("neither separated nor proven inseparable: ", found)};
  return out;
}

}  // namespace

Solution solve_max_margin(const MaxMargin& limit, const SolveOptions& options) {
  const MarginRows rows = margin_rows(limit, "max_margin");
  const double unit = rows.largest > 0.0 ? std::exp2(std::ilogb(rows.largest) + 1) : 1.0;
  const int budget = options.max_iterations > 0 ? options.max_iterations : 20 * static_cast<int>(rows.samples()) + 1000;
  Working working = first_samples(rows);
  std::vector<Index> active;  // positions in working.samples, which only grows
  int steps = 0;
  while (true) {
    const Matrix z = gather(rows, working.samples, unit);
    const Vector signs = signs_of(rows, working.samples);
    const Vector ones = Vector::Ones(z.rows());
    ActiveSet problem(z, ones, signs);
    problem.start(active);
    LeastNormPoint point = problem.run(budget - steps);
    steps = point.steps += steps;
    if (point.end == LeastNormPoint::End::infeasible) {
      Solution out = inseparable_point(rows, point, working.samples);
      out.iterations = steps;
      return out;
    }
    active = point.active;
    if (point.end == LeastNormPoint::End::optimal && add_violated(rows, unit, point, working)) continue;
    Solution out = optimal_point(rows, unit, point, working.samples);
    out.iterations = steps;
    if (point.end == LeastNormPoint::End::budget)
      out.outcome = {Status::not_converged, cat("stopped after ", steps, " exchanges of the active set")};
    return out;
  }
}

}  // namespace penchant
