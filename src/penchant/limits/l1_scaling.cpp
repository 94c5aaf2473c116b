#include "penchant/limits/l1_scaling.h"

#include <limits>

#include "penchant/limits/equilibration.h"

namespace penchant {

namespace {

// Sizes within this factor of one another are left alone.
constexpr double kEven = 0x1p8;
constexpr Index kSample = 32;

}  // namespace

ScaledL1::ScaledL1(const L1Problem& original) : problem_{x_, y_, {}, {}, original.delta} {
  Matrix x(original.x.rows(), original.x.cols() + 1);
  x << original.x, original.y;  // rows that share no feature share y
  Equilibration scales = equilibration(x, original.delta > 0 ? ScaledSides::columns : ScaledSides::both);
  rows_ = std::move(scales.rows);
  columns_ = scales.columns.head(original.x.cols());
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
