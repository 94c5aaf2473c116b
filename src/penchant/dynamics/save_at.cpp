#include "penchant/dynamics/save_at.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/dynamics/saved_trajectory.h"

namespace penchant {

namespace {

constexpr double kUniform = 20.0;            // decades of time on either side of 1 with even spacing
constexpr double kFirstWidth = 1.0 / 64.0;   // of a decade
constexpr double kRounding = 1e-9;           // of a cell: a flow asked for a time may miss it by the rounding of its log

double spaced(double l) {
  return std::abs(l) <= kUniform ? l : std::copysign(kUniform * (1.0 + std::log(std::abs(l) / kUniform)), l);
}

double unspaced(double s) {
  return std::abs(s) <= kUniform ? s : std::copysign(kUniform * std::exp(std::abs(s) / kUniform - 1.0), s);
}

}  // namespace

SaveAt::SaveAt(int most) : most_(static_cast<std::size_t>(std::max(most, 3))), width_(kFirstWidth) {}

double SaveAt::cell(double log10_time) const { return std::floor(spaced(log10_time) / width_ + kRounding); }

bool SaveAt::is_due(double log10_time) const { return !has_time_ || cell(log10_time) > last_cell_; }

double SaveAt::next() const {
  if (!has_time_) return std::numeric_limits<double>::infinity();
  return unspaced((last_cell_ + 1.0) * width_);
}

void SaveAt::keep(Snapshot snapshot) {
  if (std::isfinite(snapshot.log10_time)) {
    has_time_ = true;
    last_cell_ = cell(snapshot.log10_time);
  }
  kept_.push_back(std::move(snapshot));
  if (kept_.size() + 1 > most_) thin();  // one place is the last snapshot's
}

void SaveAt::thin() {
  while (kept_.size() + 1 > most_) {
    width_ *= 2.0;
    double previous = std::numeric_limits<double>::quiet_NaN();
    std::vector<Snapshot> fewer;
    for (Snapshot& snapshot : kept_) {
      const bool first = !std::isfinite(snapshot.log10_time);
      const double now = first ? previous : cell(snapshot.log10_time);
      if (first || now != previous) fewer.push_back(std::move(snapshot));
      previous = now;
    }
    kept_ = std::move(fewer);
  }
  if (has_time_) last_cell_ = cell(kept_.back().log10_time);
}

void SaveAt::save(Writer& out) const {
  out.integer(static_cast<std::int64_t>(most_));
  out.number(width_);
  out.flag(has_time_);
  out.number(last_cell_);
  write(out, kept_);
}

void SaveAt::load(Reader& in) {
  most_ = static_cast<std::size_t>(in.integer());
  width_ = in.number();
  has_time_ = in.flag();
  last_cell_ = in.number();
  kept_ = read_snapshots(in);
}

std::vector<Snapshot> SaveAt::finish(Snapshot last) && {
  if (!kept_.empty() && kept_.back().steps == last.steps && kept_.back().log10_time == last.log10_time) kept_.pop_back();
  kept_.push_back(std::move(last));
  return std::move(kept_);
}

}  // namespace penchant
