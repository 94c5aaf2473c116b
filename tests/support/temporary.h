// Files that live as long as one test, and the message of a refusal.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "penchant/core/error.h"
#include "penchant/core/file.h"

namespace penchant::testing {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("penchant-" + std::to_string(getpid()) + "-" + test->test_suite_name() + "-" + test->name());
    std::filesystem::create_directories(folder_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(folder_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name = {}) const { return name.empty() ? folder_.string() : (folder_ / name).string(); }
  std::string write(const std::string& name, std::string_view content) const {
    write_file(path(name), content);
    return path(name);
  }

 private:
  std::filesystem::path folder_;
};

// What the InvalidInput thrown by `action` says; fails the test and returns "" if none is thrown, or if it is not one line.
template <class Action>
std::string refusal(Action&& action) {
  try {
    action();
  } catch (const InvalidInput& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.find('\n'), std::string::npos) << "not one line: " << text;
    return text;
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

}  // namespace penchant::testing
