// Every hot path is measured beside a peer, and the full run measures all of them.
#include <gtest/gtest.h>

#include <filesystem>

#include "penchant/core/file.h"

namespace penchant {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = PENCHANT_SOURCE_DIR;

std::vector<fs::path> files_of(const char* folder, const char* extension) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(kRoot / folder))
    if (entry.path().extension() == extension) out.push_back(entry.path());
  return out;
}

std::string text_of(const fs::path& path) { return read_file(path.string(), 1 << 20); }

TEST(Evidence, every_benchmark_has_a_peer_script_and_every_peer_script_is_run) {
  const std::string runs = text_of(kRoot / "scripts/evidence");
  std::string scripts;
  for (const fs::path& script : files_of("benchmarks/peers", ".py")) {
    const std::string text = text_of(script);
    if (text.find("from paired import") == std::string::npos) continue;
    scripts += text;
    EXPECT_NE(runs.find("{PEERS}/" + script.filename().string()), std::string::npos) << script << " is not in scripts/evidence";
  }
  const auto benchmarks = files_of("benchmarks", ".cpp");
  ASSERT_FALSE(benchmarks.empty());
  for (const fs::path& benchmark : benchmarks)
    EXPECT_NE(scripts.find("own(\"" + benchmark.stem().string() + "\""), std::string::npos) << benchmark << " has no peer";
}

}  // namespace
}  // namespace penchant
