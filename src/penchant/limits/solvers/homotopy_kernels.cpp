#include "penchant/limits/solvers/homotopy_kernels.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "penchant/limits/solvers/homotopy_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace penchant::l1 {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Lanes = hn::ScalableTag<double>;

// Accumulators of one block stay in the first cache while rows stream past.
constexpr std::size_t kBlock = 1024;
constexpr std::size_t kRowsAtOnce = 4;

// Adds four rows to the two accumulators of a column block. Rows whose coefficient is absent carry 0.
void add_rows(const double* const (&row)[kRowsAtOnce], const double* v, const double* u, std::size_t width, double* c, double* a) {
  const Lanes lanes;
  const std::size_t step = hn::Lanes(lanes);
  const auto v0 = hn::Set(lanes, v[0]), v1 = hn::Set(lanes, v[1]), v2 = hn::Set(lanes, v[2]), v3 = hn::Set(lanes, v[3]);
  const auto u0 = hn::Set(lanes, u[0]), u1 = hn::Set(lanes, u[1]), u2 = hn::Set(lanes, u[2]), u3 = hn::Set(lanes, u[3]);
  std::size_t j = 0;
  for (; j + step <= width; j += step) {
    const auto x0 = hn::LoadU(lanes, row[0] + j), x1 = hn::LoadU(lanes, row[1] + j);
    const auto x2 = hn::LoadU(lanes, row[2] + j), x3 = hn::LoadU(lanes, row[3] + j);
    auto cj = hn::LoadU(lanes, c + j);
    auto aj = hn::LoadU(lanes, a + j);
    cj = hn::MulAdd(x3, v3, hn::MulAdd(x2, v2, hn::MulAdd(x1, v1, hn::MulAdd(x0, v0, cj))));
    aj = hn::MulAdd(x3, u3, hn::MulAdd(x2, u2, hn::MulAdd(x1, u1, hn::MulAdd(x0, u0, aj))));
    hn::StoreU(cj, lanes, c + j);
    hn::StoreU(aj, lanes, a + j);
  }
  for (; j < width; ++j)
    for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
      c[j] = std::fma(row[k][j], v[k], c[j]);
      a[j] = std::fma(row[k][j], u[k], a[j]);
    }
}

void CorrelatePair(const double* x, std::size_t rows, std::size_t cols, const double* v, const double* u, double* c, double* a) {
  std::fill(c, c + cols, 0.0);
  std::fill(a, a + cols, 0.0);
  for (std::size_t start = 0; start < cols; start += kBlock) {
    const std::size_t width = std::min(kBlock, cols - start);
    std::size_t i = 0;
    for (; i + kRowsAtOnce <= rows; i += kRowsAtOnce) {
      const double* const group[kRowsAtOnce] = {x + i * cols + start, x + (i + 1) * cols + start, x + (i + 2) * cols + start,
                                                x + (i + 3) * cols + start};
      add_rows(group, v + i, u + i, width, c + start, a + start);
    }
    if (i == rows) continue;
    double last_v[kRowsAtOnce] = {}, last_u[kRowsAtOnce] = {};
    const double* group[kRowsAtOnce];
    for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
      const bool present = i + k < rows;
      group[k] = x + (present ? i + k : i) * cols + start;
      last_v[k] = present ? v[i + k] : 0.0;
      last_u[k] = present ? u[i + k] : 0.0;
    }
    const double* const last[kRowsAtOnce] = {group[0], group[1], group[2], group[3]};
    add_rows(last, last_v, last_u, width, c + start, a + start);
  }
}

void CorrelateAndMeasure(const double* x, std::size_t rows, std::size_t cols, const double* v, double* c, double* squares) {
  const Lanes lanes;
  const std::size_t step = hn::Lanes(lanes);
  std::fill(c, c + cols, 0.0);
  std::fill(squares, squares + cols, 0.0);
  for (std::size_t start = 0; start < cols; start += kBlock) {
    const std::size_t end = std::min(start + kBlock, cols);
    for (std::size_t i = 0; i < rows; i += 2) {
      // An odd last row is read twice, the second time for nothing.
      const bool both = i + 1 < rows;
      const double* first = x + i * cols;
      const double* second = both ? first + cols : first;
      const double w = both ? v[i + 1] : 0.0, counted = both ? 1.0 : 0.0;
      const auto v0 = hn::Set(lanes, v[i]), v1 = hn::Set(lanes, w), n1 = hn::Set(lanes, counted);
      std::size_t j = start;
      for (; j + step <= end; j += step) {
        const auto x0 = hn::LoadU(lanes, first + j), x1 = hn::LoadU(lanes, second + j);
        hn::StoreU(hn::MulAdd(x1, v1, hn::MulAdd(x0, v0, hn::LoadU(lanes, c + j))), lanes, c + j);
        hn::StoreU(hn::MulAdd(hn::Mul(x1, n1), x1, hn::MulAdd(x0, x0, hn::LoadU(lanes, squares + j))), lanes, squares + j);
      }
      for (; j < end; ++j) {
        c[j] = std::fma(second[j], w, std::fma(first[j], v[i], c[j]));
        squares[j] = std::fma(second[j] * counted, second[j], std::fma(first[j], first[j], squares[j]));
      }
    }
  }
}

// Dot products of four columns side by side: one load of v serves them all.
void four_dots(const double* const* column, std::size_t rows, const double* v, double* out) {
  const Lanes lanes;
  const std::size_t step = hn::Lanes(lanes);
  auto s0 = hn::Zero(lanes), s1 = s0, s2 = s0, s3 = s0;
  std::size_t i = 0;
  for (; i + step <= rows; i += step) {
    const auto vi = hn::LoadU(lanes, v + i);
    s0 = hn::MulAdd(hn::LoadU(lanes, column[0] + i), vi, s0);
    s1 = hn::MulAdd(hn::LoadU(lanes, column[1] + i), vi, s1);
    s2 = hn::MulAdd(hn::LoadU(lanes, column[2] + i), vi, s2);
    s3 = hn::MulAdd(hn::LoadU(lanes, column[3] + i), vi, s3);
  }
  out[0] = hn::GetLane(hn::SumOfLanes(lanes, s0));
  out[1] = hn::GetLane(hn::SumOfLanes(lanes, s1));
  out[2] = hn::GetLane(hn::SumOfLanes(lanes, s2));
  out[3] = hn::GetLane(hn::SumOfLanes(lanes, s3));
  for (; i < rows; ++i)
    for (std::size_t k = 0; k < 4; ++k) out[k] = std::fma(column[k][i], v[i], out[k]);
}

void ColumnDots(const double* const* columns, std::size_t count, std::size_t rows, const double* v, double* out) {
  std::size_t k = 0;
  for (; k + 4 <= count; k += 4) four_dots(columns + k, rows, v, out + k);
  if (k == count) return;
  // The last group repeats a column, so that a dot product never depends on how many stand beside it.
  const double* last[4];
  double result[4];
  for (std::size_t t = 0; t < 4; ++t) last[t] = columns[std::min(k + t, count - 1)];
  four_dots(last, rows, v, result);
  std::copy(result, result + (count - k), out + k);
}

void PairDots(const double* row, std::size_t count, const double* v, const double* u, double* out) {
  const Lanes lanes;
  const std::size_t step = hn::Lanes(lanes);
  auto v0 = hn::Zero(lanes), v1 = v0, u0 = v0, u1 = v0;
  std::size_t i = 0;
  for (; i + 2 * step <= count; i += 2 * step) {
    const auto r0 = hn::LoadU(lanes, row + i), r1 = hn::LoadU(lanes, row + i + step);
    v0 = hn::MulAdd(r0, hn::LoadU(lanes, v + i), v0);
    v1 = hn::MulAdd(r1, hn::LoadU(lanes, v + i + step), v1);
    u0 = hn::MulAdd(r0, hn::LoadU(lanes, u + i), u0);
    u1 = hn::MulAdd(r1, hn::LoadU(lanes, u + i + step), u1);
  }
  out[0] = hn::GetLane(hn::SumOfLanes(lanes, hn::Add(v0, v1)));
  out[1] = hn::GetLane(hn::SumOfLanes(lanes, hn::Add(u0, u1)));
  for (; i < count; ++i) {
    out[0] = std::fma(row[i], v[i], out[0]);
    out[1] = std::fma(row[i], u[i], out[1]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace penchant::l1
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penchant::l1 {

HWY_EXPORT(CorrelatePair);
HWY_EXPORT(CorrelateAndMeasure);
HWY_EXPORT(ColumnDots);
HWY_EXPORT(PairDots);

void correlate_and_measure(const double* x, std::size_t rows, std::size_t cols, const double* v, double* c, double* squares) {
  HWY_DYNAMIC_DISPATCH(CorrelateAndMeasure)(x, rows, cols, v, c, squares);
}

void correlate_pair(const double* x, std::size_t rows, std::size_t cols, const double* v, const double* u, double* c, double* a) {
  HWY_DYNAMIC_DISPATCH(CorrelatePair)(x, rows, cols, v, u, c, a);
}

void column_dots(const double* const* columns, std::size_t count, std::size_t rows, const double* v, double* out) {
  HWY_DYNAMIC_DISPATCH(ColumnDots)(columns, count, rows, v, out);
}

void pair_dots(const double* row, std::size_t count, const double* v, const double* u, double* out) {
  HWY_DYNAMIC_DISPATCH(PairDots)(row, count, v, u, out);
}

}  // namespace penchant::l1
#endif
