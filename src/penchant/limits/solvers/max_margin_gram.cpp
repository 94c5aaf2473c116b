#include "penchant/limits/solvers/max_margin_gram.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/gram.h"
#include "penchant/limits/solvers/cholesky.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// A pivot is what is left of a squared norm: below this part of it, more than half the digits are gone.
constexpr double kSmallestPivot = 1e-10;
// Margins carried along the steps are good to this; the end is judged on margins computed from the rows.
constexpr double kSettled = 1e-11;
constexpr std::size_t kKept = 48;  // candidates kept from one pricing to the next

}  // namespace

void MarginWorkingSet::reserve(Index capacity, Index features, bool intercept) {
  if (capacity <= rows.rows()) return;
  capacity = std::max(capacity, rows.rows() + rows.rows() / 2);
  Matrix more_rows(capacity, features);
  if (count > 0) more_rows.topRows(count) = rows.topRows(count);
  rows.swap(more_rows);
  if (intercept) signs.conservativeResize(capacity);
  Matrix more_gram(capacity, capacity);
  if (count > 0) more_gram.topLeftCorner(count, count) = gram.topLeftCorner(count, count);
  gram.swap(more_gram);
}

void MarginWorkingSet::complete_gram(Index from) {
  product_nt(rows.data() + from * rows.cols(), count - from, rows.cols(), rows.data(), count, rows.cols(), rows.cols(),
             gram.data() + from * gram.cols(), gram.cols(), from);
  for (Index i = from; i < count; ++i) gram.col(i).head(i) = gram.row(i).head(i).transpose();
}

void GramActiveSet::forward(Vector& v) const {
  const auto l = factor_.topLeftCorner(count(), count());
  l.triangularView<Eigen::Lower>().solveInPlace(v);
}

void GramActiveSet::backward(Vector& v) const {
  const auto l = factor_.topLeftCorner(count(), count());
  l.triangularView<Eigen::Lower>().transpose().solveInPlace(v);
}

Vector GramActiveSet::signs_of_active() const {
  Vector out(count());
  for (Index k = 0; k < count(); ++k) out[k] = set_.signs[active_[k]];
  return out;
}

bool GramActiveSet::factor_of(Index row, Vector& c, double& pivot) const {
  c.resize(count());
  const double* products = set_.gram.row(row).data();
  for (Index k = 0; k < count(); ++k) c[k] = products[active_[k]];
  forward(c);
  pivot = products[row] - c.squaredNorm();
  return pivot > kSmallestPivot * products[row];
}

void GramActiveSet::append(Index row, const Vector& c, double pivot, double multiplier) {
  const Index k = count();
  factor_.row(k).head(k) = c.transpose();
  factor_(k, k) = std::sqrt(pivot);
  active_.push_back(row);
  is_active_[row] = 1;
  multipliers_[k] = multiplier;
}

// Removes a row of L: each row below is rotated back to triangular on its own, from left to right.
void GramActiveSet::remove(Index position) {
  const Index last = count() - 1;
  is_active_[active_[position]] = 0;
  active_.erase(active_.begin() + position);
  for (Index k = position; k < last; ++k) multipliers_[k] = multipliers_[k + 1];
  Vector cosines(last - position), sines(last - position);
  for (Index i = position; i < last; ++i) {
    double* row = factor_.row(i).data();
    const double* old = factor_.row(i + 1).data();
    std::copy(old, old + position, row);
    double carried = old[position];
    for (Index k = position; k < i; ++k) {
      const double c = cosines[k - position], s = sines[k - position];
      row[k] = c * carried + s * old[k + 1];
      carried = c * old[k + 1] - s * carried;
    }
    const double length = std::hypot(carried, old[i + 1]);
    cosines[i - position] = carried / length;
    sines[i - position] = old[i + 1] / length;
    row[i] = length;
  }
}

void GramActiveSet::solve_active() {
  Vector u = Vector::Ones(count());
  forward(u);
  b_ = 0.0;
  if (set_.has_intercept() && count() > 0) {
    Vector e = signs_of_active();
    forward(e);
    b_ = e.dot(u) / e.squaredNorm();
    u -= b_ * e;
  }
  backward(u);
  multipliers_.head(count()) = u;
}

void GramActiveSet::price() {
  const Index n = set_.count;
  margins_.setZero(n);
  for (Index k = 0; k < count(); ++k) margins_ += multipliers_[k] * set_.gram.row(active_[k]).head(n).transpose();
  if (set_.has_intercept()) margins_ += b_ * set_.signs.head(n);
  priced_ = true;
}

double GramActiveSet::violation(Index row) const {
  const double* products = set_.gram.row(row).data();
  double margin = set_.has_intercept() ? b_ * set_.signs[row] : 0.0;
  for (Index k = 0; k < count(); ++k) margin += multipliers_[k] * products[active_[k]];
  return 1.0 - margin;
}

void GramActiveSet::grow() {
  is_active_.resize(static_cast<std::size_t>(set_.count), 0);
  const Index capacity = std::min(set_.count, set_.rows.cols()) + 1;
  if (factor_.rows() < capacity) {
    Matrix more(capacity, capacity);
    more.topLeftCorner(count(), count()) = factor_.topLeftCorner(count(), count());
    factor_.swap(more);
    multipliers_.conservativeResize(capacity);
  }
  priced_ = false;
  candidates_.clear();
}

void GramActiveSet::start(const std::vector<Index>& rows, const Vector& multipliers) {
  grow();
  // All at once where the rows allow it, one by one where some depend on others.
  Matrix all(static_cast<Index>(rows.size()), static_cast<Index>(rows.size()));
  for (Index i = 0; i < all.rows(); ++i)
    for (Index j = 0; j <= i; ++j) all(i, j) = set_.gram(rows[i], rows[j]);
  if (all.rows() < factor_.rows() && factor_cholesky(all.data(), all.rows(), all.cols(), kSmallestPivot)) {
    factor_.topLeftCorner(all.rows(), all.rows()) = all;
    active_ = rows;
    for (Index row : active_) is_active_[row] = 1;
  } else {
    Vector c;
    double pivot = 0.0;
    for (Index row : rows)
      if (count() + 1 < factor_.rows() && factor_of(row, c, pivot)) append(row, c, pivot, 0.0);
  }
  // From the given multipliers towards those of the active rows; what reaches zero on the way leaves,
  // so that the objective never falls.
  Vector current(factor_.rows());
  for (Index k = 0; k < count(); ++k) current[k] = multipliers[active_[k]];
  while (true) {
    solve_active();
    double length = 1.0;
    Index blocking = -1;
    for (Index k = 0; k < count(); ++k) {
      const double reach = multipliers_[k] < 0.0 ? current[k] / (current[k] - multipliers_[k]) : 1.0;
      if (reach < length) {
        length = reach;
        blocking = k;
      }
    }
    if (blocking < 0) break;
    current.head(count()) += length * (multipliers_.head(count()) - current.head(count()));
    remove(blocking);
    for (Index k = blocking; k < count(); ++k) current[k] = current[k + 1];
    current.head(count()) = current.head(count()).cwiseMax(0.0);
  }
}

Index GramActiveSet::most_violated(double tolerance) {
  const auto worst_candidate = [&] {
    Index best = -1;
    double worst = tolerance;
    std::erase_if(candidates_, [&](Index i) {
      if (is_active_[i]) return true;
      const double v = priced_ ? 1.0 - margins_[i] : violation(i);
      if (v > worst) {
        worst = v;
        best = i;
      }
      return v <= tolerance;
    });
    return best;
  };
  const Index kept = worst_candidate();
  if (kept >= 0) return kept;
  if (!priced_) price();
  candidates_.clear();
  for (Index i = 0; i < set_.count; ++i)
    if (!is_active_[i] && 1.0 - margins_[i] > tolerance) candidates_.push_back(i);
  if (candidates_.size() > kKept) {
    std::nth_element(candidates_.begin(), candidates_.begin() + kKept, candidates_.end(),
                     [&](Index i, Index j) { return margins_[i] < margins_[j]; });
    candidates_.resize(kKept);
  }
  return worst_candidate();
}

// True when the row is met and active; false if it depends on the active rows too closely for this arithmetic.
bool GramActiveSet::add(Index row, int max_steps) {
  double multiplier = 0.0, pivot = 0.0;
  Vector c, e;
  priced_ = false;
  while (steps_ < max_steps) {
    ++steps_;
    if (!factor_of(row, c, pivot)) return false;
    double rate = pivot, step_b = 0.0;
    Vector coefficients = c;
    if (set_.has_intercept()) {
      if (count() == 0) return false;
      e = signs_of_active();
      forward(e);
      step_b = (set_.signs[row] - e.dot(c)) / e.squaredNorm();
      coefficients += step_b * e;
      rate += step_b * step_b * e.squaredNorm();
    }
    backward(coefficients);
    double dual_step = std::numeric_limits<double>::infinity();
    Index blocking = -1;
    for (Index k = 0; k < count(); ++k) {
      if (coefficients[k] <= 0.0) continue;
      const double ratio = std::max(multipliers_[k], 0.0) / coefficients[k];
      if (ratio < dual_step) {
        dual_step = ratio;
        blocking = k;
      }
    }
    const double primal_step = std::max(0.0, violation(row) - multiplier * set_.gram(row, row)) / rate;
    const double step = std::min(dual_step, primal_step);
    multipliers_.head(count()) -= step * coefficients;
    multiplier += step;
    b_ += step * step_b;
    if (primal_step <= dual_step) {
      append(row, c, pivot, multiplier);
      return true;
    }
    remove(blocking);
  }
  return false;
}

LeastNormPoint GramActiveSet::run(int max_steps) {
  const auto finish = [&](LeastNormPoint::End end) {
    return LeastNormPoint{end, w_, b_, active_, multipliers_.head(count()), steps_};
  };
  while (steps_ < max_steps) {
    Index row = most_violated(kSettled);
    if (row < 0) {
      if (!refine()) return finish(LeastNormPoint::End::budget);
      double largest = 0.0;
      for (Index i = 0; i < set_.count; ++i) largest = std::max(largest, set_.gram(i, i));
      row = most_violated(8 * kEps * (1 + std::sqrt(largest) * w_.norm() + std::abs(b_)));
      const double top = count() ? multipliers_.head(count()).maxCoeff() : 0.0;
      const bool signs_hold = count() == 0 || multipliers_.head(count()).minCoeff() >= -kEps * top;
      if (!signs_hold) return finish(LeastNormPoint::End::budget);
      if (row < 0) return finish(LeastNormPoint::End::optimal);
    }
    if (!add(row, max_steps)) return finish(LeastNormPoint::End::budget);
  }
  return finish(LeastNormPoint::End::budget);
}

bool GramActiveSet::refine() {
  const Index k = count();
  Vector e;
  if (set_.has_intercept()) {
    e = signs_of_active();
    forward(e);
  }
  Matrix rows(k, set_.rows.cols());
  for (Index i = 0; i < k; ++i) rows.row(i) = set_.rows.row(active_[i]);
  // Once w is there it is corrected itself: summed again from the multipliers it would only be as good as their largest term.
  w_.noalias() = rows.transpose() * multipliers_.head(k);
  double before = std::numeric_limits<double>::infinity();
  bool contracts = true;
  for (int pass = 0; pass < 6; ++pass) {
    Vector u = (1.0 - (rows * w_).array()).matrix();
    if (set_.has_intercept()) u -= b_ * signs_of_active();
    const double size = k ? u.cwiseAbs().maxCoeff() : 0.0;
    if (!(size < 0.25 * before)) {
      contracts = size <= 64 * kEps * (1 + w_.norm());
      break;
    }
    before = size;
    forward(u);
    if (set_.has_intercept()) {
      const double change = e.dot(u) / e.squaredNorm();
      b_ += change;
      u -= change * e;
    }
    backward(u);
    multipliers_.head(k) += u;
    w_.noalias() += rows.transpose() * u;
  }
  if (contracts) {
    margins_.noalias() = set_.rows.topRows(set_.count) * w_;
    if (set_.has_intercept()) margins_ += b_ * set_.signs.head(set_.count);
    priced_ = true;
    candidates_.clear();
  }
  return contracts;
}

}  // namespace penchant
