// Random numbers as a pure function of what they are for: nothing to checkpoint, send or order (Philox 4x32-10,
// Salmon et al. 2011).
#pragma once

#include <cstdint>
#include <string_view>

namespace penchant {

// The stream of one purpose ("noise", "batch", …) under one seed.
struct RandomKey {
  std::uint64_t seed = 0;
  std::uint64_t purpose = 0;

  RandomKey(std::uint64_t seed, std::string_view purpose);
  // The two words of Philox's key, low and high.
  std::uint64_t philox_key() const { return seed ^ (purpose * 0x9E3779B97F4A7C15ull); }
};

// The 128 bits behind every number below: two words. The counter holds 32 bits of index, 32 of member and 64 of step.
struct RandomWords {
  std::uint64_t first, second;
};
RandomWords random_words(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index);


// Uniform on 2^52 midpoints of (0, 1): never 0, never 1.
double uniform(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index);
// Standard normal by Box-Muller on one Philox block.
double normal(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index);
// +1 or -1 with equal chance.
double rademacher(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index);
// Uniform on 0 … bound-1; bound >= 1. The bias of the reduction is below 2^-53.
std::uint64_t uniform_index(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index,
                            std::uint64_t bound);

}  // namespace penchant
