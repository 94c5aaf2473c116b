#include "penchant/limits/graded_inverse.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// Of a row's size: what reflections leave of a row that depends on larger ones is rounding, which a light row must not be led by.
constexpr double kNothing = 0x1p-90;

std::vector<Index> first_indices(Index count) {
  std::vector<Index> out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), Index{0});
  return out;
}

DoubleDouble root(DoubleDouble a) {
  if (!(a.hi > 0.0)) return 0.0;
  const DoubleDouble near = std::sqrt(a.hi);
  return near + (a - near * near) / (near + near);
}

DoubleDouble dot(const DoubleDouble* a, const DoubleDouble* b, Index count) {
  DoubleDouble sum = 0.0;
  for (Index i = 0; i < count; ++i) sum = sum + a[i] * b[i];
  return sum;
}

}  // namespace

DoubledVector doubled(VecIn v) { return DoubledVector(v.begin(), v.end()); }

Vector rounded(const DoubledVector& v) {
  Vector out(static_cast<Index>(v.size()));
  for (Index i = 0; i < out.size(); ++i) out[i] = v[static_cast<std::size_t>(i)].hi;
  return out;
}

DoubledVector doubled_residual(const Matrix& x, const DoubledVector& b, VecIn y) {
  DoubledVector out = doubled(y);
  for (Index i = 0; i < x.rows(); ++i) {
    DoubleDouble& r = out[static_cast<std::size_t>(i)];
    for (Index j = 0; j < x.cols(); ++j) r = r - b[static_cast<std::size_t>(j)] * x(i, j);
  }
  return out;
}

TallFactor::TallFactor(Index rows, Index cols, const DoubledVector& entries)
    : rows_(rows), cols_(cols), entries_(entries.size()), row_order_(first_indices(rows)), column_order_(first_indices(cols)) {
  Vector sizes = Vector::Zero(rows);
  for (Index k = 0; k < cols; ++k)
    for (Index i = 0; i < rows; ++i) sizes[i] = std::max(sizes[i], std::abs(entries[static_cast<std::size_t>(k * rows + i)].hi));
  std::stable_sort(row_order_.begin(), row_order_.end(), [&](Index a, Index b) { return sizes[a] > sizes[b]; });
  for (Index k = 0; k < cols; ++k)
    for (Index i = 0; i < rows; ++i)
      column(k)[i] = entries[static_cast<std::size_t>(k * rows + row_order_[static_cast<std::size_t>(i)])];
  for (Index k = 0; k < cols; ++k) {
    for (Index j = k; j < cols; ++j)
      for (Index i = k; i < rows; ++i)
        if (std::abs(column(j)[i].hi) <= kNothing * sizes[row_order_[static_cast<std::size_t>(i)]]) column(j)[i] = 0.0;
    take_largest_column_to(k);
    DoubleDouble* v = column(k);
    const DoubleDouble size = root(dot(v + k, v + k, rows - k));
    diagonal_.push_back(v[k].hi > 0.0 ? -size : size);
    v[k] = v[k] - diagonal_.back();
    factors_.push_back(DoubleDouble(-1.0) / (diagonal_.back() * v[k]));  // 2/‖v‖²
    for (Index j = k + 1; j < cols; ++j) reflect(k, column(j));
  }
}

void TallFactor::take_largest_column_to(Index k) {
  Index best = k;
  double most = -1.0;
  for (Index j = k; j < cols_; ++j) {
    double squares = 0.0;
    for (Index i = k; i < rows_; ++i) squares += column(j)[i].hi * column(j)[i].hi;
    if (squares > most) most = squares, best = j;
  }
  std::swap_ranges(column(k), column(k) + rows_, column(best));
  std::swap(column_order_[static_cast<std::size_t>(k)], column_order_[static_cast<std::size_t>(best)]);
}

void TallFactor::reflect(Index k, DoubleDouble* v) const {
  const DoubleDouble* along = column(k);
  const DoubleDouble by = -(factors_[static_cast<std::size_t>(k)] * dot(along + k, v + k, rows_ - k));
  for (Index i = k; i < rows_; ++i) v[i] = v[i] + by * along[i];
}

DoubledVector TallFactor::solve(const DoubledVector& b) const {
  DoubledVector v(b.size()), out(static_cast<std::size_t>(cols_));
  for (std::size_t i = 0; i < b.size(); ++i) v[i] = b[static_cast<std::size_t>(row_order_[i])];
  for (Index k = 0; k < cols_; ++k) reflect(k, v.data());
  for (Index k = cols_ - 1; k >= 0; --k) {
    const auto at = static_cast<std::size_t>(k);
    v[at] = v[at] / diagonal_[at];
    for (Index i = 0; i < k; ++i) v[static_cast<std::size_t>(i)] = v[static_cast<std::size_t>(i)] - column(k)[i] * v[at];
    out[static_cast<std::size_t>(column_order_[at])] = v[at];
  }
  return out;
}

DoubledVector TallFactor::least_norm(const DoubledVector& c) const {
  DoubledVector v(static_cast<std::size_t>(rows_)), out(v.size());
  for (Index k = 0; k < cols_; ++k) {
    const auto at = static_cast<std::size_t>(k);
    v[at] = (c[static_cast<std::size_t>(column_order_[at])] - dot(column(k), v.data(), k)) / diagonal_[at];
  }
  for (Index k = cols_ - 1; k >= 0; --k) reflect(k, v.data());
  for (std::size_t i = 0; i < v.size(); ++i) out[static_cast<std::size_t>(row_order_[i])] = v[i];
  return out;
}

// The rows and columns of equilibrated X in the order of their pivots, multipliers below the diagonal, U on it and above.
struct GradedInverse::Elimination {
  Elimination(const Matrix& x, const Equilibration& scales)
      : n(x.rows()), d(x.cols()), units(scales), rows(first_indices(n)), cols(first_indices(d)) {
    const Matrix even = scales.rows.asDiagonal() * x * scales.columns.asDiagonal();
    entries.assign(even.reshaped<Eigen::RowMajor>().begin(), even.reshaped<Eigen::RowMajor>().end());
    const double least = kEps * static_cast<double>(std::max(n, d)) * even.cwiseAbs().maxCoeff();
    while (rank < std::min(n, d) && take_largest_pivot() > least) eliminate();
  }

  DoubleDouble& at(Index i, Index j) { return entries[static_cast<std::size_t>(i * d + j)]; }
  const DoubleDouble& at(Index i, Index j) const { return entries[static_cast<std::size_t>(i * d + j)]; }

  double take_largest_pivot() {
    Index row = rank, col = rank;
    for (Index i = rank; i < n; ++i)
      for (Index j = rank; j < d; ++j)
        if (std::abs(at(i, j).hi) > std::abs(at(row, col).hi)) row = i, col = j;
    std::swap_ranges(&at(rank, 0), &at(rank, 0) + d, &at(row, 0));
    for (Index i = 0; i < n; ++i) std::swap(at(i, rank), at(i, col));
    std::swap(rows[static_cast<std::size_t>(rank)], rows[static_cast<std::size_t>(row)]);
    std::swap(cols[static_cast<std::size_t>(rank)], cols[static_cast<std::size_t>(col)]);
    return std::abs(at(rank, rank).hi);
  }

  void eliminate() {
    for (Index i = rank + 1; i < n; ++i) {
      if (at(i, rank).hi == 0.0) continue;
      const DoubleDouble by = at(i, rank) / at(rank, rank);
      at(i, rank) = by;
      for (Index j = rank + 1; j < d; ++j) at(i, j) = at(i, j) - by * at(rank, j);
    }
    ++rank;
  }

  // In the units of X, by columns.
  DoubledVector lower() const {
    DoubledVector out(static_cast<std::size_t>(n * rank));
    for (Index i = 0; i < n; ++i) {
      const Index row = rows[static_cast<std::size_t>(i)];
      for (Index k = 0; k < rank && k <= i; ++k)
        out[static_cast<std::size_t>(k * n + row)] = (i == k ? DoubleDouble(1.0) : at(i, k)) * (1.0 / units.rows[row]);
    }
    return out;
  }
  DoubledVector upper_transposed() const {
    DoubledVector out(static_cast<std::size_t>(d * rank));
    for (Index j = 0; j < d; ++j) {
      const Index col = cols[static_cast<std::size_t>(j)];
      for (Index k = 0; k < rank && k <= j; ++k)
        out[static_cast<std::size_t>(k * d + col)] = at(k, j) * (1.0 / units.columns[col]);
    }
    return out;
  }

  Index n, d, rank = 0;
  const Equilibration& units;
  std::vector<Index> rows, cols;
  DoubledVector entries;
};

GradedInverse::GradedInverse(const Matrix& x, const Equilibration& scales) : GradedInverse(Elimination(x, scales)) {}

GradedInverse::GradedInverse(const Elimination& done)
    : rank_(done.rank), left_(done.n, done.rank, done.lower()), right_(done.d, done.rank, done.upper_transposed()) {}

Eigen::MatrixXd GradedInverse::pseudo_inverse_matrix(Index n, Index d) const {
  Eigen::MatrixXd out(d, n);
  for (Index i = 0; i < n; ++i) out.col(i) = rounded(pseudo_inverse(doubled(Vector::Unit(n, i))));
  return out;
}

}  // namespace penchant
