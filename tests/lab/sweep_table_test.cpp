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
  EXPECT_THAT(testing::refusal([&] { require_complete(table, "store"); }),
              HasSubstr("store: the sweep is incomplete (4 of 10 trials: 6 missing, 1 failed, 1 refused)"));
}

TEST(SweepTable, what_theory_refuses_is_a_result) {
  StoreTable table = small();
  table.outcomes[1] = TrialOutcome::refused;
  EXPECT_TRUE(count_trials(table).complete());
  EXPECT_EQ(count_trials(table).text(), "all 4 trials: 1 refused");
}

}  // namespace
}  // namespace penchant
