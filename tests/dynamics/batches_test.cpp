#include "penchant/dynamics/batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "penchant/core/error.h"

namespace penchant {
namespace {

std::vector<Index> pass(Batches& batches, std::uint64_t first, std::uint64_t steps) {
  std::vector<Index> out;
  for (std::uint64_t k = first; k < first + steps; ++k)
    for (Index i : batches.at(k)) out.push_back(i);
  return out;
}

TEST(Batches, a_pass_without_replacement_uses_every_sample_once) {
  for (Index n : {1, 2, 7, 12})
    for (Index b = 1; b <= n; ++b) {
      Batches batches(n, b, false, 3);
      const auto steps = static_cast<std::uint64_t>((n + b - 1) / b);
      for (std::uint64_t p : {0u, 1u, 5u}) {
        const std::vector<Index> seen = pass(batches, p * steps, steps);
        EXPECT_EQ(seen.size(), static_cast<std::size_t>(n));
        EXPECT_EQ(std::set<Index>(seen.begin(), seen.end()).size(), static_cast<std::size_t>(n)) << n << " by " << b;
      }
    }
}

TEST(Batches, a_step_does_not_depend_on_the_steps_before_it) {
  Batches in_order(9, 2, false, 4), at_once(9, 2, false, 4);
  pass(in_order, 0, 23);
  EXPECT_EQ(in_order.at(23), at_once.at(23));
  EXPECT_EQ(in_order.at(3), at_once.at(3)) << "nor on going back";
}

TEST(Batches, passes_and_seeds_have_orders_of_their_own) {
  Batches one(20, 1, false, 1), two(20, 1, false, 2);
  EXPECT_NE(pass(one, 0, 20), pass(one, 20, 20));
  EXPECT_NE(pass(one, 0, 20), pass(two, 0, 20));
}

TEST(Batches, all_samples_come_in_order) {
  for (Index b : {0, 4}) {
    Batches batches(4, b, false, 1);
    EXPECT_TRUE(batches.is_full());
    EXPECT_THAT(batches.at(17), ::testing::ElementsAre(0, 1, 2, 3));
  }
}

TEST(Batches, draws_with_replacement_are_uniform) {
  // 4000 draws from 8: each count is 500 ± 4 standard deviations of √(4000·7/64) = 21.
  Batches batches(8, 4, true, 5);
  std::vector<int> counts(8, 0);
  for (Index i : pass(batches, 0, 1000)) ++counts[static_cast<std::size_t>(i)];
  for (int count : counts) EXPECT_NEAR(count, 500, 84);
}

TEST(Batches, a_batch_larger_than_the_data_is_refused) { EXPECT_THROW(Batches(4, 5, false, 1), InvalidInput); }

}  // namespace
}  // namespace penchant
