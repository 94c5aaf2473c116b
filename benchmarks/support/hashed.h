// The same data in every language: entry k of a matrix is (k 2654435761 mod 2^32) / 2^32 - 1/2, times sqrt(12): mean 0, variance 1.
#pragma once

#include <cmath>
#include <cstdint>

#include "penchant/core/types.h"

namespace penchant::benchmarks {

inline Matrix hashed_matrix(Index rows, Index cols) {
  Matrix x(rows, cols);
  for (Index k = 0; k < x.size(); ++k) {
    const auto bits = static_cast<std::uint32_t>(static_cast<std::uint64_t>(k + 1) * 2654435761u);
    x.data()[k] = (static_cast<double>(bits) * 0x1p-32 - 0.5) * std::sqrt(12.0);
  }
  return x;
}

// Regression on the first three features: y = X (1, 1, 1, 0, …).
struct DiagonalData {
  Matrix x;
  Vector y;
  DiagonalData(Index n, Index d) : x(hashed_matrix(n, d)), y(x.leftCols(3).rowwise().sum()) {}
};

}  // namespace penchant::benchmarks
