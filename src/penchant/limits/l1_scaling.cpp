#include "penchant/limits/l1_scaling.h"

#include <cmath>
#include <limits>

namespace penchant {

namespace {

constexpr int kSweeps = 20;
// Sizes within this factor of one another are left alone.
constexpr double kEven = 0x1p8;
constexpr Index kSample = 32;

struct Exponents {
  Vector rows, columns;
};

// log2|x_ij| ~ -(rows_i + columns_j) over the entries that are not 0, y beside the columns: rows that share no feature share that.
Exponents fitted_exponents(const L1Problem& problem) {
  const bool keep_rows = problem.delta > 0;
  Matrix x(problem.x.rows(), problem.x.cols() + 1);
  x << problem.x, problem.y;
  Exponents out{Vector::Zero(x.rows()), Vector::Zero(x.cols())};
  const Matrix logs = x.cwiseAbs().array().log2();  // -inf where 0
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    Vector sums = Vector::Zero(x.cols()), counts = sums;
    for (Index i = 0; i < x.rows(); ++i)
      for (Index j = 0; j < x.cols(); ++j)
        if (std::isfinite(logs(i, j))) {
          sums[j] += logs(i, j) + out.rows[i];
          counts[j] += 1.0;
        }
    for (Index j = 0; j < x.cols(); ++j) out.columns[j] = counts[j] > 0 ? -sums[j] / counts[j] : 0.0;
    if (keep_rows) break;
    for (Index i = 0; i < x.rows(); ++i) {
      double sum = 0.0, count = 0.0;
      for (Index j = 0; j < x.cols(); ++j)
        if (std::isfinite(logs(i, j))) {
          sum += logs(i, j) + out.columns[j];
          count += 1.0;
        }
      out.rows[i] = count > 0 ? -sum / count : 0.0;
    }
  }
  return out;
}

Vector powers_of_two(const Vector& exponents) {
  return exponents.unaryExpr([](double e) { return std::exp2(std::round(e)); });
}

}  // namespace

ScaledL1::ScaledL1(const L1Problem& original) : problem_{x_, y_, {}, {}, original.delta} {
  const Exponents exponents = fitted_exponents(original);
  rows_ = powers_of_two(exponents.rows);
  columns_ = powers_of_two(exponents.columns.head(original.x.cols()));
  x_ = rows_.asDiagonal() * original.x * columns_.asDiagonal();
  y_ = rows_.cwiseProduct(original.y);
  problem_.up = original.up.cwiseProduct(columns_);
  problem_.down = original.down.cwiseProduct(columns_);
}

bool unevenly_scaled(const L1Problem& problem) {
  const Matrix& x = problem.x;
  const Index width = std::min(kSample, x.cols());
  double least = std::numeric_limits<double>::infinity(), most = 0.0;
  const auto take = [&](double size) {
    if (!(size > 0)) return;
    least = std::min(least, size);
    most = std::max(most, size);
  };
  Vector columns = Vector::Zero(width);
  for (Index i = 0; i < x.rows(); ++i) {
    const auto row = x.row(i).head(width).cwiseAbs();
    columns = columns.cwiseMax(row.transpose());
    if (problem.delta == 0) take(width > 0 ? row.maxCoeff() : 0.0);
  }
  const bool rows_uneven = most > kEven * least;
  least = std::numeric_limits<double>::infinity(), most = 0.0;
  for (double size : columns) take(size);
  return rows_uneven || most > kEven * least;
}

}  // namespace penchant
