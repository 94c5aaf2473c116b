// Lines fit a screen and files stay small enough to be read in one go, whoever wrote them last.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace penchant {
namespace {

constexpr int kLongestLine = 132;   // characters, as .clang-format says
constexpr int kLongestFile = 400;   // lines

// UTF-8: a character's bytes after the first begin with the bits 10.
int characters_of(const std::string& line) {
  return static_cast<int>(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

TEST(Sources, have_no_long_line_and_no_long_file) {
  int files = 0;
  for (const char* folder : {"src", "app", "tests", "benchmarks"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(PENCHANT_SOURCE_DIR) / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp" && extension != ".py") continue;
      if (entry.path().filename() == "manual.cpp") continue;  // paragraphs of text, wrapped where they are printed
      ++files;
      std::ifstream in(entry.path());
      int number = 0;
      for (std::string line; std::getline(in, line);) {
        ++number;
        EXPECT_LE(characters_of(line), kLongestLine) << entry.path() << ":" << number;
      }
      EXPECT_LE(number, kLongestFile) << entry.path();
    }
  EXPECT_GT(files, 400) << "too few sources were found to mean anything";
}

}  // namespace
}  // namespace penchant
