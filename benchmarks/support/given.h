// The problem that a peer script wrote (peers/paired.py, Data): PENCHANT_BENCHMARK_DATA names a file of int64 n, d, then X (n, d)
// row-major and y (n) as doubles.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "penchant/core/linear_map.h"

namespace penchant::benchmarks {

struct Given {
  std::shared_ptr<const DenseMap> x;
  Vector y;
};

inline const char* given_path() { return std::getenv("PENCHANT_BENCHMARK_DATA"); }

// Nothing where no script asks.
inline std::optional<Given> given() {
  if (!given_path()) return std::nullopt;
  std::ifstream in(given_path(), std::ios::binary);
  const auto read = [&in](auto* to, Index count) {
    in.read(reinterpret_cast<char*>(to), static_cast<std::streamsize>(sizeof *to) * count);
  };
  std::int64_t shape[2] = {0, 0};
  read(shape, 2);
  Matrix x(shape[0], shape[1]);
  Vector y(shape[0]);
  read(x.data(), x.size());
  read(y.data(), y.size());
  if (!in) throw std::runtime_error(std::string("cannot read ") + given_path());
  return Given{std::make_shared<DenseMap>(std::move(x)), std::move(y)};
}

// Leaves w beside the data, for the script to compare with.
inline void answer(const Vector& w) {
  if (!given_path()) return;
  std::ofstream(std::string(given_path()) + ".answer", std::ios::binary)
      .write(reinterpret_cast<const char*>(w.data()), static_cast<std::streamsize>(sizeof(double)) * w.size());
}

}  // namespace penchant::benchmarks
