// Which features the path follows from event to event, and what happens when that was one too few.
#include <algorithm>
#include <cmath>

#include "penchant/core/error.h"
#include "penchant/limits/solvers/homotopy.h"
#include "penchant/limits/solvers/homotopy_kernels.h"

namespace penchant::l1 {

namespace {

constexpr std::size_t kWindow = 128;

}  // namespace

// λ at which each feature would reach a bound if its slope grew by `margin_` of that bound; <= 0 where it would not.
Vector Homotopy::risks() const {
  const double grown = 1.0 + margin_;
  const auto c = b_all_.array() + lambda_ * a_all_.array();
  const auto reach = [&](const auto& room, const auto& closing) { return (closing > 0).select(lambda_ - room / closing, 0.0); };
  const auto upper = reach(lambda_ * problem_.up.array() - c, grown * problem_.up.array() - a_all_.array());
  if (problem_.positive()) return upper;
  return upper.max(reach(lambda_ * problem_.down.array() + c, grown * problem_.down.array() + a_all_.array()));
}

void Homotopy::choose_window() {
  const Vector when = risks();
  std::vector<std::pair<double, Index>> risk;
  risk.reserve(when.size());
  for (Index j = 0; j < when.size(); ++j)
    if (!is_active_[j]) risk.emplace_back(std::max(when[j], 0.0), j);
  std::size_t size = options_.screen ? std::min(risk.size(), std::max<std::size_t>(kWindow, active_.size())) : risk.size();
  const auto later = [](const auto& x, const auto& y) { return x.first > y.first || (x.first == y.first && x.second < y.second); };
  // A window whose floor is at λ itself makes no progress: many features tied there.
  for (;; size = std::min(risk.size(), 2 * size)) {
    if (size == risk.size()) break;
    std::nth_element(risk.begin(), risk.begin() + size, risk.end(), later);
    if (risk[size].first < lambda_ * (1.0 - 1e-3)) break;
  }
  floor_ = size == risk.size() ? 0.0 : risk[size].first;
  for (Index j : followed_) slot_of_[j] = -1;
  followed_.clear();
  pointers_.clear();
  b_.clear();
  a_.clear();
  std::vector<Index> chosen(size);
  for (std::size_t k = 0; k < size; ++k) chosen[k] = risk[k].second;
  std::sort(chosen.begin(), chosen.end());
  columns_.fetch(chosen);
  for (Index j : chosen) {
    slot_of_[j] = static_cast<Index>(followed_.size());
    followed_.push_back(j);
    pointers_.push_back(columns_[j]);
    b_.push_back(b_all_[j]);
    a_.push_back(a_all_[j]);
  }
  dots_.resize(size);
  refused_.assign(size, 0);
  operations_.clear();
  segments_ = {{lambda_, 0}};
}

void Homotopy::follow(const std::vector<Index>& features) {
  columns_.fetch(features);
  const std::size_t from = followed_.size();
  for (Index j : features) {
    if (slot_of_[j] >= 0) continue;
    slot_of_[j] = static_cast<Index>(followed_.size());
    followed_.push_back(j);
    pointers_.push_back(columns_[j]);
  }
  b_.resize(followed_.size());
  a_.resize(followed_.size());
  dots_.resize(followed_.size());
  refused_.resize(followed_.size(), 0);
  measure_followed(from);
}

void Homotopy::measure_followed(std::size_t from) {
  const std::size_t count = followed_.size() - from;
  column_dots(pointers_.data() + from, count, y_.size(), qr_.residual().data(), b_.data() + from);
  column_dots(pointers_.data() + from, count, y_.size(), qr_.dual().data(), a_.data() + from);
}

// Features outside the window that are past their bound.
std::vector<Index> Homotopy::missed() const {
  std::vector<Index> features;
  const double dual_norm = qr_.dual().norm();
  for (Index j = 0; j < problem_.x.cols(); ++j) {
    if (is_active_[j] || slot_of_[j] >= 0) continue;
    const double up = problem_.up[j], down = problem_.down[j];
    bool past;
    if (lambda_ > 0) {
      const double c = b_all_[j] + lambda_ * a_all_[j], reach = lambda_ * (1.0 + 10 * kTie);
      past = c > reach * up || c < -reach * down;
    } else {
      // At λ = 0: c_j = b_j must be 0 (not above it if positive), and on the way there c_j = λ a_j within its bounds.
      const double noise = 4 * kNoise * norms_[j];
      const double reach = 1.0 + 2 * rate_noise(j, dual_norm);
      past =
          b_all_[j] > noise || (b_all_[j] < -noise && std::isfinite(down)) || a_all_[j] > reach * up || a_all_[j] < -reach * down;
    }
    if (past) features.push_back(j);
  }
  return features;
}

void Homotopy::undo_until_valid(const std::vector<Index>& features) {
  for (;;) {
    lambda_ = segments_.back().lambda;
    if (segments_.size() == 1) break;
    bool valid = true;
    for (Index j : features) {
      const Eigen::Map<const Vector> column(columns_[j], y_.size());
      valid = valid && slack(j, column.dot(qr_.residual()) + lambda_ * column.dot(qr_.dual())) >= -kTie;
    }
    if (valid) break;
    segments_.pop_back();
    while (operations_.size() > segments_.back().operations) {
      undo(operations_.back());
      operations_.pop_back();
    }
  }
  std::fill(refused_.begin(), refused_.end(), 0);
  measure_followed(0);
  qr_.coefficients(fit_, slope_);
}

void Homotopy::undo(const Operation& operation) {
  if (!operation.inserted) {
    restore(operation.feature, operation.price);
    return;
  }
  const auto at = std::find(active_.begin(), active_.end(), operation.feature);
  PENCHANT_CHECK(at != active_.end());
  drop(at - active_.begin());
  if (slot_of_[operation.feature] < 0) follow({operation.feature});
}

}  // namespace penchant::l1
