#include "progress.h"

#include <unistd.h>

#include <cmath>
#include <iostream>

#include "penchant/core/text.h"
#include "terminal.h"

namespace penchant::app {

namespace {

constexpr std::chrono::milliseconds kBetweenLines{200};
constexpr const char* kErase = "\r\033[K";

}  // namespace

Progress::Progress(bool quiet) : shown_(!quiet && is_terminal(STDERR_FILENO)), next_(Clock::now() + kBetweenLines) {}

bool Progress::due() const { return shown_ && Clock::now() >= next_; }

void Progress::show(std::string_view line) {
  if (!due()) return;
  next_ = Clock::now() + kBetweenLines;
  if (!in_foreground(STDERR_FILENO)) return;
  // the last column stays free: a full line would wrap
  std::cerr << kErase << fitted(line, columns_of(STDERR_FILENO) - 1) << std::flush;
  drawn_ = true;
}

void Progress::clear() {
  if (drawn_ && in_foreground(STDERR_FILENO)) std::cerr << kErase << std::flush;
  drawn_ = false;
}

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  if (seconds < 60.0) return cat(short_text(seconds, 2), " s");
  if (seconds < 3600.0) return cat(static_cast<long>(seconds) / 60, " min ", static_cast<long>(seconds) % 60, " s");
  return cat(short_text(std::floor(seconds / 3600.0), 7), " h ", static_cast<long>(std::fmod(seconds, 3600.0)) / 60, " min");
}

std::string rate_text(double per_second) {
  if (per_second >= 1e6) return cat(short_text(per_second / 1e6, 3), " M/s");
  return per_second >= 1e4 ? cat(short_text(per_second / 1e3, 3), " k/s") : cat(short_text(per_second, 3), "/s");
}

std::string pace_text(const Pace& pace, std::string_view unit) {
  const double rate = pace.seconds > 0.0 ? static_cast<double>(pace.fresh) / pace.seconds : 0.0;
  const std::string count = cat(pace.done, " of ", pace.total, " ", unit);
  return rate > 0.0
             ? cat(count, "  ", rate_text(rate), "  ", duration_text(static_cast<double>(pace.total - pace.done) / rate), " left")
             : count;
}

}  // namespace penchant::app
