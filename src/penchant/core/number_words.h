// Numbers in sentences.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penchant {

// 10^log10: "0.001", "133.4", "10^-354.6", "10^(10⁹)", "10^(2.5·10⁹)"; as a number where it has few digits, else as a power.
std::string power_of_ten_text(double log10);

std::string superscript(std::string_view integer);  // digits and a minus, raised

// "1 trial", "2 trials".
std::string count_of(std::uint64_t count, std::string_view one, std::string_view many);
// "1 breakpoint", "2 breakpoints": for words that take an s.
std::string count_of(std::uint64_t count, std::string_view one);

}  // namespace penchant
