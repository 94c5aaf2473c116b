#include "referee/problems.h"

#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/core/text.h"

namespace penchant::referee {

namespace {

constexpr double kGrid = 0x1p16;

double on_grid(double v) { return std::round(v * kGrid) / kGrid; }

Index any(Draw& draw, Index size) { return draw.integer(0, static_cast<int>(size) - 1); }

enum class Entries { grid, integers, signs };

double entry(Draw& draw, Entries kind) {
  if (kind == Entries::grid) return on_grid(draw.normal());
  const int most = kind == Entries::integers ? 3 : 1;
  return draw.integer(-most, most);
}

void degenerate(Draw& draw, Matrix& x, std::string& kind, double probability) {
  const Index n = x.rows(), d = x.cols();
  if (draw.chance(probability)) x.row(any(draw, n)) = Matrix(x.row(any(draw, n))), kind += " copied row";
  if (draw.chance(probability)) x.col(any(draw, d)) = Vector(x.col(any(draw, d))), kind += " copied column";
  if (draw.chance(probability)) x.col(any(draw, d)) = Vector(-x.col(any(draw, d))), kind += " negated column";
  if (draw.chance(probability)) x.col(any(draw, d)).setZero(), kind += " zero column";
  if (draw.chance(probability)) x.row(any(draw, n)).setZero(), kind += " zero row";
  if (n > 1 && draw.chance(probability))
    x.row(any(draw, n)) = Matrix(x.row(any(draw, n)) + x.row(any(draw, n))), kind += " dependent row";
}

}  // namespace

Regression exact_regression(Draw& draw, const RegressionOptions& options) {
  const Index n = draw.integer(1, options.most_rows), d = draw.integer(1, options.most_cols);
  const Entries entries = draw.pick({Entries::grid, Entries::integers, Entries::signs});
  Regression out{Matrix(n, d), Vector(n), ""};
  for (double& v : out.x.reshaped()) v = entry(draw, entries);
  degenerate(draw, out.x, out.kind, 0.18);
  Vector beta = Vector::Zero(d);
  const int target = draw.integer(0, 19);
  if (target == 0) out.kind += " y = 0";
  else if (target <= 2) beta[any(draw, d)] = 1.0, out.kind += " y a column";
  else {
    const int nonzeros = draw.integer(1, static_cast<int>(d));
    const bool positive = target <= 9;
    for (int k = 0; k < nonzeros; ++k) {
      const double v = entries == Entries::grid ? on_grid(draw.normal()) : draw.integer(-2, 2);
      beta[any(draw, d)] = positive ? std::abs(v) + 1.0 : v;
    }
  }
  out.y = out.x * beta;
  if (target >= 16) {
    for (double& v : out.y) v = draw.integer(-3, 3);
    out.kind += " y unrelated";
  }
  if (!draw.chance(options.scaled)) return out;
  const int bits = options.scale_bits, how = draw.integer(0, 2);
  const auto power = [&] { return std::ldexp(1.0, draw.integer(-bits, bits)); };
  if (how == 0) {
    for (Index j = 0; j < d; ++j) out.x.col(j) *= power();
    out.kind += " columns scaled";
  } else if (how == 1) {
    for (Index i = 0; i < n; ++i) {
      const double by = power();
      out.x.row(i) *= by;
      out.y[i] *= by;
    }
    out.kind += " rows scaled";
  } else {
    out.x *= power();
    out.y *= power();
    out.kind += " all scaled";
  }
  return out;
}

Feasible feasible_regression(Draw& draw, bool positive) {
  for (;;) {
    const Index n = draw.integer(1, 4), d = draw.integer(static_cast<int>(n), 8);
    const int kind = draw.integer(0, 2);
    Feasible out{Matrix(n, d), Vector(d), Vector(n)};
    for (double& v : out.x.reshaped()) v = kind == 0 ? draw.normal() : kind == 1 ? draw.integer(-3, 3) : draw.uniform(0.0, 1.0);
    if (draw.chance(0.15)) out.x.col(any(draw, d)) = Vector(out.x.col(any(draw, d)));
    if (draw.chance(0.15)) out.x.col(any(draw, d)) = Vector(-out.x.col(any(draw, d)));
    if (draw.chance(0.15)) out.x.col(any(draw, d)).setZero();
    if (Eigen::ColPivHouseholderQR<Eigen::MatrixXd>(out.x).rank() < n) continue;
    for (double& v : out.beta) v = positive ? std::abs(draw.normal()) + 0.05 : draw.normal();
    if (!positive && draw.chance(0.3))
      for (double& v : out.beta)
        if (draw.chance(0.5)) v = 0.0;
    if (draw.chance(0.2)) out.x *= draw.power_of_ten(-8, 8);
    else if (draw.chance(0.2))
      for (Index j = 0; j < d; ++j) out.x.col(j) *= draw.power_of_ten(-6, 6);
    out.y = out.x * out.beta;
    if (draw.chance(0.2)) {
      const double by = draw.power_of_ten(-5, 5);
      out.beta *= by;
      out.y *= by;
    }
    return out;
  }
}

Classes classes(Draw& draw) {
  const Index n = draw.integer(1, 8), d = draw.integer(1, 5);
  const Entries entries = draw.pick({Entries::grid, Entries::integers, Entries::signs});
  Classes out{Matrix(n, d), Vector(n), draw.chance(0.5), ""};
  for (double& v : out.x.reshaped()) v = entry(draw, entries);
  degenerate(draw, out.x, out.kind, 0.08);
  const Vector plane = normal_vector(draw, d);
  const double offset = out.free_intercept ? draw.normal() : 0.0;
  const bool planted = draw.chance(0.75);
  for (Index i = 0; i < n; ++i) out.y[i] = (planted ? out.x.row(i).dot(plane) + offset >= 0.0 : draw.chance(0.5)) ? 1.0 : -1.0;
  if (n > 1 && out.y.cwiseAbs().sum() == std::abs(out.y.sum())) out.y[0] = -out.y[0];
  if (draw.chance(0.3)) {
    const int bits = draw.pick({4, 8, 16}), how = draw.integer(0, 2);
    const auto power = [&] { return std::ldexp(1.0, draw.integer(-bits, bits)); };
    if (how == 0)
      for (Index j = 0; j < d; ++j) out.x.col(j) *= power();
    else if (how == 1)
      for (Index i = 0; i < n; ++i) out.x.row(i) *= power();
    else out.x *= power();
    out.kind += how == 0 ? " columns scaled" : how == 1 ? " rows scaled" : " all scaled";
  }
  if (out.free_intercept && draw.chance(0.2)) {
    out.x.array() += draw.pick({0x1p10, 0x1p20});
    out.kind += " shifted";
  }
  return out;
}

Vector normal_vector(Draw& draw, Index size) {
  Vector out(size);
  for (double& v : out) v = draw.normal();
  return out;
}

Matrix normal_matrix(Draw& draw, Index rows, Index cols) {
  Matrix out(rows, cols);
  for (double& v : out.reshaped()) v = draw.normal();
  return out;
}

MapPtr map_of(const Matrix& x) { return std::make_shared<DenseMap>(x); }

std::string shown(const Vector& y) {
  std::string out = "[";
  for (Index i = 0; i < y.size(); ++i) out += (i ? ", " : "") + short_text(y[i], 17);
  return out + "]";
}

std::string shown(const Matrix& x) {
  std::string out = "[";
  for (Index i = 0; i < x.rows(); ++i) out += (i ? ", " : "") + shown(Vector(x.row(i)));
  return out + "]";
}

}  // namespace penchant::referee
