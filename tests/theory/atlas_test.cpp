#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "penchant/theory/atlas_markdown.h"
#include "penchant/theory/bibliography.h"
#include "penchant/theory/prediction.h"

namespace penchant {
namespace {

TEST(Atlas, every_row_says_what_it_knows_and_from_where) {
  const std::set<std::string> strengths = {"theorem", "theorem-limit", "conjecture", "none"};
  for (const AtlasRow& row : atlas()) {
    EXPECT_TRUE(strengths.count(row.strength)) << row.id << ": " << row.strength;
    EXPECT_EQ(row.limit.empty(), row.strength == "none") << row.id;
    EXPECT_FALSE(row.model.empty() || row.loss.empty() || row.dynamics.empty() || row.text.empty()) << row.id;
    EXPECT_FALSE(split_keys(row.source).empty()) << row.id;
    for (const std::string& key : split_keys(row.source)) EXPECT_NE(find_source(key), nullptr) << row.id << " cites " << key;
  }
}

TEST(Atlas, limits_are_names_of_limits) {
  const std::set<std::string> kinds = {std::string(kind_of(MinDistance{})), std::string(kind_of(BregmanProjection{})),
                                       std::string(kind_of(MinL1{})), std::string(kind_of(MaxMargin{})),
                                       std::string(kind_of(Penalised{}))};
  for (const AtlasRow& row : atlas()) EXPECT_TRUE(row.limit.empty() || kinds.count(row.limit)) << row.id << ": " << row.limit;
}

TEST(Atlas, the_page_in_docs_is_the_generated_one) {
  std::ifstream in(std::string(PENCHANT_SOURCE_DIR) + "/docs/theory.md");
  ASSERT_TRUE(in) << "docs/theory.md is missing: penchant atlas --format md > docs/theory.md";
  std::stringstream page;
  page << in.rdbuf();
  EXPECT_EQ(page.str(), atlas_markdown()) << "write it again: penchant atlas --format md > docs/theory.md";
}

TEST(Bibliography, gives_each_entry_once_in_the_order_asked) {
  const std::string text = bibliography({"woodworth2020 soudry2018", "soudry2018"});
  const std::size_t first = text.find("@inproceedings{woodworth2020,"), second = text.find("@article{soudry2018,");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_EQ(text.find("soudry2018,", second + 20), std::string::npos);
}

TEST(Bibliography, every_source_is_whole_and_cited_somewhere) {
  for (const Source& source : sources()) {
    EXPECT_FALSE(source.author.empty() || source.title.empty()) << source.key;
    EXPECT_EQ(source.year.size(), 4u) << source.key;
    EXPECT_EQ(source.bibtex.back(), '}') << source.key;
  }
  std::set<std::string> keys;
  for (const Source& source : sources()) EXPECT_TRUE(keys.insert(source.key).second) << source.key << " twice";
}

TEST(Bibliography, an_unknown_key_is_a_bug) { EXPECT_THROW(bibliography({"nobody1900"}), InternalError); }

}  // namespace
}  // namespace penchant
