// Drawing rows: pure functions of the seed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "penchant/core/types.h"

namespace penchant {

// A uniformly drawn order of 0 … n-1 (Fisher and Yates) for one purpose.
std::vector<Index> random_order(Index n, std::uint64_t seed, std::string_view purpose);

struct Split {
  std::vector<Index> train, test;  // both increasing
};
// round(fraction n) test rows, but at least one of each part; n >= 2.
Split draw_test(Index n, double fraction, std::uint64_t seed);

// Fold 0 … folds-1 of each of n samples, sizes differing by at most one; 2 <= folds <= n.
std::vector<int> draw_folds(Index n, int folds, std::uint64_t seed);

}  // namespace penchant
