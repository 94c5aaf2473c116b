#include "penchant/limits/stationary.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/limits/explicit_distance.h"
#include "penchant/limits/feasible.h"

namespace penchant {

namespace {

constexpr double kFlat = 1e-12;  // 1 - curvature below this is rounding
constexpr double kGone = 1e-12;  // share of ‖r'‖ below which a coordinate is on its way to 0, where its curvature is 1

Vector roots(const SeparableSlopes& slopes) { return (0.5 * slopes.log_weight).array().exp(); }

double lp_weight(const MinLp& limit, Index j) { return limit.weights.size() > 0 ? limit.weights[j] : 1.0; }

}  // namespace

SeparableSlopes explicit_slopes(const ExplicitDistance& limit, const Vector& beta) {
  const Index d = beta.size();
  SeparableSlopes out{Vector(d), Vector(d), Vector(d)};
  for (Index j = 0; j < d; ++j) {
    const ExplicitCoordinate at = explicit_coordinate(limit.depth, limit.log_scale, beta[j]);
    out.log_weight[j] = at.log_weight;
    out.root_slope[j] = beta[j] == 0.0 ? 0.0 : std::copysign(std::exp(0.5 * (std::log(std::abs(beta[j])) + at.log_slope)), beta[j]);
    out.curvature[j] = at.curvature;
  }
  return out;
}

SeparableSlopes lp_slopes(const MinLp& limit, const Vector& beta, const std::vector<Index>& support) {
  const auto d = static_cast<Index>(support.size());
  SeparableSlopes out{Vector(d), Vector(d), Vector::Constant(d, limit.p - 1.0)};
  for (Index k = 0; k < d; ++k) {
    const Index j = support[static_cast<std::size_t>(k)];
    const double log_beta = std::log(std::abs(beta[j])),
                 log_slope = std::log(limit.p * lp_weight(limit, j)) + (limit.p - 1.0) * log_beta;
    out.log_weight[k] = log_beta - log_slope;
    out.root_slope[k] = std::copysign(std::exp(0.5 * (log_beta + log_slope)), beta[j]);
  }
  return out;
}

double lp_penalty(const MinLp& limit, const Vector& beta) {
  CompensatedSum sum;
  for (Index j = 0; j < beta.size(); ++j) sum.add(lp_weight(limit, j) * std::pow(std::abs(beta[j]), limit.p));
  return sum.value();
}

std::vector<Index> support_of(const Vector& beta) {
  std::vector<Index> out;
  for (Index j = 0; j < beta.size(); ++j)
    if (beta[j] != 0.0) out.push_back(j);
  return out;
}

Vector nearest_dual(const Matrix& x, const SeparableSlopes& slopes) {
  const Matrix weighted = x * roots(slopes).asDiagonal();
  return Feasible(weighted).transposed_pseudo_inverse(slopes.root_slope);
}

double stationarity(const Matrix& x, const SeparableSlopes& slopes, const Vector& nu) {
  const double size = slopes.root_slope.norm();
  const Vector miss = slopes.root_slope - roots(slopes).cwiseProduct(x.transpose() * nu);
  return size > 0.0 ? miss.norm() / size : miss.norm();
}

// 1 - λ_max(C^{1/2} P C^{1/2}), C = 1 - curvature >= 0, P the projection on the null space of X D^{1/2}:
// only coordinates with C > 0 enter.
double least_curvature(const Matrix& x, const SeparableSlopes& slopes) {
  const Vector root = roots(slopes);
  const Eigen::MatrixXd weighted = (x * root.asDiagonal()).transpose();
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(weighted);
  const Index d = x.cols(), rank = qr.rank();
  if (rank == d) return std::numeric_limits<double>::infinity();
  std::vector<Index> bent;
  for (Index j = 0; j < d; ++j)
    if (1.0 - slopes.curvature[j] > kFlat && std::abs(slopes.root_slope[j]) > kGone * slopes.root_slope.norm()) bent.push_back(j);
  const auto size = static_cast<Index>(bent.size());
  if (size == 0) return 1.0;
  const Eigen::MatrixXd q = qr.householderQ() * Eigen::MatrixXd::Identity(d, rank);
  const Eigen::MatrixXd range = q(bent, Eigen::all);
  const Vector c = (1.0 - slopes.curvature(bent).array()).sqrt();
  Eigen::MatrixXd compressed = Eigen::MatrixXd::Identity(size, size) - range * range.transpose();
  compressed = c.asDiagonal() * compressed * c.asDiagonal();
  return 1.0 - Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(compressed, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
}

}  // namespace penchant
