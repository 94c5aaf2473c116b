// penchant_referee [--seconds S] [--trials M] [--seed N] [--family NAME] [--trial K] [--without NAME …]
// Draws problems for S seconds (60), at most M of each family, from seed N (1), and prints a line for each family: trials, false
// sentences, share undecided. With M given a fast machine tries what every other one does. Exit 1 if any sentence was false; every
// one is printed with the command that repeats it.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <optional>
#include <stdexcept>

#include "referee/trial.h"

namespace penchant::referee {
namespace {

struct Options {
  double seconds = 60.0;
  std::uint64_t trials = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t seed = 1;
  std::string family;
  std::vector<std::string> without;
  std::optional<std::uint64_t> trial;

  bool wants(const std::string& name) const {
    return (family.empty() || family == name) && std::find(without.begin(), without.end(), name) == without.end();
  }
};

Options read(int argc, char** argv) {
  Options out;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (i + 1 == argc) throw std::runtime_error(cat(name, ": expected a value after it"));
    const std::string value = argv[++i];
    if (name == "--seconds") out.seconds = std::stod(value);
    else if (name == "--trials") out.trials = std::stoull(value);
    else if (name == "--seed") out.seed = std::stoull(value);
    else if (name == "--family") out.family = value;
    else if (name == "--without") out.without.push_back(value);
    else if (name == "--trial") out.trial = std::stoull(value);
    else throw std::runtime_error(cat("unknown option ", name, "; known: --seconds --trials --seed --family --trial --without"));
  }
  return out;
}

struct Tally {
  std::uint64_t trials = 0, with_undecided = 0;
  std::map<std::string, std::uint64_t> counts, undecided;
  std::vector<std::string> wrong;
};

void judge(const Family& family, std::uint64_t seed, std::uint64_t trial, Tally& tally) {
  Draw draw(seed, family.name, trial);
  Findings found;
  try {
    family.trial(draw, found);
  } catch (const std::exception& error) {
    found.wrong(cat("an exception: ", error.what()));
  }
  ++tally.trials;
  for (const std::string& text : found.all_wrong())
    tally.wrong.push_back(cat(text, "\n    again: penchant_referee --seed ", seed, " --family ", family.name, " --trial ", trial));
  if (!found.all_undecided().empty()) ++tally.with_undecided;
  for (const std::string& what : found.all_undecided()) ++tally.undecided[what];
  for (const std::string& what : found.all_counts()) ++tally.counts[what];
}

void print(const Family& family, const Tally& tally) {
  std::cout << family.name << ": " << tally.trials << " trials, " << tally.wrong.size() << " false, "
            << short_text(100.0 * static_cast<double>(tally.with_undecided) / static_cast<double>(tally.trials))
            << " % undecided\n";
  for (const auto& [what, times] : tally.counts) std::cout << "    " << times << " " << what << "\n";
  for (const auto& [what, times] : tally.undecided) std::cout << "    " << times << " undecided: " << what << "\n";
  constexpr std::size_t kMost = 10;
  for (std::size_t i = 0; i < std::min(kMost, tally.wrong.size()); ++i) std::cout << "  FALSE: " << tally.wrong[i] << "\n";
  if (tally.wrong.size() > kMost) std::cout << "  and " << tally.wrong.size() - kMost << " more\n";
  std::cout << std::flush;
}

int referee(const Options& options) {
  using Clock = std::chrono::steady_clock;
  std::cout << "seed " << options.seed << ", " << options.seconds << " seconds\n";
  double shares = 0.0;
  for (const Family& family : families())
    if (options.wants(family.name)) shares += family.share;
    else if (options.family.empty()) std::cout << "left out: " << family.name << "\n";
  if (shares == 0.0) throw std::runtime_error(cat("unknown family ", options.family));
  bool wrong = false;
  for (const Family& family : families()) {
    if (!options.wants(family.name)) continue;
    Tally tally;
    const auto ends = Clock::now() + std::chrono::duration<double>(options.seconds * family.share / shares);
    if (options.trial) judge(family, options.seed, *options.trial, tally);
    else
      for (std::uint64_t k = 0; k < options.trials && (k == 0 || Clock::now() < ends); ++k) judge(family, options.seed, k, tally);
    print(family, tally);
    wrong = wrong || !tally.wrong.empty();
  }
  return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace
}  // namespace penchant::referee

int main(int argc, char** argv) {
  try {
    return penchant::referee::referee(penchant::referee::read(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "penchant_referee: " << error.what() << "\n";
    return 2;
  }
}
