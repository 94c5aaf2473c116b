#include <gtest/gtest.h>

#include <cmath>

#include "penchant/core/text.h"
#include "penchant/data/table.h"
#include "support/planted.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using testing::refusal;
using Names = std::vector<std::string>;

Table read(std::string_view bytes) { return parse_csv(bytes, "a.csv"); }
std::string read_error(std::string_view bytes) {
  return refusal([&] { read(bytes); });
}

TEST(Csv, a_first_row_beyond_the_range_of_a_double_is_no_header) {
  for (const char* row : {"1e400\n", "+1e400\n", "1,-1e999\n"}) EXPECT_FALSE(read(cat(row, row)).header) << row;
}

TEST(Csv, header_is_a_first_row_with_a_cell_that_is_no_number) {
  const Table with = read("a,2\n1,2\n3,4\n");
  EXPECT_TRUE(with.header);
  EXPECT_EQ(with.names, (Names{"a", "2"}));
  EXPECT_EQ(with.numbers, (Matrix(2, 2) << 1, 2, 3, 4).finished());
  const Table without = read("1,2\n3,4\n");
  EXPECT_FALSE(without.header);
  EXPECT_EQ(without.names, (Names{"x1", "x2"}));
  EXPECT_EQ(without.rows(), 2);
}

TEST(Csv, byte_order_mark_line_ends_blanks_and_a_missing_last_newline_change_nothing) {
  const Matrix expected = (Matrix(2, 2) << 1.5, -2, 3e-5, 4).finished();
  for (const char* text : {"1.5,-2\n3e-5,4", "1.5,-2\r\n3e-5,4\r\n", "\xEF\xBB\xBF" "1.5,-2\n3e-5,4\n\n \n",
                           " 1.5\t, -2 \n+3e-5,4\n",
                           "\"1.5\",\"-2\"\n\"3e-5\",4\n"})
    EXPECT_EQ(read(text).numbers, expected) << text;
}

TEST(Csv, quoted_cells_hold_commas_quotes_and_line_ends) {
  const Table table = read("name,\"va\"\"l,ue\"\n\"a,b\",1\n\"c\nd\" ,2\n\"\"\"\",3\n");
  EXPECT_EQ(table.names, (Names{"name", "va\"l,ue"}));
  ASSERT_TRUE(table.is_text(0));
  EXPECT_FALSE(table.is_text(1));
  EXPECT_EQ(table.text[0][0], "a,b");
  EXPECT_EQ(table.text[0][1], "c\nd");
  EXPECT_EQ(table.text[0][2], "\"");
  EXPECT_EQ(table.lines, (std::vector<std::int32_t>{2, 3, 5})) << "the second row takes two lines";
}

TEST(Csv, a_column_with_one_text_keeps_the_text_of_all_its_cells) {
  const Table table = read("1,2\n,4\nx,6\n");
  ASSERT_TRUE(table.is_text(0));
  EXPECT_EQ(table.text[0][0], "1");
  EXPECT_EQ(table.text[0][1], "");
  EXPECT_EQ(table.numbers(0, 0), 1.0);
  EXPECT_TRUE(std::isnan(table.numbers(1, 0)) && std::isnan(table.numbers(2, 0)));
}

TEST(Csv, numbers_written_in_full_read_back_bit_for_bit) {
  const Matrix m = testing::gaussian_matrix(50, 7, 3);
  std::string text;
  for (Index i = 0; i < m.rows(); ++i)
    for (Index j = 0; j < m.cols(); ++j) text += number_text(m(i, j)) + (j + 1 < m.cols() ? "," : "\r\n");
  EXPECT_EQ(read(text).numbers, m);
}

TEST(Csv, ragged_rows_are_refused_with_line_and_counts) {
  EXPECT_EQ(read_error("a,b\n1,2\n3\n"), "a.csv:3: 1 column, expected 2 as in line 1");
  EXPECT_EQ(read_error("1,2\n1,2,3\n"), "a.csv:2: 3 columns, expected 2 as in line 1");
  EXPECT_EQ(read_error("1,2,3,4,5,6\n1\n1\n1\n1"), "a.csv:2: 1 column, expected 6 as in line 1");
  EXPECT_EQ(read_error("1,2\n\n3,4\n"), "a.csv:2: an empty line between rows");
}

TEST(Csv, what_is_not_text_is_refused_with_its_line) {
  EXPECT_EQ(read_error(std::string_view("1,2\n3,\0004\n", 9)), "a.csv:2: a binary file (byte 6 is 0), expected text");
  EXPECT_EQ(read_error("a,b\n1,\xff\n"), "a.csv:2: not UTF-8 text (byte 6 is \"\\xff\")");
}

TEST(Csv, files_without_rows_are_refused) {
  EXPECT_EQ(read_error(""), "a.csv: is empty, expected a table");
  EXPECT_EQ(read_error(" \n\r\n"), "a.csv: is empty, expected a table");
  EXPECT_EQ(read_error("a,b\n"), "a.csv: a header but no rows");
}

TEST(Csv, broken_quotes_are_refused) {
  EXPECT_EQ(read_error("a,b\n1,\"x\n2,3\n"), "a.csv:2: a quote is never closed");
  EXPECT_EQ(read_error("a,b\n1,\"x\"y\n"), "a.csv:2: text after a closing quote, expected a comma");
}

TEST(Csv, two_columns_of_one_name_are_refused) {
  EXPECT_EQ(read_error("a,b,a\n1,2,3\n"), "a.csv:1: columns 1 and 3 are both called \"a\"");
}

TEST(Csv, foreign_text_in_messages_is_short_and_printable) {
  const Table table = read("a\n\"\x1b[31m" + std::string(500, 'x') + "\"\n");
  const std::string text = refusal([&] { table.finite_numbers({0}, {0}); });
  EXPECT_EQ(text, "a.csv:2: column 1 (a): got \"\\x1b[31m" + std::string(55, 'x') + "...\", expected a finite number");
}

TEST(Svm, labels_and_indexed_values_become_columns) {
  const Table table = parse_svm("+1 1:0.5 3:2 # comment\n\n-1 2:1e3\n", "a.svm", 1000);
  EXPECT_EQ(table.names, (Names{"label", "x1", "x2", "x3"}));
  EXPECT_EQ(table.numbers, (Matrix(2, 4) << 1, 0.5, 0, 2, -1, 0, 1000, 0).finished());
  EXPECT_EQ(table.lines, (std::vector<std::int32_t>{1, 3}));
}

TEST(Svm, broken_lines_are_refused_with_what_was_there) {
  const auto error = [](std::string_view text) { return refusal([&] { parse_svm(text, "a.svm", 1000); }); };
  EXPECT_EQ(error("1 1:2\nx 1:2\n"), "a.svm:2: got \"x\", expected a label (a number)");
  for (const char* word : {"0:1", "1:x", "1:", ":1", "a:1", "7", "1:2:3", "-1:2", "99999999999999999999:1"})
    EXPECT_EQ(error(cat("1 ", word)), cat("a.svm:1: got \"", word, "\", expected index:value with indices from 1, increasing"));
  EXPECT_EQ(error("1 2:1 2:1"), "a.svm:1: got \"2:1\", expected index:value with indices from 1, increasing");
  EXPECT_EQ(error("\n# nothing\n"), "a.svm: is empty, expected lines of `label index:value …`");
  EXPECT_EQ(error("1 1000000000000:1"),
            "a.svm: 1 x 1000000000000 features take 8e+12 bytes as stored here (dense), more than max_bytes = 1000");
}

}  // namespace
}  // namespace penchant
