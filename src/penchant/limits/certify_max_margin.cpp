// The margin of any direction is a lower bound, the norm of any convex combination of the y_i x_i an upper one:
//   max_{‖β‖≤1, b} min_i y_i(x_i·β + b) = min { ‖Σ q_i y_i x_i‖ : q ≥ 0, Σ q_i = 1 (Σ q_i y_i = 0 if b is free) } ≥ 0.
// Both are evaluated with their rounding errors bounded and counted against us. See docs/math/max_margin.md.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/dual_recovery.h"
#include "penchant/limits/enclosure.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/margin_centre.h"
#include "penchant/limits/margin_rows.h"
#include "penchant/limits/margin_support.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// A convex combination this small against the samples in it is zero to the rounding of those samples themselves.
constexpr double kZeroCombination = 64 * kEps;
// Weights below this share of the largest of their class count as 0: their products would leave the range of a double.
constexpr double kNoWeight = 1e-200;
constexpr int kPolishes = 2;
constexpr double kNearlyZero = 1e-10;  // of the largest sample: worth a look whether it is 0

Enclosed accurate_norm(const Vector& v) {
  const double top = v.size() ? v.cwiseAbs().maxCoeff() : 0.0;
  if (top == 0.0) return {};
  const double scale = std::exp2(std::ilogb(top));
  CompensatedSum squares;
  for (double entry : v) squares.add_product(entry / scale, entry / scale);
  const double norm = scale * std::sqrt(squares.value());
  return {norm, 4 * kEps * norm};
}

// y_i(x_i·β + b)
Enclosed accurate_margin(const MarginRows& rows, Index i, const Vector& beta, double intercept) {
  CompensatedSum sum;
  double size = std::abs(intercept);
  for (Index j = 0; j < beta.size(); ++j) {
    sum.add_product(rows.x(i, j), beta[j]);
    size += std::abs(rows.x(i, j) * beta[j]);
  }
  sum.add(intercept);
  const double value = sum.value();
  return {rows.y[i] * value, kEps * std::abs(value) + second_order(beta.size()) * size};
}

struct Margins {
  Vector values;         // (n) un-normalised, plain products
  Enclosed least;           // accurate
  double norm_low = 0.0, norm_high = 0.0;  // bounds on ‖β‖
};

Margins margins_of(const MarginRows& rows, const Vector& beta, double intercept) {
  Margins out;
  const Enclosed norm = accurate_norm(beta);
  out.norm_low = norm.value - norm.error;
  out.norm_high = norm.value + norm.error;
  out.values.noalias() = rows.x * beta;
  out.values = rows.y.cwiseProduct((out.values.array() + intercept).matrix());
  // Only rows that could be the least one, given the error of a plain product, are evaluated accurately.
  const double unit = (rows.features() + 4) * kEps;
  const auto slack = [&](Index i) { return unit * (rows.row_norms[i] * norm.value + std::abs(intercept)); };
  double ceiling = std::numeric_limits<double>::infinity();
  for (Index i = 0; i < rows.samples(); ++i) ceiling = std::min(ceiling, out.values[i] + slack(i));
  double lowest = std::numeric_limits<double>::infinity();
  for (Index i = 0; i < rows.samples(); ++i) {
    if (out.values[i] - slack(i) > ceiling) continue;
    const Enclosed margin = accurate_margin(rows, i, beta, intercept);
    out.values[i] = margin.value;
    if (margin.value - margin.error < lowest) {
      lowest = margin.value - margin.error;
      out.least = margin;
    }
  }
  return out;
}

struct Combination {
  Vector weights;             // (n) >= 0, not normalised, masses of the classes equal to rounding if the intercept is free
  double total = 0.0;         // Σ weights
  double size = 0.0;          // Σ q_i ‖x_i‖: what it is made of
  bool zero = false;          // feature by feature, to the rounding of the samples
  double upper = std::numeric_limits<double>::infinity();  // bound on the margin
  double value = std::numeric_limits<double>::infinity();  // the same without the errors
};

double class_mass(const MarginRows& rows, const Vector& weights, double sign) {
  CompensatedSum mass;
  for (Index i = 0; i < weights.size(); ++i)
    if (rows.y[i] == sign) mass.add(weights[i]);
  return mass.value();
}

// Scales the negative class to the mass of the positive one; false if one of them has none. What rounding leaves of the balance is
// returned: it is added as mass of one sample of the lighter class, so that the combination is a legal one exactly.
bool balance(const MarginRows& rows, Vector& weights, double& imbalance) {
  const double positive = class_mass(rows, weights, 1.0);
  const double negative = class_mass(rows, weights, -1.0);
  if (!(positive > 0.0) || !(negative > 0.0)) return false;
  const double ratio = positive / negative;
  if (!std::isfinite(ratio) || ratio == 0.0) return false;
  for (Index i = 0; i < weights.size(); ++i)
    if (rows.y[i] < 0) weights[i] *= ratio;
  CompensatedSum difference;
  for (Index i = 0; i < weights.size(); ++i) difference.add(rows.y[i] * weights[i]);
  imbalance = difference.value();
  return true;
}

// Each class (all samples, if b = 0) in units of its largest weight; a power of two rounds nothing.
void take_moderate_units(const MarginRows& rows, Vector& weights) {
  for (const double sign : {-1.0, 1.0}) {
    const auto belongs = [&](Index i) { return !rows.free_intercept || rows.y[i] == sign; };
    double top = 0.0;
    for (Index i = 0; i < weights.size(); ++i)
      if (belongs(i)) top = std::max(top, weights[i]);
    if (!(top > 0.0)) continue;
    for (Index i = 0; i < weights.size(); ++i)
      if (belongs(i)) weights[i] = weights[i] < kNoWeight * top ? 0.0 : std::ldexp(weights[i], -std::ilogb(top));
  }
}

// ‖Σ q_i y_i x_i‖ for q = weights / Σ weights; negative weights count as zero.
Combination combine(const MarginRows& rows, const Vector& dual) {
  Combination out;
  out.weights = dual.cwiseMax(0.0);
  const double top = out.weights.maxCoeff();
  if (!(top > 0.0) || !std::isfinite(top)) return out;
  take_moderate_units(rows, out.weights);
  double imbalance = 0.0;
  if (rows.free_intercept && !balance(rows, out.weights, imbalance)) return out;
  CompensatedSum mass;
  for (double weight : out.weights) mass.add(weight);
  mass.add(std::abs(imbalance));
  out.total = mass.value();

  std::vector<Index> support;
  for (Index i = 0; i < out.weights.size(); ++i)
    if (out.weights[i] > 0.0) support.push_back(i);
  const double lighter = imbalance > 0 ? -1.0 : 1.0;
  const auto reference = std::find_if(support.begin(), support.end(), [&](Index i) { return rows.y[i] == lighter; });
  RowSums sums(rows.features());
  double size = 0.0;
  Vector sizes = Vector::Zero(rows.features());
  for (Index i : support) {
    sums.add(rows.y[i] * out.weights[i], rows.x.row(i));
    size += out.weights[i] * rows.row_norms[i];
    sizes += out.weights[i] * rows.x.row(i).cwiseAbs().transpose();
  }
  if (imbalance != 0.0) sums.add(-imbalance, rows.x.row(*reference));
  const Enclosed norm = accurate_norm(sums.values());
  out.value = norm.value / out.total;
  const double error = norm.error + 2 * kEps * norm.value + second_order(rows.samples()) * size;
  out.upper = (norm.value + error) / out.total * (1 + 4 * kEps);
  out.size = size / out.total;
  out.zero = (sums.values().array().abs() <= kZeroCombination * sizes.array()).all();
  return out;
}

// Relative changes of the weights, the smallest ones, that take the combination to 0; empty where none keeps all weights >= 0.
std::optional<Vector> weights_of_zero(const MarginRows& rows, const Vector& weights) {
  std::vector<Index> support;
  for (Index i = 0; i < weights.size(); ++i)
    if (weights[i] > 0.0) support.push_back(i);
  Matrix terms(rows.features() + (rows.free_intercept ? 1 : 0), static_cast<Index>(support.size()));
  for (Index k = 0; k < terms.cols(); ++k) {
    const Index i = support[static_cast<std::size_t>(k)];
    terms.col(k).head(rows.features()) = rows.y[i] * weights[i] * rows.x.row(i).transpose();
    if (rows.free_intercept) terms(rows.features(), k) = rows.y[i] * weights[i];
  }
  for (Index f = 0; f < terms.rows(); ++f)
    if (const double top = terms.row(f).cwiseAbs().maxCoeff(); top > 0.0) terms.row(f) *= std::exp2(-std::ilogb(top));
  const Vector now = accurate_residual(terms, Vector::Ones(terms.cols()), Vector::Zero(terms.rows()));
  const Vector less = Feasible(terms).pseudo_inverse(now);
  if (!(less.maxCoeff() < 1.0)) return std::nullopt;
  Vector out = Vector::Zero(weights.size());
  out(support) = weights(support).cwiseProduct((1.0 - less.array()).matrix());
  return out;
}

// A combination that is nearly 0 beside the largest sample, taken as near to 0 as its own terms allow.
Combination polished(const MarginRows& rows, Combination combination) {
  for (int k = 0; k < kPolishes && !combination.zero; ++k) {
    const std::optional<Vector> weights = weights_of_zero(rows, combination.weights);
    if (!weights) break;
    Combination next = combine(rows, *weights);
    if (!next.zero && !(next.upper < combination.upper)) break;
    combination = std::move(next);
  }
  return combination;
}

// Without a dual: the weights an exponential loss would give the samples, at the best of many temperatures, or multipliers found
// for the samples with the least margins.
Combination combination_from(const MarginRows& rows, const Margins& margins) {
  const double least = margins.values.minCoeff();
  const double spread = margins.values.maxCoeff() - least;
  Combination best = combine(rows, Vector::Ones(rows.samples()));
  for (int power = 0; power <= 24 && spread > 0.0 && std::isfinite(spread); ++power) {
    const double rate = std::exp2(power) / spread;
    Combination candidate = combine(rows, (-rate * (margins.values.array() - least)).exp().matrix());
    if (candidate.upper < best.upper) best = std::move(candidate);
  }
  if (!(rows.largest > 0.0)) return best;
  Combination multipliers = combine(rows, margin_multipliers(rows, margins.values));
  if (multipliers.upper < best.upper) best = std::move(multipliers);
  return best;
}

// Samples at the least margin, and how many of them carry no weight (limits: those of margin_support.h).
std::string support_text(const Margins& margins, const Vector& weights) {
  Index held = 0, idle = 0;
  const double top = weights.maxCoeff();
  for (Index i = 0; i < weights.size(); ++i) {
    if (margins.values[i] > margins.least.value * (1 + kSupportMargin)) continue;
    ++held;
    idle += weights[i] <= kZeroMultiplier * top;
  }
  if (idle == 0) return cat(held, " support vectors");
  return cat(held, " support vectors, ", idle, " of them without a multiplier in this dual: possibly degenerate data");
}

// The same direction, where products with β would leave the range of a double; a power of two rounds nothing.
std::optional<Solution> of_moderate_size(const Solution& point) {
  constexpr int kModerate = 400;
  const Vector& beta = point.predictor.values;
  const double size = beta.size() > 0 ? beta.cwiseAbs().maxCoeff() : 0.0;
  if (!(size > 0.0) || !std::isfinite(size) || std::abs(std::ilogb(size)) < kModerate) return std::nullopt;
  Solution out = point;
  out.predictor = Predictor::vector(beta.unaryExpr([&](double b) { return std::ldexp(b, -std::ilogb(size)); }));
  out.intercept = std::ldexp(point.intercept, -std::ilogb(size));
  return out;
}

std::string bracket_text(const Certificate& certificate, const Margins& margins, const Vector& weights) {
  if (certificate.lower == 0.0)
    return cat("the direction separates nothing yet: its least margin is ", margins.least.value, ", and no margin exceeds ",
               certificate.upper);
  return cat("margin between ", certificate.lower, " and ", certificate.upper, ", relative gap ", certificate.relative_gap, "; ",
             support_text(margins, weights));
}

}  // namespace

Certificate certify_max_margin(const MaxMargin& limit, const Solution& point) {
  const MarginRows rows = margin_rows(limit, "certify");
  if (const std::optional<Solution> tame = of_moderate_size(point)) return certify_max_margin(limit, *tame);
  const Vector& beta = point.predictor.values;
  require_point("max_margin", rows.x, rows.y, point);
  if (const std::optional<CentredMargin> centred = centred_margin(limit)) {
    Solution moved = point;
    moved.intercept = centred->intercept_here(point);
    return certify_max_margin(centred->limit, moved);
  }
  const double intercept = !rows.free_intercept          ? 0.0
                           : std::isnan(point.intercept) ? best_intercept(rows, beta)
                                                         : point.intercept;

  const Margins margins = margins_of(rows, beta, intercept);
  Combination combination;
  if (point.dual.size() != 0) combination = combine(rows, point.dual);
  if (!std::isfinite(combination.upper)) combination = combination_from(rows, margins);

  const bool separates = margins.least.value - margins.least.error > 0.0;
  if (!separates && combination.upper <= kNearlyZero * rows.largest) combination = polished(rows, std::move(combination));

  Certificate out;
  out.kind = CertificateKind::bracket;
  const double least = margins.least.value - margins.least.error;
  out.lower = least > 0.0 && margins.norm_low > 0.0 ? least / margins.norm_high * (1 - 2 * kEps) : 0.0;
  out.upper = std::max(combination.upper, 0.0);
  PENCHANT_CHECK(out.lower <= out.upper);
  out.gap = out.upper - out.lower;
  out.relative_gap = out.upper > 0.0 ? out.gap / out.upper : 0.0;
  out.feasibility = 0.0;
  // Σ q_i m_i - min m against the upper bound: zero if only samples at the least margin carry weight.
  const double mean = combination.weights.dot(margins.values) / combination.total;
  if (margins.norm_low > 0.0 && out.upper > 0.0)
    out.complementarity = std::max(0.0, mean - margins.least.value) / margins.norm_high / out.upper;
  // q*·m >= lower for the optimal q*, so cos(angle) >= lower / upper = 1 - gap/upper; arccos(1-δ) = 2 asin √(δ/2).
  out.distance_bound =
      out.lower > 0.0 ? 2 * std::asin(std::sqrt(out.relative_gap / 2)) : std::numeric_limits<double>::quiet_NaN();
  if (out.lower == 0.0 && combination.zero) {
    out.kind = CertificateKind::infeasible;
    out.text = cat("a convex combination of the y_i x_i has norm ", combination.value, " where its terms add up to ",
                   combination.size, ": no direction separates the classes with a margin above ", out.upper);
    return out;
  }
  out.text = bracket_text(out, margins, combination.weights);
  return out;
}

}  // namespace penchant
