// One sweep on many processes: rank 0 hands out trials to itself and to the others, every rank runs and writes its own.
//   rank k -> 0: {few, together (see SweepOptions::claim), finished, refused, failed so far}; few = 0: it leaves, its results last
//   0 -> rank k: the indices of its next trials; none: nothing is left
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "penchant/lab/engine.h"

namespace penchant {

// How the processes of a farm speak. A process uses it from one thread at a time; messages between two processes keep their order.
class Messenger {
 public:
  struct Message {
    int from = 0;
    std::vector<std::uint64_t> words;
  };
  virtual ~Messenger() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual void send(int to, std::span<const std::uint64_t> words) = 0;
  virtual Message receive(int from) = 0;  // waits; from < 0: of anybody
};

// Called by every rank with the same grid; options.shard and options.done count on rank 0,
// whose summary is that of all of them (returned when every other rank has left). An error on a rank ends that rank only;
// one on rank 0 ends them all.
SweepSummary run_farm(const Grid& grid, const TrialSink& sink, SweepOptions options, Messenger& messenger);

// For a rank other than 0 that cannot call run_farm: rank 0 would wait for it.
void leave_farm(Messenger& messenger);

}  // namespace penchant
