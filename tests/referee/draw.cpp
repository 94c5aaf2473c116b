#include <cmath>
#include <numbers>

#include "referee/trial.h"

namespace penchant::referee {

Draw::Draw(std::uint64_t seed, const std::string& family, std::uint64_t trial) {
  std::vector<std::uint32_t> words{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                                   static_cast<std::uint32_t>(trial), static_cast<std::uint32_t>(trial >> 32)};
  for (const char c : family) words.push_back(static_cast<unsigned char>(c));
  std::seed_seq sequence(words.begin(), words.end());
  source_.seed(sequence);
}

// The standard's distributions differ between libraries; these do not.
double Draw::uniform(double from, double to) {
  return from + (to - from) * (static_cast<double>(source_() >> 11) * 0x1p-53);
}

double Draw::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform(0.0, 1.0)));
  return radius * std::cos(2.0 * std::numbers::pi * uniform(0.0, 1.0));
}

int Draw::integer(int from, int to) {
  return from + static_cast<int>(source_() % static_cast<std::uint64_t>(to - from + 1));
}

}  // namespace penchant::referee
