// One line of progress on standard error: drawn after a fifth of a second, redrawn in place at most five times a second,
// erased at the end.
// Without a terminal, in the background and under --quiet nothing is written: no bar ends up in a log.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace penchant::app {

class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  bool shown() const { return shown_; }   // false: show() never writes
  bool due() const;                       // show() would write now; ask where making the text costs something
  void show(std::string_view line);       // one line, cut to the terminal's width
  void clear();                           // before anything else is written

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_, drawn_ = false;
  Clock::time_point next_;
};

// "3 s", "2 min 5 s", "7 h 12 min"; "?" where it is not a number.
std::string duration_text(double seconds);

// "310/s", "25.4 k/s", "1.2 M/s".
std::string rate_text(double per_second);

// "1200 of 5000 trials  310/s  12 s left": `fresh` of the `done` came in the last `seconds`, and set the rate; without any,
//                              only the count.
struct Pace {
  std::uint64_t done = 0, total = 0, fresh = 0;
  double seconds = 0.0;
};
std::string pace_text(const Pace& pace, std::string_view unit);

}  // namespace penchant::app
