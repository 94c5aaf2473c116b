// A referee draws problems at random, asks the library, and holds what it says against an oracle that shares nothing with it.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "penchant/core/text.h"

namespace penchant::referee {

// Everything a trial draws, from its seed, family and number alone, so that each can be repeated by itself.
class Draw {
 public:
  Draw(std::uint64_t seed, const std::string& family, std::uint64_t trial);

  double uniform(double from, double to);
  double normal();
  double power_of_ten(double from, double to) { return std::pow(10.0, uniform(from, to)); }
  int integer(int from, int to);  // both ends included
  bool chance(double probability) { return uniform(0.0, 1.0) < probability; }
  template <class T>
  T pick(std::initializer_list<T> from) {
    return from.begin()[static_cast<std::size_t>(integer(0, static_cast<int>(from.size()) - 1))];
  }

 private:
  std::mt19937_64 source_;
};

// What one trial found. A false sentence is wrong; a weaker one than the oracle's is undecided, with a word on what.
class Findings {
 public:
  void wrong(std::string text) { wrong_.push_back(std::move(text)); }
  void undecided(std::string what) { undecided_.push_back(std::move(what)); }
  void count(std::string what) { counts_.push_back(std::move(what)); }

  const std::vector<std::string>& all_wrong() const { return wrong_; }
  const std::vector<std::string>& all_undecided() const { return undecided_; }
  const std::vector<std::string>& all_counts() const { return counts_; }

 private:
  std::vector<std::string> wrong_, undecided_, counts_;
};

struct Family {
  std::string name;
  double share;  // of the time
  void (*trial)(Draw&, Findings&);
};

const std::vector<Family>& families();

// One function a family, each in its file.
void least_l1(Draw&, Findings&);
void bregman_projection(Draw&, Findings&);
void largest_margin(Draw&, Findings&);
void least_distance(Draw&, Findings&);
void penalised(Draw&, Findings&);
void certificates(Draw&, Findings&);
void deep_networks(Draw&, Findings&);
void theorem_runs(Draw&, Findings&);
void negative_controls(Draw&, Findings&);

}  // namespace penchant::referee
