#include "support/planted.h"

#include "penchant/core/random.h"

namespace penchant::testing {

Matrix gaussian_matrix(Index rows, Index cols, std::uint64_t seed) {
  const RandomKey key(seed, "test matrix");
  Matrix x(rows, cols);
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < cols; ++j)
      x(i, j) = normal(key, 0, static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(j));
  return x;
}

Vector gaussian_vector(Index size, std::uint64_t seed) {
  const RandomKey key(seed, "test vector");
  Vector v(size);
  for (Index i = 0; i < size; ++i) v[i] = normal(key, 0, 0, static_cast<std::uint32_t>(i));
  return v;
}

}  // namespace penchant::testing
