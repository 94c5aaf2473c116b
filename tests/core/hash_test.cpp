#include "penchant/core/hash.h"

#include <gtest/gtest.h>

namespace penchant {
namespace {

TEST(Hash, is_xxh3_of_128_bits_in_canonical_order) {
  // xxhsum -H2 of the empty input and of "a", xxHash 0.8.
  EXPECT_EQ(content_hash(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(content_hash("a"), "a96faf705af16834e6c632b61e964e1f");
  EXPECT_NE(content_hash(std::string_view("a\0", 2)), content_hash("a"));
}

}  // namespace
}  // namespace penchant
