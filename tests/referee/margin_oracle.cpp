#include "referee/margin_oracle.h"

namespace penchant::referee {

namespace {

const Wide kEnough("1e-30");

// β = Σ_A α_i z_i with z_i·β + y_i b = 1 on A and Σ_A y_i α_i = 0; absent where A is dependent.
std::optional<WideVector> multipliers(const WideMatrix& gram, const WideVector& labels, const std::vector<std::size_t>& set,
                                      bool free) {
  const std::size_t m = set.size(), size = m + (free ? 1 : 0);
  WideMatrix system(size, size);
  WideVector rhs(size);
  for (std::size_t p = 0; p < m; ++p) {
    for (std::size_t q = 0; q < m; ++q) system(p, q) = gram(set[p], set[q]);
    rhs[p] = 1;
    if (free) system(p, m) = system(m, p) = labels[set[p]];
  }
  return solved(std::move(system), std::move(rhs));
}

std::vector<std::size_t> members(std::uint32_t bits) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; bits >> i; ++i)
    if (bits >> i & 1U) out.push_back(i);
  return out;
}

}  // namespace

std::optional<BestMargin> largest_margin(const Matrix& x, const Vector& y, bool free_intercept) {
  const WideMatrix z(Matrix(y.asDiagonal() * x));
  const WideVector labels = wide(y);
  const std::size_t n = z.rows, d = z.cols;
  WideMatrix gram(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t j = 0; j < d; ++j) gram(i, k) += z(i, j) * z(k, j);
  for (std::uint32_t bits = 1; bits < std::uint32_t{1} << n; ++bits) {
    const std::vector<std::size_t> set = members(bits);
    if (set.size() > d + (free_intercept ? 1 : 0)) continue;
    const auto alpha = multipliers(gram, labels, set, free_intercept);
    if (!alpha) continue;
    bool right = true;
    for (std::size_t p = 0; p < set.size(); ++p) right = right && (*alpha)[p] > 0;
    const Wide offset = free_intercept ? (*alpha)[set.size()] : Wide(0);
    WideVector beta(d);
    for (std::size_t p = 0; right && p < set.size(); ++p)
      for (std::size_t j = 0; j < d; ++j) beta[j] += (*alpha)[p] * z(set[p], j);
    for (std::size_t i = 0; right && i < n; ++i) {
      Wide reached = labels[i] * offset;
      for (std::size_t j = 0; j < d; ++j) reached += z(i, j) * beta[j];
      right = reached >= 1 - kEnough;
    }
    if (right) return BestMargin{1 / norm(beta), beta};
  }
  return std::nullopt;
}

}  // namespace penchant::referee
