#include "penchant/limits/l1_dual.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/core/exact_dot.h"
#include "penchant/core/text.h"
#include "penchant/limits/l1_columns.h"
#include "penchant/limits/l1_scaling.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// One rounding to nearest, and a little.
constexpr double kHalf = 0.5000001 * kEps;
constexpr double kInfinite = std::numeric_limits<double>::infinity();
// A dual is tight where it is this close to its bound, relative to it.
constexpr double kTight = 1e-9;
constexpr int kCorrections = 2;
// A plain sum with less rounding than this, beside the bound it is compared with, is good enough.
constexpr double kPlain = 1e-10;

// Rounding of a plain sum of n products against the product of the norms.
double plain(Index n) { return (n + 4) * kEps; }
// Of a compensated one (Ogita, Rump & Oishi 2005, Dot2) against the sum of the sizes of its terms.
double compensated(Index n) { return std::pow((n + 8) * kEps, 2); }

// Both in one reading of X, a block of columns at a time.
void correlate(const Matrix& x, L1Dual& dual) {
  constexpr Index kBlock = 1024;
  dual.g = Vector::Zero(x.cols());
  dual.column_norms = dual.g;
  const Vector& nu = dual.nu;
  for (Index start = 0; start < x.cols(); start += kBlock) {
    const Index width = std::min(kBlock, x.cols() - start);
    auto g = dual.g.segment(start, width);
    auto squares = dual.column_norms.segment(start, width);
    const auto row = [&](Index i) { return x.row(i).segment(start, width).transpose(); };
    Index i = 0;
    for (; i + 4 <= x.rows(); i += 4) {
      g += (nu[i] * row(i) + nu[i + 1] * row(i + 1)) + (nu[i + 2] * row(i + 2) + nu[i + 3] * row(i + 3));
      squares += (row(i).cwiseAbs2() + row(i + 1).cwiseAbs2()) + (row(i + 2).cwiseAbs2() + row(i + 3).cwiseAbs2());
    }
    for (; i < x.rows(); ++i) {
      g += nu[i] * row(i);
      squares += row(i).cwiseAbs2();
    }
  }
  require_finite_correlations(dual.g);
  require_finite_correlations(dual.column_norms);
  dual.column_norms = dual.column_norms.cwiseSqrt();
}

double ratio(const L1Problem& problem, Index j, double g) {
  return problem.positive() ? g / problem.up[j] : std::max(g / problem.up[j], -g / problem.down[j]);
}

// Only features that could be the nearest to their bound, given the error of a plain product, are summed accurately.
void find_scale(const L1Problem& problem, L1Dual& dual) {
  const Index d = dual.g.size();
  double floor = -kInfinite;
  for (Index j = 0; j < d; ++j)
    floor = std::max(floor, ratio(problem, j, dual.g[j]) - dual.noise(j) / std::min(problem.up[j], problem.down[j]));
  dual.scale = d > 0 ? -kInfinite : 0.0;
  for (Index j = 0; j < d; ++j) {
    const double cheapest = std::min(problem.up[j], problem.down[j]);
    if (ratio(problem, j, dual.g[j]) + dual.noise(j) / cheapest < floor) continue;
    const L1Price now = l1_price(problem, dual, j);
    dual.g[j] = now.value;
    dual.scale = std::max(dual.scale, (ratio(problem, j, now.value) + now.error / cheapest) * (1 + kEps));
  }
}

void find_value(const L1Problem& problem, L1Dual& dual) {
  CompensatedSum sum, squares;
  double size = 0.0;
  for (Index i = 0; i < dual.nu.size(); ++i) {
    sum.add_product(problem.y[i], dual.nu[i]);
    size += std::abs(problem.y[i] * dual.nu[i]);
    if (dual.correction.size() > 0) sum.add_product(problem.y[i], dual.correction[i]);
    squares.add_product(dual.nu[i], dual.nu[i]);
  }
  dual.value = sum.value() - kHalf * std::abs(sum.value()) - 2 * compensated(2 * dual.nu.size()) * size;
  if (problem.delta > 0) {
    const double length = std::sqrt(squares.value()) * (1 + kEps) + (dual.correction.size() > 0 ? dual.correction.norm() : 0.0);
    dual.value -= problem.delta * length * (1 + kEps);
  }
}

// ‖R^{-1}‖_F of the unit columns; twice it bounds 1/σ_min as long as its rounding is far from 1.
double inverse_norm(const Eigen::MatrixXd& columns) {
  if (columns.cols() == 0) return 0.0;
  if (columns.cols() > columns.rows()) return kInfinite;
  Eigen::MatrixXd inverse;
  return inverse_factor_norm(columns, inverse);
}

// What is left of a list of features without zero columns and copies of one another up to sign.
std::vector<Index> without_copies(const L1Problem& problem, const L1Dual& dual, const std::vector<Index>& features) {
  std::vector<Index> out;
  for (Index j : features) {
    if (dual.column_norms[j] == 0.0) continue;
    const bool copy = std::any_of(out.begin(), out.end(), [&](Index k) {
      return dual.column_norms[k] == dual.column_norms[j] &&
             (problem.x.col(k) == problem.x.col(j) || problem.x.col(k) == -problem.x.col(j));
    });
    if (!copy) out.push_back(j);
  }
  return out;
}

bool separates_exactly(const L1Problem& problem, const L1Dual& dual) {
  for (Index j = 0; j < dual.g.size(); ++j) {
    if (problem.positive() && dual.g[j] < -dual.noise(j)) continue;
    const std::optional<int> sign = exact_sign_of_dot(problem.x.col(j), dual.nu);
    if (!sign || (problem.positive() ? *sign > 0 : *sign != 0)) return false;
  }
  return true;
}

}  // namespace

L1Price l1_price(const L1Problem& problem, const L1Dual& dual, Index j) {
  CompensatedSum sum;
  double size = 0.0;
  const bool corrected = dual.correction.size() > 0;
  for (Index i = 0; i < dual.nu.size(); ++i) {
    const double x = problem.x(i, j);
    sum.add_product(x, dual.nu[i]);
    size += std::abs(x * dual.nu[i]);
    if (corrected) sum.add_product(x, dual.correction[i]);
  }
  const double value = sum.value();
  return {value, kHalf * std::abs(value) + 2 * compensated(2 * dual.nu.size()) * size};
}

double L1Dual::lower() const {
  if (!(value > 0)) return 0.0;
  return scale > 0 ? value / scale * (1 - kEps) : kInfinite;
}

void L1Dual::measure_rounding() {
  rounding = plain(nu.size()) * nu.norm() + (correction.size() > 0 ? correction.norm() : 0.0);
}

L1Price L1Dual::price(const L1Problem& problem, Index j) const {
  const L1Price plain_sum{g[j], noise(j)};
  const bool enough = plain_sum.error <= kPlain * scale * std::min(problem.up[j], problem.down[j]);
  return enough ? plain_sum : l1_price(problem, *this, j);
}

double L1Dual::least_slack(const L1Problem& problem, Index j) const {
  const L1Price now = price(problem, j);
  return std::min(scale * problem.up[j] - now.value, scale * problem.down[j] + now.value) - now.error;
}

L1Dual l1_dual(const L1Problem& problem, Vector nu) {
  L1Dual dual;
  if (const double length = nu.stableNorm(); length > 0) nu /= length;
  dual.nu = std::move(nu);
  correlate(problem.x, dual);
  dual.measure_rounding();
  find_scale(problem, dual);
  find_value(problem, dual);
  return dual;
}

L1Dual refined(const L1Problem& problem, const L1Dual& dual, const Vector& beta, double objective) {
  const double scale = dual.value / objective;
  if (!(scale > 0) || !std::isfinite(scale)) return dual;
  L1Dual best = dual;
  Vector correction = Vector::Zero(dual.nu.size());
  for (int round = 0; round < kCorrections; ++round) {
    L1Dual now = best;
    now.correction = correction;
    std::vector<Index> features;
    std::vector<double> misprices;
    for (Index j = 0; j < beta.size(); ++j) {
      const L1Price at = l1_price(problem, now, j);
      const double bound = scale * (at.value > 0 ? problem.up[j] : -problem.down[j]);
      const double target = beta[j] != 0.0 ? scale * std::copysign(problem.weight(j, beta[j]), beta[j]) : bound;
      if (beta[j] == 0.0 && !(std::isfinite(bound) && at.value / bound > 1.0 - kTight)) continue;
      features.push_back(j);
      misprices.push_back(target - at.value);
    }
    if (features.empty()) break;
    const Eigen::MatrixXd columns = columns_of(problem.x, features);
    const Vector lengths = columns.colwise().norm().transpose();
    if (!(lengths.minCoeff() > 0)) break;
    const Vector targets = Eigen::Map<const Vector>(misprices.data(), columns.cols()).cwiseQuotient(lengths);
    const Eigen::MatrixXd unit = columns * lengths.cwiseInverse().asDiagonal();
    correction += Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(unit.transpose()).solve(targets);
    now.correction = correction;
    now.measure_rounding();
    find_scale(problem, now);
    find_value(problem, now);
    if (now.lower() > best.lower() && std::isfinite(now.lower())) best = now;
  }
  return best;
}

std::optional<std::string> proof_that_nothing_fits(const L1Problem& problem, const L1Dual& dual) {
  if (!(dual.value > 0)) return std::nullopt;
  const char* prices = problem.positive() ? "X^T ν <= 0" : "X^T ν = 0";
  if (separates_exactly(problem, dual)) return cat(prices, " and ⟨ν,y⟩ > δ‖ν‖ hold exactly");
  std::vector<Index> features;
  double misprices = 0.0;
  for (Index j = 0; j < dual.g.size(); ++j) {
    if (problem.positive() && dual.g[j] < -dual.noise(j)) continue;
    features.push_back(j);
  }
  const std::vector<Index> independent = without_copies(problem, dual, features);
  for (Index j : independent) {
    const L1Price now = l1_price(problem, dual, j);
    const double unit = (std::abs(now.value) + now.error) / dual.column_norms[j];
    misprices += unit * unit;
  }
  if (static_cast<Index>(independent.size()) >= problem.x.rows()) return std::nullopt;
  const double moved = 2 * inverse_norm(unit_columns(problem.x, independent)) * std::sqrt(misprices);
  if (!(moved < kInfinite)) return std::nullopt;
  const double size = problem.y.norm() + problem.delta;
  if (!(dual.value > 2 * moved * size)) return std::nullopt;
  if (problem.positive()) {
    std::size_t next = 0;
    for (Index j = 0; j < dual.g.size(); ++j) {
      if (next < features.size() && features[next] == j) {
        ++next;
        continue;
      }
      if (!(dual.g[j] + dual.noise(j) + 2 * moved * dual.column_norms[j] < 0)) return std::nullopt;
    }
  }
  return cat(prices, " and ⟨ν,y⟩ > δ‖ν‖ hold for a ν* within ", moved, " ‖ν‖ of ν");
}

std::optional<std::string> proof_that_nothing_fits(const MinL1& exact_fit, const Vector& nu) {
  const L1Problem problem = l1_problem(exact_fit);
  const ScaledL1 scaled(problem);
  return proof_that_nothing_fits(scaled.problem(), l1_dual(scaled.problem(), scaled.dual(nu)));
}

}  // namespace penchant
