#include "penchant/limits/solvers/max_margin_newton.h"

#include <cmath>

#include "penchant/limits/solvers/cholesky.h"

namespace penchant {

namespace {

// Minimiser s of ½‖w + s dw‖² + (σ/2)‖(t - s dt)⁺‖²: Newton on the piecewise linear derivative, kept in the bracket found so far.
double exact_step(double slope_w, double curvature_w, const Vector& t, const Vector& dt, double sigma) {
  double low = 0.0, high = -1.0, step = 1.0;
  for (int pass = 0; pass < 50; ++pass) {
    double pull = 0.0, curvature = 0.0;
    for (Index i = 0; i < t.size(); ++i) {
      const double r = t[i] - step * dt[i];
      pull += r > 0.0 ? r * dt[i] : 0.0;
      curvature += r > 0.0 ? dt[i] * dt[i] : 0.0;
    }
    const double slope = slope_w + step * curvature_w - sigma * pull;
    const double second = curvature_w + sigma * curvature;
    if (!(second > 0.0)) return step;
    (slope > 0.0 ? high : low) = step;
    double next = step - slope / second;
    if (std::abs(next - step) <= 1e-9 * step) return next;
    if (high >= 0.0 && !(next > low && next < high)) next = 0.5 * (low + high);
    step = next;
  }
  return step;
}

}  // namespace

void minimise_smoothed(const MarginWorkingSet& set, double stiffness, double tolerance, int max_steps, SmoothedMargin& point) {
  const Index n = set.count;
  const auto gram = set.gram.topLeftCorner(n, n);
  const double sigma = stiffness / gram.diagonal().mean();
  Vector margins = gram * point.weights;  // a_i·w
  Vector t(n), dt(n), target(n), margins_target(n);
  Matrix storage;  // kept from step to step: fresh pages cost as much as the factorisation
  for (int step = 0; step < max_steps; ++step) {
    t = (1.0 + point.multipliers.array() / sigma - margins.array()).matrix();
    if (set.has_intercept()) t -= point.b * set.signs.head(n);
    std::vector<Index> active;
    for (Index i = 0; i < n; ++i)
      if (t[i] > 0.0) active.push_back(i);
    const Index k = static_cast<Index>(active.size());

    if (storage.rows() < k) storage.resize(k + k / 8, k + k / 8);
    for (Index i = 0; i < k; ++i) {
      const double* row = set.gram.row(active[i]).data();
      double* to = storage.row(i).data();
      for (Index j = 0; j <= i; ++j) to[j] = row[active[j]];
      to[i] += 1.0 / sigma;
    }
    if (!factor_cholesky(storage.data(), k, storage.cols(), 0.0)) return;
    const auto system = storage.topLeftCorner(k, k);
    Vector solved(k);
    for (Index i = 0; i < k; ++i) solved[i] = 1.0 + point.multipliers[active[i]] / sigma;
    system.triangularView<Eigen::Lower>().solveInPlace(solved);
    double step_b = 0.0;
    if (set.has_intercept() && k > 0) {
      Vector e(k);
      for (Index i = 0; i < k; ++i) e[i] = set.signs[active[i]];
      system.triangularView<Eigen::Lower>().solveInPlace(e);
      const double b = e.dot(solved) / e.squaredNorm();
      solved -= b * e;
      step_b = b - point.b;
    }
    system.triangularView<Eigen::Lower>().transpose().solveInPlace(solved);

    target.setZero();
    margins_target.setZero();
    for (Index i = 0; i < k; ++i) {
      target[active[i]] = solved[i];
      margins_target += solved[i] * gram.row(active[i]).transpose();
    }
    const Vector change = target - point.weights;
    dt = margins_target - margins;
    const double curvature = change.dot(dt), slope = point.weights.dot(dt);
    if (set.has_intercept()) dt += step_b * set.signs.head(n);
    const double length = exact_step(slope, curvature, t, dt, sigma);
    ++point.newton_steps;
    point.weights += length * change;
    point.b += length * step_b;
    margins += length * (margins_target - margins);
    const double moved = std::abs(length) * std::sqrt(std::max(0.0, curvature));
    if (moved <= tolerance * std::sqrt(std::max(0.0, point.weights.dot(margins)))) break;
  }
  t = (1.0 + point.multipliers.array() / sigma - margins.array()).matrix();
  if (set.has_intercept()) t -= point.b * set.signs.head(n);
  point.multipliers = sigma * t.cwiseMax(0.0);
}

}  // namespace penchant
