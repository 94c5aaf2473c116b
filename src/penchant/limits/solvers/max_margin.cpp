// ℓ2 maximal margin: least-norm point of { z_i·w + y_i b ≥ 1 }, z_i = y_i x_i. A first look at all samples chooses a working set;
// a smoothed problem and exchanges of the active set solve it exactly; samples outside that violate join it until there are none.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "penchant/core/text.h"
#include "penchant/limits/margin_centre.h"
#include "penchant/limits/margin_rows.h"
#include "penchant/limits/solvers/active_set.h"
#include "penchant/limits/solvers/max_margin_descent.h"
#include "penchant/limits/solvers/max_margin_newton.h"
#include "penchant/limits/solvers/solvers.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// The sizes below were measured on Gaussian data of 200 to 20000 samples; they decide the time, never the answer.
constexpr Index kSmall = 16;      // up to so many samples or features the careful method is also the fast one
constexpr Index kSmallSet = 160;  // up to so many samples exchanges are cheaper than Newton steps
constexpr int kSweeps = 12;
constexpr int kSweepsSmall = 8;   // small sets, and fewer than two samples a feature, most of which are support vectors then
constexpr double kStiffness = 500;  // leaves a few samples in a hundred to exchange
constexpr double kGuessTolerance = 1e-2;
constexpr int kGuessSteps = 30;

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

  void add(Index i) {
    samples.push_back(i);
    inside[i] = 1;
  }
};

// The samples nearest to the hyperplane of a first look at the data.
Working first_samples(const MarginRows& rows, const Vector& margins) {
  const Index n = rows.samples();
  const Index few = 2 * rows.features() + 20;
  const Index size = std::min(n, few <= kSmallSet ? few : 3 * rows.features());
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  if (size < n) {
    std::nth_element(order.begin(), order.begin() + size, order.end(), [&](Index i, Index j) { return margins[i] < margins[j]; });
    order.resize(static_cast<std::size_t>(size));
    std::sort(order.begin(), order.end());
  }
  Working out;
  out.inside.assign(static_cast<std::size_t>(n), 0);
  for (Index i : order) out.add(i);
  return out;
}

// Adds the samples outside that violate, worst first, at most as many as there are features; how many.
Index add_violated(const MarginRows& rows, double unit, const Vector& w, double b, Working& working) {
  const Vector direction = w.head(rows.features()) / unit;
  if (rows.free_intercept) b += w[rows.features()];
  const double size = direction.norm();
  const Vector outputs = rows.x * direction;
  std::vector<std::pair<double, Index>> violated;
  for (Index i = 0; i < rows.samples(); ++i) {
    if (working.inside[i]) continue;
    const double violation = 1.0 - rows.y[i] * (outputs[i] + b);
    if (violation > 8 * kEps * (1 + rows.row_norms[i] * size + std::abs(b))) violated.emplace_back(-violation, i);
  }
  const std::size_t many = std::min<std::size_t>(violated.size(), static_cast<std::size_t>(rows.features()) + 50);
  if (many > 0) std::nth_element(violated.begin(), violated.begin() + (many - 1), violated.end());
  for (std::size_t k = 0; k < many; ++k) working.add(violated[k].second);
  return static_cast<Index>(many);
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
  out.outcome = {Status::not_converged,
                 cat("neither separated nor proven inseparable: a convex combination of ", (out.dual.array() > 0).count(),
                     " of the y_i x_i has norm ", zero, ", the largest sample ", rows.largest)};
  return out;
}

// Exact by orthogonal factorisations, whatever the data: on growing working sets,
// from a first active set (places in the working set).
LeastNormPoint solve_carefully(const MarginRows& rows, double unit, int budget, Working& working, std::vector<Index> active,
                               int steps) {
  while (true) {
    const Matrix z = gather(rows, working.samples, unit);
    const Vector signs = signs_of(rows, working.samples);
    const Vector ones = Vector::Ones(z.rows());
    ActiveSet problem(z, ones, signs);
    problem.start(active);
    LeastNormPoint point = problem.run(budget - steps);
    steps = point.steps += steps;
    if (point.end != LeastNormPoint::End::optimal || add_violated(rows, unit, point.w, point.b, working) == 0) return point;
    active = point.active;
  }
}

// New samples of the working set enter the set of products.
void extend(const MarginRows& rows, double unit, const Working& working, MarginWorkingSet& set) {
  const Index from = set.count;
  const std::vector<Index> added(working.samples.begin() + from, working.samples.end());
  set.reserve(from + static_cast<Index>(added.size()), rows.features() + (rows.free_intercept ? 1 : 0), rows.free_intercept);
  set.rows.middleRows(from, static_cast<Index>(added.size())) = gather(rows, added, unit);
  if (rows.free_intercept) set.signs.segment(from, static_cast<Index>(added.size())) = signs_of(rows, added);
  set.count += static_cast<Index>(added.size());
  set.complete_gram(from);
}

// The smoothed problem finds most of the support, exchanges in the Gram matrix the rest. budget:
// the rows are too dependent for products;
// the working set and the active set found are a start for solve_carefully.
LeastNormPoint solve_in_products(const MarginRows& rows, double unit, int budget, const Descent& first, Working& working) {
  MarginWorkingSet set;
  const Index chosen = static_cast<Index>(working.samples.size());
  set.reserve(std::min(rows.samples(), 2 * chosen), rows.features() + (rows.free_intercept ? 1 : 0), rows.free_intercept);
  extend(rows, unit, working, set);
  SmoothedMargin guess;
  guess.multipliers = first.multipliers(working.samples);
  guess.weights = guess.multipliers;
  guess.b = first.b;
  // Products of more samples than this cost more than they save, and are hardly ever asked for unless the data are inseparable.
  const Index largest_set = 8 * rows.features() + 500;
  while (set.count > kSmallSet && set.count < largest_set) {
    minimise_smoothed(set, kStiffness, kGuessTolerance, kGuessSteps, guess);
    const Vector w = set.rows.topRows(set.count).transpose() * guess.weights;
    const Index added = add_violated(rows, unit, w, guess.b, working);
    extend(rows, unit, working, set);
    guess.weights.conservativeResizeLike(Vector::Zero(set.count));
    guess.multipliers.conservativeResizeLike(Vector::Zero(set.count));
    if (10 * added <= rows.features()) break;
  }
  std::vector<Index> candidates;
  for (Index i = 0; i < set.count; ++i)
    if (guess.multipliers[i] > 0.0) candidates.push_back(i);
  std::sort(candidates.begin(), candidates.end(), [&](Index i, Index j) { return guess.multipliers[i] > guess.multipliers[j]; });

  GramActiveSet problem(set);
  problem.start(candidates, guess.multipliers);
  while (true) {
    LeastNormPoint point = problem.run(budget);
    if (point.end != LeastNormPoint::End::optimal || add_violated(rows, unit, point.w, point.b, working) == 0) return point;
    if (set.count >= largest_set) {
      point.end = LeastNormPoint::End::budget;
      return point;
    }
    extend(rows, unit, working, set);
    problem.grow();
  }
}

}  // namespace

Solution solve_max_margin(const MaxMargin& limit, const SolveOptions& options) {
  const MarginRows rows = margin_rows(limit, "max_margin");
  if (const std::optional<CentredMargin> centred = centred_margin(limit)) {
    Solution out = solve_max_margin(centred->limit, options);
    out.intercept = centred->intercept_there(out);
    return out;
  }
  const double unit = rows.largest > 0.0 ? std::exp2(std::ilogb(rows.largest) + 1) : 1.0;
  const int smaller = static_cast<int>(std::min(rows.samples(), rows.features()));
  const int budget = options.max_iterations > 0 ? options.max_iterations : 100 * smaller + 2000;
  const bool small = rows.samples() < 2 * rows.features() || 2 * rows.features() + 20 <= kSmallSet;
  const Descent first = descend(rows, unit, small ? kSweepsSmall : kSweeps);
  Working working = first_samples(rows, first.margins);
  LeastNormPoint point;
  if (smaller > kSmall) point = solve_in_products(rows, unit, std::min(budget, 30 * smaller + 500), first, working);
  if (point.end == LeastNormPoint::End::budget) point = solve_carefully(rows, unit, budget, working, point.active, point.steps);

  Solution out = point.end == LeastNormPoint::End::infeasible ? inseparable_point(rows, point, working.samples)
                                                              : optimal_point(rows, unit, point, working.samples);
  out.iterations = point.steps;
  if (point.end == LeastNormPoint::End::budget)
    out.outcome = {Status::not_converged, cat("stopped after ", point.steps, " exchanges of the active set")};
  return out;
}

}  // namespace penchant
