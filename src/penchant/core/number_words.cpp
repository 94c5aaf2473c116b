#include "penchant/core/number_words.h"

#include <array>
#include <cmath>
#include <limits>

#include "penchant/core/text.h"

namespace penchant {

std::string superscript(std::string_view integer) {
  static constexpr std::array<const char*, 10> kDigits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out;
  for (char c : integer) out += c == '-' ? "⁻" : kDigits[static_cast<std::size_t>(c - '0')];
  return out;
}

std::string power_of_ten_text(double log10) {
  constexpr double kLong = 4.0, kPlain = 15.0, kTower = 1e5;
  const double size = std::abs(log10);
  if (log10 == -std::numeric_limits<double>::infinity()) return "0";
  if (size > kLong && log10 == std::round(log10) && size < kTower) return cat("10^", number_text(log10));
  if (!(size > kPlain)) return short_text(std::pow(10.0, log10));
  if (!(size >= kTower) || !std::isfinite(log10)) return cat("10^", short_text(log10));
  int power = static_cast<int>(std::floor(std::log10(size)));
  std::string mantissa = short_text(size / std::pow(10.0, power), 3);
  if (mantissa == "10") mantissa = "1", ++power;
  const std::string exponent = cat(mantissa == "1" ? std::string() : mantissa + "·", "10", superscript(std::to_string(power)));
  return cat("10^(", log10 < 0.0 ? "-" : "", exponent, ")");
}

std::string count_of(std::uint64_t count, std::string_view one, std::string_view many) {
  return cat(count, " ", count == 1 ? one : many);
}

std::string count_of(std::uint64_t count, std::string_view one) { return count_of(count, one, std::string(one) + "s"); }

}  // namespace penchant
