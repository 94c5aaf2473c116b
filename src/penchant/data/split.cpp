#include "penchant/data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "penchant/core/random.h"

namespace penchant {

std::vector<Index> random_order(Index n, std::uint64_t seed, std::string_view purpose) {
  const RandomKey key(seed, purpose);
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t left = order.size(); left > 1; --left)
    std::swap(order[left - 1], order[uniform_index(key, 0, left, 0, left)]);
  return order;
}

Split draw_test(Index n, double fraction, std::uint64_t seed) {
  const std::vector<Index> order = random_order(n, seed, "test");
  const auto wanted = static_cast<Index>(std::llround(fraction * static_cast<double>(n)));
  const auto cut = order.begin() + std::clamp<Index>(wanted, 1, n - 1);
  Split split{{cut, order.end()}, {order.begin(), cut}};
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.test.begin(), split.test.end());
  return split;
}

std::vector<int> draw_folds(Index n, int folds, std::uint64_t seed) {
  std::vector<int> fold(static_cast<std::size_t>(n));
  int next = 0;
  for (const Index i : random_order(n, seed, "folds")) fold[static_cast<std::size_t>(i)] = next++ % folds;
  return fold;
}

}  // namespace penchant
