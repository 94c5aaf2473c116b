#include "penchant/lab/report_text.h"

#include <gtest/gtest.h>

namespace penchant {
namespace {

const std::string kSpace = "\u00a0";

TEST(WithPowers, a_number_with_an_exponent_is_written_as_a_power_of_ten) {
  EXPECT_EQ(with_powers("1.9e-08"), "1.9" + kSpace + "×" + kSpace + "10⁻⁸");
  EXPECT_EQ(with_powers("t = 1e+09."), "t = 10⁹.");
  EXPECT_EQ(with_powers("(2e5, 3e-300)"), "(2" + kSpace + "×" + kSpace + "10⁵, 3" + kSpace + "×" + kSpace + "10⁻³⁰⁰)");
  EXPECT_EQ(with_powers("-4e7"), "-4" + kSpace + "×" + kSpace + "10⁷");
}

TEST(WithPowers, hashes_names_and_plain_numbers_stay) {
  for (const char* text :
       {"67066202507907e3dfcb", "a1e5", "1e5b", "x_1e5", "3.25.1e5", "12", "1.5", "e5", "1e", "1e-", "1.e5", "v1.2e3"})
    EXPECT_EQ(with_powers(text), text);
}

TEST(LatexText, special_characters_are_escaped_and_formulas_are_in_math_mode) {
  EXPECT_EQ(latex_text("a_b & 5 % {x} $1 #2 ~ ^ \\"),
            "a\\_b \\& 5 \\% \\{x\\} \\$1 \\#2 \\textasciitilde{} \\textasciicircum{} \\textbackslash{}");
  EXPECT_EQ(latex_text("‖β‖₁"), "$\\|\\beta \\|_1$") << "one formula, not three";
  EXPECT_EQ(latex_text("ℓ2 norm, 1.5e-07"), "$\\ell_2$ norm, $1.5\\times 10^{-7}$");
  EXPECT_EQ(latex_text("log-time -4"), "log-time $-$4");
  EXPECT_EQ(latex_text("ηλ"), "$\\eta \\lambda$") << "a command ends where the next begins";
}

TEST(Markdown, pipes_and_line_ends_stay_inside_their_cell) {
  Document document;
  document.add(ReportTable{"", {"a"}, {{Cell("x|y\nz")}}});
  EXPECT_NE(markdown(document).find("| x\\|y z |\n"), std::string::npos);
}

TEST(Markdown, foreign_names_are_no_tags_links_or_emphasis) {
  Document document;
  document.title = "<img src=x onerror=alert(1)>";
  document.add(Paragraph{"[click](http://x) *bold* _slanted_ `code` &lt; deep_diagonal, α < 1"});
  document.add(ReportTable{"", {"<b>|"}, {{Cell("a`b|c", Tone::code)}}});
  const std::string text = markdown(document);
  EXPECT_NE(text.find("# \\<img src=x onerror=alert(1)>\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\\[click](http://x) \\*bold\\* \\_slanted\\_ \\`code\\` \\&lt; deep_diagonal, α < 1\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("| \\<b>\\| |\n"), std::string::npos) << text;
  EXPECT_NE(text.find("| `` a`b\\|c `` |\n"), std::string::npos) << text;
}

TEST(Markdown, a_listing_with_a_fence_in_it_ends_where_it_ends) {
  Document document;
  document.add(CodeBlock{"name = \"```\"\n", ""});
  EXPECT_NE(markdown(document).find("````\nname = \"```\"\n````\n"), std::string::npos);
}

TEST(Markdown, charts_are_shown_where_their_files_are) {
  Document document;
  document.add(Chart{.title = "Training loss", .caption = "of the run", .x = {}, .y = {}, .series = {}, .rules = {}});
  EXPECT_NE(markdown(document, "assets").find("![Training loss](assets/training-loss.svg)"), std::string::npos);
  EXPECT_EQ(markdown(document).find("!["), std::string::npos);
  EXPECT_NE(latex(document, "assets").find("{assets/training-loss.pdf}"), std::string::npos);
}

}  // namespace
}  // namespace penchant
