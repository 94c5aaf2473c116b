#include "penchant/core/random.h"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

#include "penchant/core/error.h"

namespace penchant {

namespace {

double midpoint(std::uint64_t word) { return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52; }

}  // namespace

RandomKey::RandomKey(std::uint64_t seed_in, std::string_view name) : seed(seed_in), purpose(0xCBF29CE484222325ull) {
  for (unsigned char c : name) purpose = (purpose ^ c) * 0x100000001B3ull;
}

RandomWords random_words(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index) {
  const r123::Philox4x32 philox;
  const std::uint64_t mixed = key.philox_key();
  const r123::Philox4x32::ukey_type k{{static_cast<std::uint32_t>(mixed), static_cast<std::uint32_t>(mixed >> 32)}};
  const r123::Philox4x32::ctr_type counter{
      {index, member, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32)}};
  const auto out = philox(counter, k);
  return {(std::uint64_t{out[1]} << 32) | out[0], (std::uint64_t{out[3]} << 32) | out[2]};
}

double uniform(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index) {
  return midpoint(random_words(key, member, step, index).first);
}

double normal(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index) {
  const RandomWords words = random_words(key, member, step, index);
  return std::sqrt(-2.0 * std::log(midpoint(words.first))) * std::cos(2.0 * std::numbers::pi * midpoint(words.second));
}

double rademacher(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index) {
  return random_words(key, member, step, index).first >> 63 ? 1.0 : -1.0;
}

std::uint64_t uniform_index(const RandomKey& key, std::uint32_t member, std::uint64_t step, std::uint32_t index,
                            std::uint64_t bound) {
  PENCHANT_CHECK(bound >= 1);
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(random_words(key, member, step, index).first) * bound;
  return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace penchant
