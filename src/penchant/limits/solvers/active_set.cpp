#include "penchant/limits/solvers/active_set.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// What orthogonalising twice leaves of a row in the span of the others, relative to the row.
constexpr double kDependent = 64 * kEps;

}  // namespace

ActiveSet::ActiveSet(const Matrix& rows, const Vector& rhs, const Vector& signs)
    : rows_(rows),
      rhs_(rhs),
      signs_(signs),
      norms_(rows.rowwise().norm()),
      is_active_(static_cast<std::size_t>(rows.rows()), 0),
      w_(Vector::Zero(rows.cols())) {
  const Index capacity = std::min(rows.rows(), rows.cols()) + 1;
  q_.resize(rows.cols(), capacity);
  r_.setZero(capacity, capacity);
  multipliers_.setZero(capacity);
}

void ActiveSet::solve_r(Vector& v) const {
  const auto r = r_.topLeftCorner(count(), count());
  r.triangularView<Eigen::Upper>().solveInPlace(v);
}

void ActiveSet::solve_r_transposed(Vector& v) const {
  const auto r = r_.topLeftCorner(count(), count());
  r.triangularView<Eigen::Upper>().transpose().solveInPlace(v);
}

// Orthogonal part of a row and its coefficients on Q; the second pass only where the first one cancelled.
void ActiveSet::orthogonalise(Index row, Direction& out) const {
  out.orthogonal = rows_.row(row).transpose();
  out.projected.setZero(count());
  if (count() == 0) return;
  double before = norms_[row];
  for (int pass = 0; pass < 3; ++pass) {
    const Vector more = q().transpose() * out.orthogonal;
    out.orthogonal.noalias() -= q() * more;
    out.projected += more;
    const double after = out.orthogonal.norm();
    if (after > 0.7 * before || after <= kDependent * norms_[row]) break;
    before = after;
  }
}

// With b: the step keeps a_i·dw + s_i db = 0 on the active rows and moves along a_p - Σ r_i a_i with Σ r_i s_i = s_p.
ActiveSet::Direction ActiveSet::direction(Index row) const {
  Direction out;
  orthogonalise(row, out);
  out.coefficients = out.projected;
  out.step = out.orthogonal;
  if (signs_.size() != 0 && count() > 0) {
    Vector e(count());
    for (Index k = 0; k < count(); ++k) e[k] = signs_[active_[k]];
    solve_r_transposed(e);
    out.step_b = (signs_[row] - e.dot(out.projected)) / e.squaredNorm();
    out.coefficients += out.step_b * e;
    out.step.noalias() -= q() * (out.step_b * e);
  }
  solve_r(out.coefficients);
  out.dependent = out.orthogonal.norm() <= kDependent * norms_[row];
  return out;
}

void ActiveSet::append(Index row, const Direction& found) {
  const Index k = count();
  const double size = found.orthogonal.norm();
  q_.col(k) = found.orthogonal / size;
  r_.row(k).setZero();
  r_.col(k).head(k) = found.projected;
  r_(k, k) = size;
  active_.push_back(row);
  is_active_[row] = 1;
}

// Removes a column of R: the Hessenberg rest is rotated back to triangular, Q with it.
void ActiveSet::remove(Index position) {
  const Index last = count() - 1;
  is_active_[active_[position]] = 0;
  active_.erase(active_.begin() + position);
  for (Index k = position; k < last; ++k) multipliers_[k] = multipliers_[k + 1];
  multipliers_[last] = 0.0;
  for (Index i = 0; i <= last; ++i) {
    const Index from = std::max(position, i - 1);
    for (Index j = from; j < last; ++j) r_(i, j) = r_(i, j + 1);
  }
  for (Index k = position; k < last; ++k) {
    const double length = std::hypot(r_(k, k), r_(k + 1, k));
    const double c = r_(k, k) / length, s = r_(k + 1, k) / length;
    r_(k, k) = length;
    r_(k + 1, k) = 0.0;
    const Index rest = last - k - 1;
    if (rest > 0) {
      const Vector upper = r_.row(k).segment(k + 1, rest).transpose();
      auto lower = r_.row(k + 1).segment(k + 1, rest);
      r_.row(k).segment(k + 1, rest) = c * upper.transpose() + s * lower;
      lower = c * lower - s * upper.transpose();
    }
    const Vector left = q_.col(k);
    q_.col(k) = c * left + s * q_.col(k + 1);
    q_.col(k + 1) = c * q_.col(k + 1) - s * left;
  }
}

// w, b and the multipliers that meet the active rows with equality.
void ActiveSet::solve_active() {
  const Index k = count();
  w_.setZero();
  b_ = 0.0;
  if (k == 0) return;
  Vector u(k), e(k);
  for (Index i = 0; i < k; ++i) u[i] = rhs_[active_[i]];
  solve_r_transposed(u);
  if (signs_.size() != 0) {
    for (Index i = 0; i < k; ++i) e[i] = signs_[active_[i]];
    solve_r_transposed(e);
    b_ = e.dot(u) / e.squaredNorm();
    u -= b_ * e;
  }
  w_.noalias() = q() * u;
  solve_r(u);
  multipliers_.head(k) = u;
}

// Two corrections with residuals accumulated in twice the precision: w is then right to the rounding of its own entries.
void ActiveSet::refine() {
  const Index k = count();
  solve_active();
  if (k == 0) return;
  for (int pass = 0; pass < 2; ++pass) {
    Vector u(k), e(k);
    for (Index i = 0; i < k; ++i) {
      CompensatedSum sum;
      sum.add(rhs_[active_[i]]);
      for (Index j = 0; j < w_.size(); ++j) sum.add_product(-rows_(active_[i], j), w_[j]);
      if (signs_.size() != 0) sum.add_product(-signs_[active_[i]], b_);
      u[i] = sum.value();
    }
    solve_r_transposed(u);
    if (signs_.size() != 0) {
      for (Index i = 0; i < k; ++i) e[i] = signs_[active_[i]];
      solve_r_transposed(e);
      const double change = e.dot(u) / e.squaredNorm();
      b_ += change;
      u -= change * e;
    }
    w_.noalias() += q() * u;
    solve_r(u);
    multipliers_.head(k) += u;
  }
}

double ActiveSet::violation(Index row) const {
  const double value = rows_.row(row).dot(w_);
  return rhs_[row] - value - (signs_.size() != 0 ? signs_[row] * b_ : 0.0);
}

// A violation that rounding of w and b alone explains.
double ActiveSet::rounding_of(Index row) const {
  return 8 * kEps * (norms_[row] * w_.norm() + std::abs(b_) + std::abs(rhs_[row]));
}

bool ActiveSet::drop_negative() {
  bool dropped = false;
  const double top = count() ? multipliers_.head(count()).cwiseAbs().maxCoeff() : 0.0;
  for (Index k = count() - 1; k >= 0; --k)
    if (multipliers_[k] < -kEps * top) {
      remove(k);
      dropped = true;
    }
  return dropped;
}

void ActiveSet::start(const std::vector<Index>& rows) {
  for (Index row : rows) {
    if (is_active_[row] || count() >= rows_.cols()) continue;
    const Direction found = direction(row);
    // Nearly dependent rows are left to the method itself, which adds them only if it must.
    if (found.orthogonal.norm() > 1e-8 * norms_[row]) append(row, found);
  }
  solve_active();
  while (drop_negative()) solve_active();
}

// Most violated row against its own norm. The runners-up are kept and looked at before all rows are priced again.
Index ActiveSet::most_violated() {
  const auto best_of = [&](const std::vector<Index>& among) {
    Index best = -1;
    double worst = 0.0;
    for (Index i : among) {
      if (is_active_[i]) continue;
      const double v = violation(i);
      if (v <= rounding_of(i)) continue;
      if (best < 0 || v > worst * norms_[i]) {
        best = i;
        worst = norms_[i] > 0 ? v / norms_[i] : std::numeric_limits<double>::infinity();
      }
    }
    return best;
  };
  const Index kept = best_of(candidates_);
  if (kept >= 0) return kept;
  candidates_.clear();
  values_.noalias() = rows_ * w_;
  if (signs_.size() != 0) values_ += b_ * signs_;
  const double size = w_.norm();
  for (Index i = 0; i < rows_.rows(); ++i)
    if (!is_active_[i] && rhs_[i] - values_[i] > 8 * kEps * (norms_[i] * size + std::abs(b_) + std::abs(rhs_[i])))
      candidates_.push_back(i);
  constexpr std::size_t kKept = 16;
  if (candidates_.size() > kKept) {
    const auto worse = [&](Index i, Index j) {
      return (rhs_[i] - values_[i]) * norms_[j] > (rhs_[j] - values_[j]) * norms_[i];
    };
    std::nth_element(candidates_.begin(), candidates_.begin() + kKept, candidates_.end(), worse);
    candidates_.resize(kKept);
  }
  return best_of(candidates_);
}

bool ActiveSet::add(Index row) {
  double multiplier = 0.0;
  while (true) {
    ++steps_;
    if (count() == 0 && signs_.size() != 0) {  // nothing holds b yet: it moves alone
      b_ = signs_[row] * (rhs_[row] - rows_.row(row).dot(w_));
      append(row, direction(row));
      multipliers_[count() - 1] = multiplier;
      return true;
    }
    const Direction found = direction(row);
    if (count() == 0 && found.dependent) {  // a row of zeros
      infeasible_weights_ = Vector::Ones(1);
      return false;
    }
    double dual_step = std::numeric_limits<double>::infinity();
    Index blocking = -1;
    // Coefficients of a dependent row that are zero but for rounding do not block.
    const double zero = found.dependent ? 64 * kEps * found.coefficients.cwiseAbs().maxCoeff() : 0.0;
    for (Index k = 0; k < count(); ++k) {
      if (found.coefficients[k] <= zero) continue;
      const double ratio = std::max(multipliers_[k], 0.0) / found.coefficients[k];
      if (ratio < dual_step) {
        dual_step = ratio;
        blocking = k;
      }
    }
    const double rate = found.step.squaredNorm();
    const double primal_step = found.dependent || !(rate > 0.0) ? std::numeric_limits<double>::infinity()
                                                                : std::max(0.0, violation(row)) / rate;
    if (!std::isfinite(dual_step) && !std::isfinite(primal_step)) {
      infeasible_weights_.resize(count() + 1);
      infeasible_weights_.head(count()) = (-found.coefficients).cwiseMax(0.0);
      infeasible_weights_[count()] = 1.0;
      return false;
    }
    const double step = std::min(dual_step, primal_step);
    multipliers_.head(count()) -= step * found.coefficients;
    multiplier += step;
    if (std::isfinite(primal_step)) {
      w_.noalias() += step * found.step;
      b_ += step * found.step_b;
    }
    if (primal_step <= dual_step) {
      append(row, found);
      multipliers_[count() - 1] = multiplier;
      return true;
    }
    remove(blocking);
  }
}

LeastNormPoint ActiveSet::run(int max_steps) {
  LeastNormPoint out;
  const auto finish = [&](LeastNormPoint::End end) {
    out.end = end;
    out.w = w_;
    out.b = b_;
    out.active = active_;
    out.multipliers = multipliers_.head(count());
    out.steps = steps_;
    return out;
  };
  while (steps_ < max_steps) {
    Index row = most_violated();
    if (row < 0) {
      // Drift is removed before the end is believed; what it hid is worked off.
      do refine();
      while (drop_negative());
      candidates_.clear();
      row = most_violated();
      if (row < 0) return finish(LeastNormPoint::End::optimal);
    }
    if (!add(row)) {
      finish(LeastNormPoint::End::infeasible);
      out.active.push_back(row);
      out.multipliers = infeasible_weights_;
      return out;
    }
  }
  return finish(LeastNormPoint::End::budget);
}

}  // namespace penchant
