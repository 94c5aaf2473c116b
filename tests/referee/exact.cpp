#include "referee/exact.h"

#include <stdexcept>

namespace penchant::referee {

namespace {

void subtract(RationalVector& from, const Rational& factor, const RationalVector& row) {
  for (std::size_t j = 0; j < from.size(); ++j)
    if (row[j] != 0) from[j] -= factor * row[j];
}

}  // namespace

RationalVector solved(RationalMatrix a, RationalVector b) {
  const std::size_t n = a.size();
  for (std::size_t i = 0; i < n; ++i) a[i].push_back(b[i]);
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    while (pivot < n && a[pivot][c] == 0) ++pivot;
    if (pivot == n) throw std::runtime_error("the referee's own system is singular");
    std::swap(a[c], a[pivot]);
    const Rational lead = a[c][c];
    for (Rational& entry : a[c]) entry /= lead;
    for (std::size_t i = 0; i < n; ++i)
      if (i != c && a[i][c] != 0) subtract(a[i], Rational(a[i][c]), a[c]);
  }
  for (std::size_t i = 0; i < n; ++i) b[i] = a[i][n];
  return b;
}

RationalMatrix independent_rows(const RationalMatrix& a) {
  RationalMatrix chosen, reduced;
  std::vector<std::size_t> leads;
  for (const RationalVector& row : a) {
    RationalVector rest = row;
    for (std::size_t k = 0; k < reduced.size(); ++k)
      if (rest[leads[k]] != 0) subtract(rest, Rational(rest[leads[k]] / reduced[k][leads[k]]), reduced[k]);
    std::size_t lead = 0;
    while (lead < rest.size() && rest[lead] == 0) ++lead;
    if (lead == rest.size()) continue;
    chosen.push_back(row);
    reduced.push_back(std::move(rest));
    leads.push_back(lead);
  }
  return chosen;
}

RationalVector times(const RationalMatrix& a, const RationalVector& b) {
  RationalVector out;
  for (const RationalVector& row : a) out.push_back(testing::rational_dot(row, b));
  return out;
}

RationalMatrix transposed(const RationalMatrix& a) {
  RationalMatrix out(a.empty() ? 0 : a.front().size(), RationalVector(a.size()));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a[i].size(); ++j) out[j][i] = a[i][j];
  return out;
}

RationalMatrix times_transposed(const RationalMatrix& a, const RationalMatrix& b) {
  RationalMatrix out;
  for (const RationalVector& row : a) out.push_back(times(b, row));
  return out;
}

}  // namespace penchant::referee
