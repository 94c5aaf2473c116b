#include "penchant/limits/solvers/homotopy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/limits/solvers/homotopy_kernels.h"

namespace penchant::l1 {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// ‖y‖ = 1. A residual this small is rounding of the fit, correlations with it are noise.
constexpr double kFit = 5e-14;
// Only events this much further down are suspected of being rounding of one at λ = 0.
constexpr double kLate = 1e-4;
// Risk of an idle feature: slack over slope, the slope raised by this share of its bound because it will change.
constexpr double kFirstMargin = 0.6;
constexpr double kMargin = 0.1;
constexpr double kMarginAfterMiss = 1.6, kMarginAfterHit = 0.9;

}  // namespace

Homotopy::Homotopy(const L1Problem& problem, const Vector& y, HomotopyOptions options)
    : problem_(problem),
      options_(options),
      columns_(problem.x),
      qr_(y),
      y_(y),
      norms_(problem.x.cols()),
      b_all_(problem.x.cols()),
      a_all_(Vector::Zero(problem.x.cols())),
      is_active_(problem.x.cols(), 0),
      slot_of_(problem.x.cols(), -1) {
  if (options_.max_events == 0) options_.max_events = static_cast<int>(100 * y.size() + 1000);
}

Homotopy::End Homotopy::run() {
  if (!start()) return End::zero_lambda;
  for (;;) {
    const bool at_end = walk();
    if (broken_) return End::breakdown;
    if (events_ > options_.max_events) return End::budget;
    // What entered since the window was chosen is active and followed: counted once.
    const auto beside = std::count_if(active_.begin(), active_.end(), [&](Index j) { return slot_of_[j] < 0; });
    const bool follows_all = static_cast<Index>(followed_.size()) + beside >= problem_.x.cols();
    if (!(at_end && follows_all)) {
      qr_.refresh();
      correlate_pair(problem_.x.data(), problem_.x.rows(), problem_.x.cols(), qr_.residual().data(), qr_.dual().data(),
                     b_all_.data(), a_all_.data());
      ++passes_;
      const std::vector<Index> features = missed();
      if (!features.empty()) {
        reached_target_ = false;
        margin_ = std::min(kFirstMargin, kMarginAfterMiss * margin_);
        follow(features);
        undo_until_valid(features);
        if (broken_) return End::breakdown;
        continue;
      }
    }
    if (at_end) return reached_target_ ? End::reached_target : End::zero_lambda;
    margin_ = std::max(kMargin, kMarginAfterHit * margin_);
    choose_window();
  }
}

bool Homotopy::start() {
  correlate_and_measure(problem_.x.data(), problem_.x.rows(), problem_.x.cols(), y_.data(), b_all_.data(), norms_.data());
  ++passes_;
  require_finite_correlations(norms_);
  norms_ = norms_.cwiseSqrt();
  for (Index j = 0; j < b_all_.size(); ++j)
    if (std::abs(b_all_[j]) <= kNoise * norms_[j]) b_all_[j] = 0.0;
  lambda_ = problem_.dual_scale(b_all_);
  if (!(lambda_ > 0)) return false;
  margin_ = kFirstMargin;
  choose_window();
  margin_ = kMargin;
  resolve();
  operations_.clear();
  segments_ = {{lambda_, 0}};
  return true;
}

// Follows events down to the floor of the window. True at the end of the path.
bool Homotopy::walk() {
  for (;;) {
    if (++events_ > options_.max_events) return true;
    const double hit = next_event();
    // A fit without events left may be the end already: worth a look at all features.
    const double floor = hit == 0.0 && fits() ? 0.0 : floor_;
    const double at_target = target_lambda();
    if (at_target > 0 && at_target >= std::max(hit, floor)) {
      lambda_ = std::min(lambda_, at_target);
      reached_target_ = true;
      return true;
    }
    if (hit <= floor) {
      lambda_ = floor;
      return floor == 0.0;
    }
    lambda_ = hit;
    resolve();
    segments_.push_back({lambda_, operations_.size()});
  }
}

bool Homotopy::fits() const { return qr_.residual().norm() <= kFit; }

// Relative distance of c_j from its nearer bound at the present λ.
double Homotopy::slack(Index j, double c) const {
  return 1.0 - std::max(c / (lambda_ * problem_.up[j]), -c / (lambda_ * problem_.down[j]));
}

// How fast the tied bound closes in on c_j as λ falls, relative to the bound: > 0 means that j must enter.
double Homotopy::urgency(Index j, double b, double a) const {
  return b + lambda_ * a > 0 ? 1.0 - a / problem_.up[j] : 1.0 + a / problem_.down[j];
}

double Homotopy::rate_noise(Index j, double dual_norm) const {
  return 4 * kEps + 32 * kEps * norms_[j] * dual_norm / std::min(problem_.up[j], problem_.down[j]);
}

// The λ asked for, or that at which ‖r‖² = ‖r⊥‖² + λ²‖u‖² is δ²; 0 where this active set gets to neither.
double Homotopy::target_lambda() const {
  const double rest = qr_.residual().norm(), delta = options_.delta;
  if (!(delta > rest)) return options_.lambda;
  return std::max(options_.lambda, std::sqrt((delta - rest) * (delta + rest)) / qr_.dual().norm());
}

// The largest λ below the present one at which something happens; 0 if nothing does.
double Homotopy::next_event() const {
  double hit = 0.0;
  for (Index i = 0; i < qr_.size(); ++i)
    if (slope_[i] * prices_[i] < 0 && fit_[i] * prices_[i] < 0 && fit_[i] / slope_[i] > hit && !is_rounding(i))
      hit = fit_[i] / slope_[i];
  if (!fits()) {
    const double dual_norm = qr_.dual().norm();
    for (std::size_t slot = 0; slot < followed_.size(); ++slot) {
      const Index j = followed_[slot];
      if (is_active_[j] || refused_[slot] || std::abs(b_[slot]) <= kNoise * norms_[j]) continue;
      const bool upper = b_[slot] > 0;
      const double bound = upper ? problem_.up[j] : problem_.down[j];
      const double closing = upper ? bound - a_[slot] : bound + a_[slot];
      if (closing > 4 * kEps * bound + 32 * kEps * norms_[j] * dual_norm) hit = std::max(hit, std::abs(b_[slot]) / closing);
    }
  }
  // r = r⊥ + λ u: what happens where λ u is rounding of a fit happens at λ = 0.
  // Large features make u small long before y is fitted.
  return fits() && hit * qr_.dual().norm() <= kFit ? 0.0 : std::min(hit, lambda_);
}

// Coordinates that return to 0 exactly at λ = 0 must not be seen to cross it just before: the dual would jump.
bool Homotopy::is_rounding(Index i) const {
  if (fit_[i] / slope_[i] > kLate * lambda_) return false;
  double size = 1.0;
  for (Index k = 0; k < fit_.size(); ++k) size += norms_[active_[k]] * std::abs(fit_[k]);
  return std::abs(fit_[i]) <= kNoise * size * qr_.sensitivity(i);
}

// The active set just below λ, by Lawson-Hanson on the coordinates that are at 0 there.
void Homotopy::resolve() {
  std::fill(refused_.begin(), refused_.end(), 0);
  release_zeros();
  std::vector<std::size_t> tied;
  for (std::size_t slot = 0; slot < followed_.size(); ++slot)
    if (!is_active_[followed_[slot]] && slack(followed_[slot], b_[slot] + lambda_ * a_[slot]) <= kTie) tied.push_back(slot);
  const std::size_t base = active_.size();
  std::vector<double> direction;  // of the coordinates that entered here, times their sign: > 0
  for (;;) {
    std::size_t chosen = followed_.size();
    const double dual_norm = qr_.dual().norm();
    double most = 0.0;
    for (std::size_t slot : tied) {
      const Index j = followed_[slot];
      if (is_active_[j] || refused_[slot]) continue;
      const double must = urgency(j, b_[slot], a_[slot]);
      if (must > rate_noise(j, dual_norm) && must > most) {
        most = must;
        chosen = slot;
      }
    }
    if (chosen == followed_.size()) break;
    if (!enter(chosen)) {
      refused_[chosen] = 1;
      continue;
    }
    direction.push_back(0.0);
    for (;;) {
      qr_.coefficients(fit_, slope_);
      double step = 1.0;
      std::size_t blocked = direction.size();
      for (std::size_t k = 0; k < direction.size(); ++k) {
        const double target = prices_[base + k] > 0 ? slope_[base + k] : -slope_[base + k];
        if (target > 0) continue;
        const double length = direction[k] > 0 ? direction[k] / (direction[k] - target) : 0.0;
        if (length < step || blocked == direction.size()) {
          step = length;
          blocked = k;
        }
      }
      for (std::size_t k = 0; k < direction.size(); ++k) {
        const double target = prices_[base + k] > 0 ? slope_[base + k] : -slope_[base + k];
        direction[k] += step * (target - direction[k]);
      }
      if (blocked == direction.size()) break;
      // Entered and turned back at once: its urgency was rounding.
      const Index feature = active_[base + blocked];
      if (blocked + 1 == direction.size() && direction[blocked] <= 0) refused_[slot_of_[feature]] = 1;
      leave(static_cast<Index>(base + blocked));
      direction.erase(direction.begin() + static_cast<std::ptrdiff_t>(blocked));
    }
  }
  qr_.coefficients(fit_, slope_);
}

void Homotopy::release_zeros() {
  std::vector<Index> zeros;
  for (Index i = 0; i < qr_.size(); ++i) {
    const double beta = fit_[i] - lambda_ * slope_[i];
    if (beta * prices_[i] <= 0 || std::abs(beta) <= kTie * (std::abs(fit_[i]) + lambda_ * std::abs(slope_[i]))) zeros.push_back(i);
  }
  for (auto i = zeros.rbegin(); i != zeros.rend(); ++i) leave(*i);
}

bool Homotopy::enter(std::size_t slot) {
  const Index j = followed_[slot];
  const double price = b_[slot] + lambda_ * a_[slot] > 0 ? problem_.up[j] : -problem_.down[j];
  if (!qr_.insert(pointers_[slot], price)) return false;
  active_.push_back(j);
  prices_.push_back(price);
  is_active_[j] = 1;
  operations_.push_back({true, j, price});
  moved();
  return true;
}

void Homotopy::leave(Index position) {
  const Index j = active_[position];
  operations_.push_back({false, j, prices_[position]});
  drop(position);
  moved();
  if (slot_of_[j] < 0) follow({j});
}

// Carries the last change of the basis over to the followed correlations.
void Homotopy::moved() {
  column_dots(pointers_.data(), pointers_.size(), y_.size(), qr_.direction().data(), dots_.data());
  for (std::size_t slot = 0; slot < followed_.size(); ++slot) {
    b_[slot] -= qr_.fit_change() * dots_[slot];
    a_[slot] += qr_.dual_change() * dots_[slot];
  }
}

void Homotopy::drop(Index position) {
  qr_.remove(position);
  is_active_[active_[position]] = 0;
  active_.erase(active_.begin() + position);
  prices_.erase(prices_.begin() + position);
}

std::vector<double> Homotopy::knots() const {
  std::vector<double> out;
  for (const Segment& segment : segments_) out.push_back(segment.lambda);
  return out;
}

void Homotopy::restore(Index feature, double price) {
  if (!qr_.insert(columns_[feature], price)) {
    broken_ = true;
    return;
  }
  active_.push_back(feature);
  prices_.push_back(price);
  is_active_[feature] = 1;
}

}  // namespace penchant::l1
