// Exact fits near one that is right to rounding, and their price.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "penchant/core/decompositions.h"
#include "penchant/limits/l1_columns.h"
#include "penchant/limits/l1_repair.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// A unit row or column with less than this outside the span of the others adds no rank.
constexpr double kIndependent = 1e-9;
// Columns beyond the support that are looked at, for each row.
constexpr Index kCandidates = 8;

// Rows that span all of them, each at length 1.
std::vector<Index> spanning_rows(const Matrix& x) {
  Eigen::MatrixXd rows = x.transpose();
  for (Index i = 0; i < rows.cols(); ++i)
    if (const double length = rows.col(i).norm(); length > 0) rows.col(i) /= length;
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr;
  qr.setThreshold(kIndependent);
  qr.compute(rows);
  std::vector<Index> out;
  for (Index k = 0; k < qr.rank(); ++k) out.push_back(qr.colsPermutation().indices()[k]);
  std::sort(out.begin(), out.end());
  return out;
}

// Support first, the others by their price.
std::vector<Index> candidates(const L1Problem& problem, VecIn beta, Index rows) {
  std::vector<Index> order(static_cast<std::size_t>(beta.size()));
  std::iota(order.begin(), order.end(), Index{0});
  Vector price(beta.size());
  for (Index j = 0; j < price.size(); ++j)
    price[j] = beta[j] != 0.0 ? 0.0 : problem.up[j] / std::max(problem.x.col(j).norm(), std::numeric_limits<double>::min());
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return price[a] < price[b]; });
  const Index support = (beta.array() != 0.0).count();
  order.resize(static_cast<std::size_t>(std::min<Index>(beta.size(), support + kCandidates * rows)));
  return order;
}

// The first columns of `among`, in their order, that are independent: Gram-Schmidt, each twice.
std::vector<Index> first_independent(const Matrix& x, const std::vector<Index>& among) {
  Eigen::MatrixXd q(x.rows(), x.rows());
  std::vector<Index> out;
  for (Index j : among) {
    const Index k = static_cast<Index>(out.size());
    if (k == x.rows()) break;
    Vector column = x.col(j);
    const double length = column.norm();
    for (int pass = 0; pass < 2; ++pass) column -= q.leftCols(k) * (q.leftCols(k).transpose() * column);
    const double rest = column.norm();
    if (!(rest > kIndependent * length)) continue;
    q.col(k) = column / rest;
    out.push_back(j);
  }
  return out;
}

}  // namespace

std::optional<double> l1_cost_of_fit(const L1Problem& problem, VecIn beta, const L1Residual& residual) {
  const double most = residual.r.size() ? residual.r.cwiseAbs().maxCoeff() : 0.0;
  if (most == 0.0) return 0.0;
  if (problem.x.rows() > kRepriced) return std::nullopt;
  const std::vector<Index> rows = spanning_rows(problem.x);
  if (problem.delta > 0 && static_cast<Index>(rows.size()) < problem.x.rows()) return std::nullopt;
  for (Index i = 0; i < problem.x.rows(); ++i)
    if (residual.r[i] != 0.0 && problem.x.row(i).isZero(0.0)) return std::nullopt;  // nothing can fit it
  const Matrix part = problem.x(rows, Eigen::all);
  const std::vector<Index> features = first_independent(part, candidates(problem, beta, part.rows()));
  const Index k = static_cast<Index>(features.size());
  if (k == 0 || k < part.rows()) return std::nullopt;
  const Eigen::MatrixXd columns = columns_of(part, features);
  const Vector lengths = columns.colwise().norm().transpose();
  const Eigen::MatrixXd unit = columns * lengths.cwiseInverse().asDiagonal();
  const Eigen::MatrixXd inverse = Eigen::PartialPivLU<Eigen::MatrixXd>(unit).inverse();
  const Eigen::MatrixXd size = inverse.cwiseAbs() * unit.cwiseAbs();
  // ‖I - CX‖, with the rounding of forming it.
  const double error = (Eigen::MatrixXd::Identity(k, k) - inverse * unit).cwiseAbs().rowwise().sum().maxCoeff() +
                       2 * k * kEps * size.rowwise().sum().maxCoeff();
  if (!(error < 0.5)) return std::nullopt;
  // e = X_T^{-1} r obeys e = C r + (I - CX) e.
  const Vector r = residual.r(rows);
  const Vector step = inverse * r;
  const double summed = std::pow((beta.size() + 8) * kEps, 2);
  const Vector blur = inverse.cwiseAbs() * (2 * k * kEps * r.cwiseAbs() + 2 * summed * Vector(residual.sizes(rows)));
  const double rest = error / (1 - error) * (step.cwiseAbs() + blur).maxCoeff();
  double cost = 0.0;
  for (Index i = 0; i < k; ++i) {
    const Index j = features[static_cast<std::size_t>(i)];
    const double moved = (std::abs(step[i]) + blur[i] + rest) / lengths[i];
    if (problem.positive() && beta[j] < moved && !(step[i] - blur[i] - rest >= 0)) return std::nullopt;
    cost += moved * (problem.positive() ? problem.up[j] : std::max(problem.up[j], problem.down[j]));
  }
  return cost * (1 + 4 * k * kEps);
}

}  // namespace penchant
