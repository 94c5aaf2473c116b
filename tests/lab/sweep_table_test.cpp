#include "penchant/lab/sweep_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/store_tables.h"
#include "support/temporary.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::number_column;
using testing::table_of;
using testing::word_column;

const double kNaN = std::nan("");

StoreTable small() {
  return table_of({number_column("init.scale", {0.1, 0.1, 0.01, 0.01}, true), number_column("data.seed", {0, 1, 0, 1}, true, true),
                   word_column("form", {"power", "", "power", "product"}, true), number_column("distance", {1, 3, 5, kNaN})});
}

TEST(Summary, of_one_to_five_by_hand) {
  const Summary s = summarise(std::vector<double>{5, 1, 4, 2, 3});
  EXPECT_EQ(s.count, 5u);
  EXPECT_EQ(s.mean, 3.0);
  EXPECT_NEAR(s.standard_error, std::sqrt(2.5 / 5.0), testing::rounding(8)) << "variance 10/4";
  EXPECT_EQ(s.median, 3.0);
  EXPECT_NEAR(s.low, 1.4, testing::rounding(8)) << "between the first and second, at place 0.4";
  EXPECT_NEAR(s.high, 4.6, testing::rounding(8));
}

TEST(Summary, what_is_not_a_number_takes_no_part_and_is_counted) {
  const Summary s = summarise(std::vector<double>{kNaN, 2.0, INFINITY});
  EXPECT_EQ(s.count, 1u);
  EXPECT_EQ(s.missing, 2u);
  EXPECT_EQ(s.median, 2.0);
  EXPECT_TRUE(std::isnan(s.standard_error)) << "one number has no spread";
  EXPECT_TRUE(std::isnan(summarise(std::vector<double>{}).mean));
}

TEST(Summary, shift_and_scale_go_through) {
  std::vector<double> values, moved;
  for (int i = 0; i < 37; ++i) {
    values.push_back(std::sin(i * 1.7));
    moved.push_back(3.0 - 2.0 * values.back());
  }
  const Summary a = summarise(values), b = summarise(moved);
  const double tolerance = testing::rounding(37 * 4);
  EXPECT_NEAR(b.mean, 3.0 - 2.0 * a.mean, tolerance);
  EXPECT_NEAR(b.standard_error, 2.0 * a.standard_error, tolerance);
  EXPECT_NEAR(b.low, 3.0 - 2.0 * a.high, tolerance) << "a reflection swaps the quantiles";
}

TEST(SweepTable, levels_of_numbers_increase_and_words_keep_their_order) {
  const StoreTable table = small();
  const Levels scale = levels_of(table, "init.scale"), form = levels_of(table, "form");
  EXPECT_TRUE(scale.numeric);
  EXPECT_EQ(scale.number(0), 0.01);
  EXPECT_THAT(scale.of_row, ElementsAre(1, 1, 0, 0));
  EXPECT_FALSE(form.numeric);
  EXPECT_THAT(form.of_row, ElementsAre(0, -1, 0, 1));
}

TEST(SweepTable, groups_stand_in_order_and_rows_without_a_level_in_none) {
  const StoreTable table = small();
  const Levels scale = levels_of(table, "init.scale"), form = levels_of(table, "form");
  const auto groups = group_rows(all_rows(table), {&scale, &form});
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_THAT(groups[0].rows, ElementsAre(2));
  EXPECT_THAT(groups[1].rows, ElementsAre(3));
  EXPECT_THAT(groups[2].rows, ElementsAre(0));
  EXPECT_EQ(group_rows(all_rows(table), {}).size(), 1u) << "nothing to tell rows apart: one group";
}

TEST(SweepTable, rows_are_filtered_by_numbers_and_words) {
  const StoreTable table = small();
  EXPECT_THAT(rows_where(table, {{"init.scale", 0.1}}), ElementsAre(0, 1));
  EXPECT_THAT(rows_where(table, {{"data.seed", 1.0}, {"form", "product"}}), ElementsAre(3)) << "1 is 1.0";
  EXPECT_THAT(testing::refusal([&] { rows_where(table, {{"init.scal", 1}}); }), HasSubstr("did you mean \"init.scale\""));
}

TEST(SweepTable, an_incomplete_sweep_has_no_statistics_and_says_how_much_is_missing) {
  StoreTable table = small();
  EXPECT_NO_THROW(require_complete(table, "store"));
  table.trials = 10;
  table.outcomes[0] = TrialOutcome::failed;
  table.outcomes[1] = TrialOutcome::refused;
  EXPECT_EQ(count_trials(table).text(), "4 of 10 trials: 6 missing, 1 failed, 1 refused");
  EXPECT_THAT(testing::refusal([&] { require_complete(table, "store"); }), HasSubstr("store: the sweep is incomplete (4 of 10 trials: 6 missing, 1 failed, 1 refused)"));
}

TEST(SweepTable, what_theory_refuses_is_a_result) {
  StoreTable table = small();
  table.outcomes[1] = TrialOutcome::refused;
  EXPECT_TRUE(count_trials(table).complete());
  EXPECT_EQ(count_trials(table).text(), "all 4 trials: 1 refused");
}

}  // namespace
}  // namespace penchant
