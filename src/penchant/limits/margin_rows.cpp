#include "penchant/limits/margin_rows.h"

#include <algorithm>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

// Multipliers grow as the square of the inverse of the samples: beyond these sizes they leave the range of a double.
constexpr double kSmallest = 1e-140;
constexpr double kLargest = 1e140;

void check_labels(const MaxMargin& limit, const char* who) {
  Index positive = 0;
  for (Index i = 0; i < limit.y.size(); ++i) {
    if (limit.y[i] != 1.0 && limit.y[i] != -1.0)
      throw InvalidInput(cat(who, ": y[", i, "] is ", limit.y[i], "; max_margin expects -1 or 1"));
    positive += limit.y[i] > 0;
  }
  if (limit.intercept == Intercept::free && (positive == 0 || positive == limit.y.size()))
    throw InvalidInput(cat(who, ": all ", limit.y.size(), " labels are ", limit.y[0],
                           "; with a free intercept one class alone has no largest margin, expected both classes"));
}

}  // namespace

MarginRows margin_rows(const MaxMargin& limit, const char* who) {
  if (!limit.x) throw InvalidInput(cat(who, ": max_margin has no feature matrix"));
  const Matrix& x = require_dense(*limit.x, who);
  if (x.rows() == 0 || x.cols() == 0)
    throw InvalidInput(cat(who, ": X is (", x.rows(), ", ", x.cols(), "); max_margin expects at least one sample and one feature"));
  if (limit.y.size() != x.rows())
    throw InvalidInput(cat(who, ": X has ", x.rows(), " rows but y has ", limit.y.size(), " entries"));
  check_labels(limit, who);
  MarginRows rows{x, limit.y, Vector(x.rows()), 0.0, limit.intercept == Intercept::free};
  for (Index i = 0; i < x.rows(); ++i) {
    rows.row_norms[i] = x.row(i).norm();
    // Squares that underflow: the slow scaled norm only where the fast one cannot be trusted.
    if (rows.row_norms[i] < kSmallest) rows.row_norms[i] = x.row(i).stableNorm();
    if (!(rows.row_norms[i] <= kLargest))
      throw InvalidInput(
          cat(who, ": row ", i, " of X has norm ", rows.row_norms[i], "; max_margin expects finite rows up to ", kLargest));
    rows.largest = std::max(rows.largest, rows.row_norms[i]);
  }
  if (rows.largest > 0.0 && rows.largest < kSmallest)
    throw InvalidInput(cat(who, ": the largest row of X has norm ", rows.largest, "; max_margin expects at least ", kSmallest));
  return rows;
}

double best_intercept(const MarginRows& rows, const Vector& beta) {
  double positive = std::numeric_limits<double>::infinity(), negative = -positive;
  for (Index i = 0; i < rows.samples(); ++i) {
    const double value = accurate_dot(rows.x.row(i).transpose(), beta);
    if (rows.y[i] > 0) positive = std::min(positive, value);
    else negative = std::max(negative, value);
  }
  return -(0.5 * positive + 0.5 * negative);
}

}  // namespace penchant
