#include "penchant/limits/lasso_face.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/limits/l1_repair.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
// Condition beyond which columns count as dependent, as for uniqueness.
constexpr double kDependent = 1e-10;

struct Face {
  std::vector<Index> features;
  Eigen::MatrixXd columns;  // s_j x_j (n, |F|): on the face every coordinate is >= 0
  Vector sign;
};

// Clear of its bound by more than √(2 gap)‖x_j‖, a feature is 0 in every minimiser.
Face face_of(const Penalised& limit, const Matrix& x, const Vector& dual, double radius) {
  Face out;
  const Vector g = x.transpose() * dual;
  std::vector<double> signs;
  for (Index j = 0; j < x.cols(); ++j) {
    const double bound = limit.lambda * (limit.weights.size() > 0 ? limit.weights[j] : 1.0);
    if (bound - std::abs(g[j]) > radius * x.col(j).norm()) continue;
    out.features.push_back(j);
    signs.push_back(g[j] < 0.0 ? -1.0 : 1.0);
  }
  out.sign = Eigen::Map<const Vector>(signs.data(), static_cast<Index>(signs.size()));
  out.columns = columns_of(x, out.features) * out.sign.asDiagonal();
  return out;
}

Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> factors_of(const Eigen::MatrixXd& columns) {
  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> out;
  out.setThreshold(kDependent);
  out.compute(columns);
  return out;
}

std::vector<Index> above(const Vector& b, double least) {
  std::vector<Index> out;
  for (Index j = 0; j < b.size(); ++j)
    if (b[j] > least) out.push_back(j);
  return out;
}

// b >= 0 with `columns` b = fit, from max(b, 0) by corrections on its support.
std::optional<Vector> fitted(const Eigen::MatrixXd& columns, const Vector& fit, const Vector& given) {
  Vector b = given.cwiseMax(0.0);
  for (Index round = 0; round <= b.size(); ++round) {
    const std::vector<Index> support = above(b, 0.0);
    if (support.empty()) return std::nullopt;
    const Vector change = factors_of(columns(Eigen::all, support)).solve(fit - columns * b);
    const Vector moved = b(support) + change;
    b(support) = moved.cwiseMax(0.0);
    if (!(moved.minCoeff() < 0.0)) return b;
  }
  return std::nullopt;
}

// ‖X_T^+‖ for the T of the header; NaN where there is none.
double error_gain(const Face& face, const Vector& b, double radius) {
  const Index rank = factors_of(face.columns).rank();
  double least = 0.0;
  for (Index round = 0; round <= b.size(); ++round) {
    const std::vector<Index> support = above(b, least);
    if (support.empty()) break;
    const Eigen::MatrixXd part = face.columns(Eigen::all, support);
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(part);
    const double most = svd.singularValues()[0];
    const Index here = (svd.singularValues().array() > kDependent * most).count();
    if (here < rank) break;
    const double gain = 1.0 / svd.singularValues()[here - 1];
    if (Vector(b(support)).minCoeff() > gain * radius) return gain;
    least = std::max(gain * radius, Vector(b(support)).minCoeff());
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double radius_of(const Certificate& certificate) { return std::sqrt(2.0 * (certificate.gap + 8.0 * kEps * certificate.upper)); }

}  // namespace

std::optional<LassoMinimiser> lasso_minimiser_near(const Penalised& limit, const Solution& solved, const Vector& given) {
  const Matrix& x = require_dense(*limit.x, "lasso_minimiser_near");
  if (limit.norm != Penalty::l1 || solved.certificate.kind != CertificateKind::bracket || !given.allFinite()) return std::nullopt;
  const double radius = radius_of(solved.certificate);
  const Face face = face_of(limit, x, solved.dual, radius);
  if (face.features.empty()) return std::nullopt;
  const Vector fit = x * solved.predictor.values;
  const auto b = fitted(face.columns, fit, face.sign.cwiseProduct(Vector(given(face.features))));
  if (!b) return std::nullopt;

  LassoMinimiser out{Vector::Zero(x.cols()), 0.0, 0.0};
  out.beta(face.features) = face.sign.cwiseProduct(*b);
  Solution point;
  point.predictor = Predictor::vector(out.beta);
  point.dual = solved.dual;
  const double own_radius = radius_of(certify(limit, point));
  out.distance_bound = error_gain(face, *b, own_radius) * own_radius;
  if (!std::isfinite(out.distance_bound)) return std::nullopt;
  Vector off = given;
  off(face.features).setZero();
  const double missed =
      (accurate_residual(x, given, fit).norm() - radius) / Eigen::JacobiSVD<Eigen::MatrixXd>(x).singularValues()[0];
  out.set_distance = std::max(off.norm(), missed);
  return out;
}

}  // namespace penchant
