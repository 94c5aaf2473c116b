// Which moments of a run are kept: the first, the last, and between them at most so many, evenly spaced in log time.
// Where log time itself spans decades (normalised clocks reach 1e9) the spacing grows with it:
//   s(l) = l for |l| <= 20,  ± 20 (1 + log(|l|/20)) beyond,   l = log10 time;   one snapshot per cell of width h in s.
// The end of a run is not known beforehand: cells double in width whenever they would hold too many.
#pragma once

#include <vector>

#include "penchant/core/binary.h"
#include "penchant/dynamics/trajectory.h"

namespace penchant {

class SaveAt {
 public:
  explicit SaveAt(int most);

  // log10 time at which the next snapshot is due; +inf before a first finite time is known.
  double next() const;
  bool is_due(double log10_time) const;
  void keep(Snapshot snapshot);
  void save(Writer& out) const;
  void load(Reader& in);
  // Everything kept, ending with `last`.
  std::vector<Snapshot> finish(Snapshot last) &&;

 private:
  double cell(double log10_time) const;
  void thin();

  std::size_t most_;
  double width_;
  bool has_time_ = false;  // a snapshot after the start is kept
  double last_cell_ = 0.0;
  std::vector<Snapshot> kept_;
};

}  // namespace penchant
