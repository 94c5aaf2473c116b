// What the caches allow a gradient step at n = 100, d = 1000:
// 800 KB of X from the second cache with one fused multiply-add for each vector of 64 bytes, and a second one for each vector from
// the first cache, in blocks of so many lines or so many lines behind.
#pragma once

#include <benchmark/benchmark.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include <cstddef>
#include <memory>

namespace penchant::benchmarks {

#define PENCHANT_WIDE __attribute__((target("avx512f"), always_inline)) inline

inline constexpr std::ptrdiff_t kLines = 100 * 1000 / 8, kUnroll = 8, kSpare = 512;

struct alignas(64) Line {
  double entry[8];
};

struct Sums {
  __m512d sum[kUnroll];
  PENCHANT_WIDE void clear() {
    for (auto& s : sum) s = _mm512_setzero_pd();
  }
  PENCHANT_WIDE void take(const Line* x) {
#pragma GCC unroll 8
    for (std::ptrdiff_t k = 0; k < kUnroll; ++k) sum[k] = _mm512_fmadd_pd(_mm512_load_pd(x[k].entry), _mm512_set1_pd(1.1), sum[k]);
  }
  PENCHANT_WIDE void keep() const {
    for (const auto& s : sum) asm volatile("" : : "v"(s) : "memory");
  }
};

__attribute__((target("avx512f"))) inline void read(const Line* x, std::ptrdiff_t lines) {
  Sums sums;
  sums.clear();
  for (std::ptrdiff_t k = 0; k + kUnroll <= lines; k += kUnroll) sums.take(x + k);
  sums.keep();
}

inline void read_once(const Line* x, std::ptrdiff_t) { read(x, kLines); }

inline void read_twice_in_blocks(const Line* x, std::ptrdiff_t block) {
  for (std::ptrdiff_t k = 0; k + block <= kLines; k += block) {
    read(x + k, block);
    read(x + k, block);
  }
}

__attribute__((target("avx512f"))) inline void read_twice_interleaved(const Line* x, std::ptrdiff_t behind) {
  Sums first, second;
  first.clear();
  second.clear();
  for (std::ptrdiff_t k = behind; k + kUnroll <= kLines + behind; k += kUnroll) {
    first.take(x + k);
    second.take(x + k - behind);
  }
  first.keep();
  second.keep();
}

inline void reading(benchmark::State& state, void (*pass)(const Line*, std::ptrdiff_t)) {
  if (!__builtin_cpu_supports("avx512f")) {
    state.SkipWithError("needs AVX-512");
    return;
  }
  const auto lines = std::make_unique<Line[]>(kLines + kSpare);
  for (auto _ : state) {
    pass(lines.get(), state.range(0));
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * kLines * 64);
}

}  // namespace penchant::benchmarks

#undef PENCHANT_WIDE
#endif
