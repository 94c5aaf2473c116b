#include "penchant/dynamics/weight_decay.h"

#include <cmath>
#include <limits>
#include <optional>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr double kNegligible = 1e-14;  // of the largest weight: its power is below rounding
constexpr double kNothing = 1e-13;     // penalty beside the loss
constexpr Index kLargestHessian = 2000;
constexpr double kFlat = 1e-9;  // of the largest curvature: what a Hessian at a run's end, 1e-9 from rest, says nothing about
constexpr double kRoundings = 1e-13;   // a few hundred roundings of the gradient's two parts

Vector total_gradient(const Point& point, double decay) { return std::exp(point.log_scale) * point.gradient + decay * point.theta; }

bool vanishes(const Objective& objective, const Point& point, double decay, const Vector& total) {
  if (objective.is_linear()) return false;
  const double penalty = 0.5 * decay * point.theta.squaredNorm();
  return penalty <= kNothing * std::exp(point.log_loss) && (point.theta.array() * total.array() >= 0.0).all() &&
         point.theta.squaredNorm() > 0.0;
}

Vector predictor(const Objective& objective, const Vector& theta) {
  const auto* network = dynamic_cast<const PredictorModel*>(&objective.model());
  if (!network) return theta;
  Vector beta(objective.features().cols());
  network->beta(theta, beta);
  return beta;
}

std::vector<Index> live(const Objective& objective, const Vector& theta) {
  const double floor = objective.is_linear() ? -1.0 : kNegligible * theta.cwiseAbs().maxCoeff();
  std::vector<Index> out;
  for (Index k = 0; k < theta.size(); ++k)
    if (std::abs(theta[k]) > floor) out.push_back(k);
  return out;
}

// H⁻¹ g. Where the minimisers are a set, H is singular along it and g has no part there beyond its rounding: the least such step.
// Absent where H is not positive semidefinite, and where something still pulls along a flat direction.
std::optional<Vector> newton_step(const Eigen::MatrixXd& hessian, const Vector& gradient, double rounding) {
  if (const Eigen::LLT<Eigen::MatrixXd> factor(hessian); factor.info() == Eigen::Success) return factor.solve(gradient);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(hessian);
  const Vector& values = spectrum.eigenvalues();
  const double flat = kFlat * values.cwiseAbs().maxCoeff();
  Vector parts = spectrum.eigenvectors().transpose() * gradient;
  for (Index k = 0; k < values.size(); ++k) {
    if (values[k] > flat) {
      parts[k] /= values[k];
    } else if (values[k] < -flat || std::abs(parts[k]) > rounding) {
      return std::nullopt;
    } else {
      parts[k] = 0.0;
    }
  }
  return spectrum.eigenvectors() * parts;
}

}  // namespace

double decay_rest(const Objective& objective, const Point& point, double decay) {
  const Vector total = total_gradient(point, decay);
  if (vanishes(objective, point, decay, total)) return 0.0;
  const double size = std::exp(point.log_scale) * point.gradient.norm() + decay * point.theta.norm();
  return size > 0.0 ? total.norm() / size : 0.0;
}

double decay_owed(const Objective& objective, const Point& point, double decay) {
  const Vector total = total_gradient(point, decay);
  if (vanishes(objective, point, decay, total)) return predictor(objective, point.theta).norm();
  const std::vector<Index> alive = live(objective, point.theta);
  const auto size = static_cast<Index>(alive.size());
  if (size > kLargestHessian || !point.theta.allFinite()) return std::numeric_limits<double>::quiet_NaN();
  const Index n = point.outputs.size(), p = point.theta.size();
  Vector curvature(n), pushed(n), bent(p), pulled(p);
  objective.loss().curvature(point.outputs, objective.targets(), curvature);
  const Vector slope = std::exp(point.log_scale) * point.output_slope;
  Eigen::MatrixXd hessian(size, size);
  for (Index k = 0; k < size; ++k) {
    const Vector unit = Vector::Unit(p, alive[static_cast<std::size_t>(k)]);
    objective.model().jvp(point.theta, unit, pushed);
    objective.model().vjp(point.theta, curvature.cwiseProduct(pushed), pulled);
    objective.model().hvp(point.theta, slope, unit, bent);
    pulled += bent + decay * unit;
    hessian.col(k) = pulled(alive);
  }
  const double rounding = kRoundings * (std::exp(point.log_scale) * point.gradient.norm() + decay * point.theta.norm());
  const auto solved = newton_step(hessian, total(alive), rounding);
  if (!solved) return std::numeric_limits<double>::quiet_NaN();
  Vector step = Vector::Zero(p);
  step(alive) = *solved;
  // β itself and not its derivative: a weight that dies leaves β as its power, which to first order would count twice and more
  return (predictor(objective, point.theta) - predictor(objective, point.theta - step)).norm();
}

void require_decay(double decay, std::string_view method) {
  if (!(decay >= 0.0 && std::isfinite(decay)))
    throw InvalidInput(cat(method, ": weight_decay is ", decay, ", expected a number >= 0"));
}

}  // namespace penchant
