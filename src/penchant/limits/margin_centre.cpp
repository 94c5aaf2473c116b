#include "penchant/limits/margin_centre.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "penchant/core/accurate.h"

namespace penchant {

namespace {

// Of ⟨w, offset⟩ and b: an intercept this near the best one is the best one rounded.
constexpr double kRounding = 8 * std::numeric_limits<double>::epsilon();

struct Range {
  Index feature;
  double least, most;

  bool far_from_zero() const { return (least > 0 && most <= 2 * least) || (most < 0 && least >= 2 * most); }
};

// Features far from 0 beside their spread. Most data leave none after two rows.
std::vector<Range> offset_features(const Matrix& x) {
  std::vector<Range> out;
  for (Index j = 0; j < x.cols(); ++j)
    if (x(0, j) != 0 && std::isfinite(x(0, j))) out.push_back({j, x(0, j), x(0, j)});
  for (Index i = 1; i < x.rows() && !out.empty(); ++i)
    std::erase_if(out, [&](Range& range) {
      range.least = std::min(range.least, x(i, range.feature));
      range.most = std::max(range.most, x(i, range.feature));
      return !range.far_from_zero() || std::isnan(x(i, range.feature));
    });
  return out;
}

// Half way between the classes.
double best_intercept(const MaxMargin& limit, const Vector& beta) {
  double positive = std::numeric_limits<double>::infinity(), negative = -positive;
  const Matrix& x = *limit.x->dense();
  for (Index i = 0; i < x.rows(); ++i) {
    const double value = accurate_dot(x.row(i).transpose(), beta);
    if (limit.y[i] > 0) positive = std::min(positive, value);
    else negative = std::max(negative, value);
  }
  return -(0.5 * positive + 0.5 * negative);
}

}  // namespace

double CentredMargin::intercept_here(const Solution& point) const {
  const Vector& beta = point.predictor.values;
  const double b = point.intercept + accurate_dot(beta, offset), best = best_intercept(limit, beta);
  const double size = std::abs(point.intercept) + beta.cwiseAbs().dot(offset.cwiseAbs());
  return std::abs(b - best) <= kRounding * size ? best : b;
}

double CentredMargin::intercept_there(const Solution& centred) const {
  return centred.intercept - accurate_dot(centred.predictor.values, offset);
}

std::optional<CentredMargin> centred_margin(const MaxMargin& limit) {
  if (limit.intercept != Intercept::free || !limit.x || !limit.x->dense() || limit.x->rows() == 0) return std::nullopt;
  const Matrix& x = *limit.x->dense();
  const std::vector<Range> ranges = offset_features(x);
  if (ranges.empty()) return std::nullopt;
  Vector offset = Vector::Zero(x.cols());
  for (const Range& range : ranges) offset[range.feature] = range.least + 0.5 * (range.most - range.least);
  MaxMargin moved{std::make_shared<DenseMap>(Matrix(x.rowwise() - offset.transpose())), limit.y, limit.intercept};
  return CentredMargin{std::move(moved), std::move(offset)};
}

}  // namespace penchant
