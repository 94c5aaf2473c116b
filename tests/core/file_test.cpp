#include "penchant/core/file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/temporary.h"

namespace penchant {
namespace {

using testing::refusal;
using testing::TemporaryFolder;

TEST(File, bytes_written_are_read_back) {
  const TemporaryFolder folder;
  std::string bytes(200'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 % 256);
  folder.write("a", bytes);
  EXPECT_EQ(read_file(folder.path("a"), bytes.size()), bytes);
  folder.write("a", "short");
  EXPECT_EQ(read_file(folder.path("a"), 5), "short") << "replaced, not overwritten in place";
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) EXPECT_EQ(entry.path().filename(), "a");
}

TEST(File, two_writers_of_one_file_have_partial_files_of_their_own) {
  const TemporaryFolder folder;
  const std::string first = make_partial_file(folder.path("a")), second = make_partial_file(folder.path("a"));
  EXPECT_NE(first, second);
  for (const std::string& name : {first, second}) EXPECT_TRUE(is_partial_name(std::filesystem::path(name).filename().string()));
  EXPECT_FALSE(is_partial_name("a.partial-report"));
  EXPECT_FALSE(is_partial_name("record.json"));
}

TEST(File, what_cannot_be_read_is_refused_by_name) {
  const TemporaryFolder folder;
  folder.write("a", "12345");
  EXPECT_EQ(refusal([&] { read_file(folder.path("b"), 9); }), folder.path("b") + ": no such file in " + folder.path());
  EXPECT_EQ(refusal([&] { read_file(folder.path("c/b"), 9); }),
            folder.path("c/b") + ": no such file, and no folder " + folder.path("c"));
  EXPECT_EQ(refusal([&] { read_file(folder.path(), 9); }), folder.path() + ": is a folder, expected a file");
  EXPECT_EQ(refusal([&] { read_file(folder.path("a"), 4); }), folder.path("a") + ": 5 bytes, more than max_bytes = 4");
  EXPECT_EQ(refusal([&] { read_file(folder.path(std::string(300, 'x')), 4); }),
            folder.path(std::string(300, 'x')) + ": File name too long");
}

TEST(File, a_device_without_a_size_is_refused_past_the_limit) {
  EXPECT_EQ(refusal([] { read_file("/dev/zero", 1'000'000); }), "/dev/zero: more than max_bytes = 1000000");
}

TEST(File, a_file_larger_than_the_limit_is_refused_without_reading_it) {
  const TemporaryFolder folder;
  folder.write("sparse", "");
  std::filesystem::resize_file(folder.path("sparse"), std::uintmax_t{1} << 40);
  EXPECT_EQ(refusal([&] { read_file(folder.path("sparse"), 1'000'000'000); }),
            folder.path("sparse") + ": 1099511627776 bytes, more than max_bytes = 1000000000");
}

TEST(File, what_cannot_be_written_is_refused_and_leaves_nothing) {
  const TemporaryFolder folder;
  EXPECT_EQ(refusal([&] { write_file(folder.path("none/a"), "x"); }),
            folder.path("none/a") + ": cannot write: No such file or directory");
  std::filesystem::create_directory(folder.path("dir"));
  refusal([&] { write_file(folder.path("dir"), "x"); });
  EXPECT_FALSE(std::filesystem::exists(folder.path("dir.partial")));
}

}  // namespace
}  // namespace penchant
