#include "referee/wide.h"

#include <cmath>

namespace penchant::referee {

namespace {

const Wide kSingular("1e-40");

}  // namespace

WideMatrix::WideMatrix(const Matrix& m) : WideMatrix(static_cast<std::size_t>(m.rows()), static_cast<std::size_t>(m.cols())) {
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j) (*this)(i, j) = m(static_cast<Index>(i), static_cast<Index>(j));
}

WideVector wide(const Vector& v) { return {v.begin(), v.end()}; }

Vector rounded(const WideVector& v) {
  Vector out(static_cast<Index>(v.size()));
  for (std::size_t i = 0; i < v.size(); ++i) out[static_cast<Index>(i)] = static_cast<double>(v[i]);
  return out;
}

Wide dot(const WideVector& a, const WideVector& b) {
  Wide sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Wide norm(const WideVector& a) { return sqrt(dot(a, a)); }

WideVector operator+(WideVector a, const WideVector& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

WideVector operator-(WideVector a, const WideVector& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return a;
}

WideVector operator*(const Wide& c, WideVector a) {
  for (Wide& entry : a) entry *= c;
  return a;
}

WideVector operator*(const WideMatrix& m, const WideVector& v) {
  WideVector out(m.rows);
  for (std::size_t i = 0; i < m.rows; ++i)
    for (std::size_t j = 0; j < m.cols; ++j) out[i] += m(i, j) * v[j];
  return out;
}

WideVector transposed_times(const WideMatrix& m, const WideVector& v) {
  WideVector out(m.cols);
  for (std::size_t i = 0; i < m.rows; ++i)
    for (std::size_t j = 0; j < m.cols; ++j) out[j] += m(i, j) * v[i];
  return out;
}

WideMatrix sandwiched(const WideMatrix& a, const WideMatrix& b) {
  WideMatrix half(a.rows, b.cols), out(a.rows, a.rows);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < b.cols; ++j)
      for (std::size_t k = 0; k < b.rows; ++k)
        if (b(k, j) != 0) half(i, j) += a(i, k) * b(k, j);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.rows; ++j)
      for (std::size_t k = 0; k < a.cols; ++k) out(i, j) += half(i, k) * a(j, k);
  return out;
}

std::optional<WideVector> solved(WideMatrix a, WideVector b) {
  const std::size_t n = a.rows;
  for (std::size_t i = 0; i < n; ++i) {
    Wide size = 0;
    for (std::size_t j = 0; j < n; ++j) size = std::max<Wide>(size, abs(a(i, j)));
    if (size == 0) return std::nullopt;
    for (std::size_t j = 0; j < n; ++j) a(i, j) /= size;
    b[i] /= size;
  }
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t i = c + 1; i < n; ++i)
      if (abs(a(i, c)) > abs(a(pivot, c))) pivot = i;
    if (abs(a(pivot, c)) <= kSingular) return std::nullopt;
    for (std::size_t j = 0; j < n; ++j) std::swap(a(c, j), a(pivot, j));
    std::swap(b[c], b[pivot]);
    for (std::size_t i = c + 1; i < n; ++i) {
      const Wide factor = a(i, c) / a(c, c);
      if (factor == 0) continue;
      for (std::size_t j = c; j < n; ++j) a(i, j) -= factor * a(c, j);
      b[i] -= factor * b[c];
    }
  }
  for (std::size_t c = n; c-- > 0;) {
    for (std::size_t j = c + 1; j < n; ++j) b[c] -= a(c, j) * b[j];
    b[c] /= a(c, c);
  }
  return b;
}

std::vector<std::size_t> independent_rows(const WideMatrix& a) {
  std::vector<std::size_t> chosen;
  std::vector<WideVector> basis;  // orthogonal
  for (std::size_t i = 0; i < a.rows; ++i) {
    WideVector row(a.cols);
    for (std::size_t j = 0; j < a.cols; ++j) row[j] = a(i, j);
    const Wide size = norm(row);
    for (int pass = 0; pass < 2; ++pass)
      for (const WideVector& q : basis) row = row - (dot(q, row) / dot(q, q)) * q;
    if (!(norm(row) > kSingular * size)) continue;
    basis.push_back(std::move(row));
    chosen.push_back(i);
  }
  return chosen;
}

WideMatrix rows_of(const WideMatrix& a, const std::vector<std::size_t>& indices) {
  WideMatrix out(indices.size(), a.cols);
  for (std::size_t i = 0; i < indices.size(); ++i)
    for (std::size_t j = 0; j < a.cols; ++j) out(i, j) = a(indices[i], j);
  return out;
}


}  // namespace penchant::referee
