// The layering of docs/decisions/0001-layers.md, held by reading every #include.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

namespace penchant {
namespace {

using Allowed = std::map<std::string, std::set<std::string>>;

// Folder -> folders it may include besides itself; "problem" is src/penchant/problem.h.
const Allowed kAllowed = {
    {"core", {}},
    {"data", {"core"}},
    {"models", {"core", "data"}},
    {"losses", {"core", "data"}},
    {"dynamics", {"core", "data", "models", "losses", "problem"}},
    {"limits", {"core"}},
    {"lab", {"core", "data", "models", "losses", "problem", "dynamics", "limits", "theory"}},
};
// theory/ reads descriptions only, never a worker.
const std::set<std::string> kDescriptions = {"data/dataset.h",      "models/spec.h",        "models/start.h",  "losses/spec.h",
                                             "dynamics/spec.h",     "dynamics/trajectory.h", "limits/limit.h", "problem.h"};

struct Include {
  std::string file, folder, target, target_folder;
};

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find('/');
  return slash == std::string::npos ? path.substr(0, path.find('.')) : path.substr(0, slash);
}

std::vector<Include> all_includes() {
  std::vector<Include> out;
  const std::filesystem::path root = std::filesystem::path(PENCHANT_SOURCE_DIR) / "src/penchant";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".h" && extension != ".cpp") continue;
    const std::string file = std::filesystem::relative(entry.path(), root).string();
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      const std::string opening = "#include \"penchant/";
      if (!line.starts_with(opening)) continue;
      const std::string target = line.substr(opening.size(), line.find('"', opening.size()) - opening.size());
      out.push_back({file, folder_of(file), target, folder_of(target)});
    }
  }
  return out;
}

TEST(Layers, every_include_points_in_an_allowed_direction) {
  const auto includes = all_includes();
  ASSERT_GT(includes.size(), 100u) << "the reader of #include lines found too little to mean anything";
  for (const Include& include : includes) {
    if (include.folder == include.target_folder || !kAllowed.count(include.folder)) continue;
    EXPECT_TRUE(kAllowed.at(include.folder).count(include.target_folder)) << include.file << " includes " << include.target;
  }
}

TEST(Layers, theory_includes_descriptions_only) {
  for (const Include& include : all_includes()) {
    if (include.folder != "theory" || include.target_folder == "theory" || include.target_folder == "core") continue;
    EXPECT_TRUE(kDescriptions.count(include.target)) << include.file << " includes " << include.target;
  }
}

TEST(Layers, a_certificate_includes_no_solver) {
  for (const Include& include : all_includes())
    if (include.file.starts_with("limits/certify") || include.file.starts_with("limits/certificate")) {
      EXPECT_NE(include.target.substr(0, 15), "limits/solvers/") << include.file << " includes " << include.target;
    }
}

// Heavy headers slow every file that sees them.
TEST(Layers, heavy_libraries_are_included_by_at_most_two_files) {
  const std::map<std::string, std::string> heavy = {{"<fmt/", ""}, {"<nlohmann/", ""}, {"<toml++/", ""},
                                                    {"<CLI/", ""}, {"<spdlog/", ""},   {"<sqlite3.h>", ""}};
  std::map<std::string, std::set<std::string>> users;
  for (const char* root : {"src/penchant", "app"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(PENCHANT_SOURCE_DIR) / root)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);)
        for (const auto& [prefix, unused] : heavy)
          if (line.starts_with("#include " + prefix)) users[prefix].insert(entry.path().filename().string());
    }
  for (const auto& [prefix, files] : users) EXPECT_LE(files.size(), 2u) << prefix;
}

}  // namespace
}  // namespace penchant
