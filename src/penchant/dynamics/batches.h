// Which samples a step uses: a pure function of the seed and the step.
#pragma once

#include <cstdint>
#include <vector>

#include "penchant/core/random.h"
#include "penchant/core/types.h"

namespace penchant {

// Without replacement: passes of ceil(n/b) steps over a random order of all samples, a new order each pass;
// the last batch of a pass is shorter where b does not divide n. With replacement: b independent draws a step. batch = n (or 0) is
// always all samples in order.
class Batches {
 public:
  Batches(Index samples, Index batch, bool replacement, std::uint64_t seed);

  bool is_full() const { return full_; }
  const std::vector<Index>& at(std::uint64_t step);

 private:
  void shuffle(std::uint64_t pass);

  Index samples_, batch_;
  bool replacement_, full_;
  RandomKey key_;
  std::vector<Index> order_, current_;
  std::uint64_t pass_ = ~std::uint64_t{0};
};

}  // namespace penchant
