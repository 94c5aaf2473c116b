#include "referee/penalised_oracle.h"

#include "referee/exact.h"

namespace penchant::referee {

namespace {

const Wide kEnough("1e-30");

WideMatrix transposed(const WideMatrix& a) {
  WideMatrix out(a.cols, a.rows);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.cols; ++j) out(j, i) = a(i, j);
  return out;
}

WideMatrix identity(std::size_t n) {
  WideMatrix out(n, n);
  for (std::size_t i = 0; i < n; ++i) out(i, i) = 1;
  return out;
}

RationalVector minus(RationalVector a, const RationalVector& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return a;
}

RationalVector negated(RationalVector a) {
  for (Rational& entry : a) entry = -entry;
  return a;
}

WideVector rounded_to_wide(const RationalVector& a) {
  WideVector out;
  for (const Rational& entry : a) out.emplace_back(entry);
  return out;
}

// β supported on `set` with the signs given solves X_Sᵀ(Xβ - y) + λ w_S sign = 0.
std::optional<Optimum> on_support(const WideMatrix& x, const WideVector& y, const Wide& lambda, const WideVector& weights,
                                  const std::vector<std::size_t>& set, const std::vector<int>& signs) {
  WideMatrix columns = rows_of(transposed(x), set);
  WideVector beta(x.cols);
  if (!set.empty()) {
    WideVector rhs = columns * y;
    for (std::size_t k = 0; k < set.size(); ++k) rhs[k] -= lambda * weights[set[k]] * signs[k];
    const auto values = solved(sandwiched(columns, identity(x.rows)), rhs);
    if (!values) return std::nullopt;
    for (std::size_t k = 0; k < set.size(); ++k) {
      if ((*values)[k] * signs[k] <= 0) return std::nullopt;
      beta[set[k]] = (*values)[k];
    }
  }
  const WideVector rest = y - x * beta, slopes = transposed_times(x, rest);
  Wide value = dot(rest, rest) / 2;
  for (std::size_t j = 0; j < x.cols; ++j) {
    if (abs(slopes[j]) > lambda * weights[j] * (1 + kEnough)) return std::nullopt;
    value += lambda * weights[j] * abs(beta[j]);
  }
  return Optimum{std::move(beta), value};
}

}  // namespace

Optimum nearest_fit(const Matrix& x, const Vector& y, const Vector& origin) {
  const RationalMatrix exact = testing::rational(x);
  const RationalVector start = testing::rational(origin), rest = minus(testing::rational(y), times(exact, start));
  const RationalMatrix rows = independent_rows(exact);  // β - β_0 = rowsᵀ c
  if (rows.empty()) return {wide(origin), 0};
  const RationalMatrix across = transposed(times_transposed(exact, rows));
  const RationalVector c = solved(times_transposed(across, across), times(across, rest));
  const RationalVector step = times(transposed(rows), c);
  return {rounded_to_wide(minus(step, negated(start))), Wide(testing::rational_dot(step, step) / 2)};
}

Optimum ridge(const Matrix& x, const Vector& y, double lambda, const Vector& origin) {
  const RationalMatrix exact = testing::rational(x), columns = transposed(exact);
  const RationalVector start = testing::rational(origin), rest = minus(testing::rational(y), times(exact, start));
  RationalMatrix normal = times_transposed(columns, columns);
  for (std::size_t j = 0; j < normal.size(); ++j) normal[j][j] += Rational(lambda);
  const RationalVector step = solved(std::move(normal), times(columns, rest));
  const RationalVector left = minus(rest, times(exact, step));
  const Rational value = (testing::rational_dot(left, left) + Rational(lambda) * testing::rational_dot(step, step)) / 2;
  return {rounded_to_wide(minus(step, negated(start))), Wide(value)};
}

std::optional<Optimum> lasso(const Matrix& x, const Vector& y, double lambda, const Vector& weights, const Vector& guess) {
  const WideMatrix wide_x(x);
  const WideVector targets = wide(y), w = wide(weights);
  const auto attempt = [&](const std::vector<int>& of_all) {
    std::vector<std::size_t> set;
    std::vector<int> signs;
    for (std::size_t j = 0; j < of_all.size(); ++j)
      if (of_all[j] != 0) set.push_back(j), signs.push_back(of_all[j]);
    return on_support(wide_x, targets, lambda, w, set, signs);
  };
  std::vector<int> signs(wide_x.cols);
  for (std::size_t j = 0; j < signs.size(); ++j) {
    const double value = guess[static_cast<Index>(j)];
    signs[j] = value > 0 ? 1 : value < 0 ? -1 : 0;
  }
  if (auto found = attempt(signs)) return found;
  constexpr std::size_t kMostFeatures = 6;  // 3^6 sign patterns
  if (signs.size() > kMostFeatures) return std::nullopt;
  std::fill(signs.begin(), signs.end(), -1);
  for (;;) {
    if (auto found = attempt(signs)) return found;
    std::size_t j = 0;
    while (j < signs.size() && signs[j] == 1) signs[j++] = -1;
    if (j == signs.size()) return std::nullopt;
    ++signs[j];
  }
}

}  // namespace penchant::referee
