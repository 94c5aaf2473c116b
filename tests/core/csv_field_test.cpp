#include "penchant/core/csv_field.h"

#include <gtest/gtest.h>

namespace penchant {
namespace {

TEST(CsvField, what_a_spreadsheet_would_run_as_a_formula_is_led_by_an_apostrophe) {
  EXPECT_EQ(csv_text("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
  EXPECT_EQ(csv_text("@SUM(1,2)"), "\"'@SUM(1,2)\"");
  EXPECT_EQ(csv_text("+a"), "'+a");
  EXPECT_EQ(csv_text("-a"), "'-a");
  EXPECT_EQ(csv_text("\ta"), "'\ta");
}

TEST(CsvField, numbers_and_plain_words_stay_as_they_are) {
  for (const char* text : {"", "sepal length", "-1e-3", "+2", "a=b", "1+1"}) EXPECT_EQ(csv_text(text), text);
}

TEST(CsvField, commas_quotes_and_line_ends_are_quoted) {
  EXPECT_EQ(csv_quoted("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_quoted("say \"x\"\n"), "\"say \"\"x\"\"\n\"");
  EXPECT_EQ(csv_quoted("[-1,2]"), "\"[-1,2]\"");
}

}  // namespace
}  // namespace penchant
