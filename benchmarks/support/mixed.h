// The same data in every language, mixed well enough for flows, whose speed depends on the spectrum: entry k is splitmix64(k)
// / 2^64 - 1/2,
// times sqrt(12): mean 0, variance 1.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>

#include "penchant/data/dataset.h"

namespace penchant::benchmarks {

inline Matrix mixed_matrix(Index rows, Index cols) {
  Matrix x(rows, cols);
  for (Index k = 0; k < x.size(); ++k) {
    std::uint64_t z = static_cast<std::uint64_t>(k + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    x.data()[k] = (static_cast<double>(z >> 11) * 0x1p-53 - 0.5) * std::sqrt(12.0);
  }
  return x;
}

inline DatasetPtr dataset_of(Matrix x, Vector y) {
  auto data = std::make_shared<Dataset>();
  data->features = std::make_shared<DenseMap>(std::move(x));
  data->targets = std::move(y);
  return data;
}

// y = X beta with five coefficients ±1/sqrt(5), exactly.
inline DatasetPtr sparse_data(Index n, Index d) {
  Matrix x = mixed_matrix(n, d);
  Vector beta = Vector::Zero(d);
  for (Index k = 0; k < 5; ++k) beta[k * d / 5 + 7] = (k % 2 == 0 ? 1.0 : -1.0) / std::sqrt(5.0);
  Vector y = x * beta;
  return dataset_of(std::move(x), std::move(y));
}

// Labels of the first feature, every sample moved a margin of 0.2 away from 0 along it.
inline DatasetPtr separable_data(Index n, Index d) {
  Matrix x = mixed_matrix(n, d);
  Vector y(n);
  for (Index i = 0; i < n; ++i) {
    y[i] = x(i, 0) >= 0.0 ? 1.0 : -1.0;
    x(i, 0) += 0.2 * y[i];
  }
  return dataset_of(std::move(x), std::move(y));
}

}  // namespace penchant::benchmarks
