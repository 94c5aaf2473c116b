#include "penchant/dynamics/wandering.h"

#include <cmath>
#include <limits>

#include "penchant/dynamics/tangent.h"

namespace penchant {

namespace {

double root_mean_square(const Objective& objective, const Point& point, const DescentRule& rule, double step) {
  const bool squared = std::holds_alternative<Squared>(objective.problem().loss);
  if (!squared || (rule.nesterov && rule.momentum != 0.0) || !point.theta.allFinite())
    return std::numeric_limits<double>::quiet_NaN();
  const Model& model = objective.model();
  const double n = static_cast<double>(objective.targets().size()), b = rule.batch == 0 ? n : rule.batch;
  const double weight = (reduction(objective.problem().loss) == Reduction::mean ? 1.0 / n : 1.0) * n / b;
  const Eigen::MatrixXd jacobian = output_jacobian(model, point.theta, objective.targets().size());
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(jacobian, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector& sigma = svd.singularValues();
  if (sigma.size() == 0 || !(sigma[0] > 0.0)) return 0.0;
  const double mu = rule.momentum;
  const double room = 2.0 * (1.0 + mu) - step * weight * sigma[0] * sigma[0];
  if (!(room > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  const double variance = step * weight * std::pow(rule.label_noise->sigma, 2) * (1.0 + mu) / ((1.0 - mu) * room);
  double squares = 0.0;
  for (Index k = 0; k < svd.rank(); ++k) squares += predictor_derivative(model, point.theta, svd.matrixV().col(k)).squaredNorm();
  return std::sqrt(variance * squares);
}

}  // namespace

void add_wandering(Measured& out, const Objective& objective, const Point& point, const DescentRule& rule, double step) {
  if (!rule.label_noise || rule.label_noise->sigma == 0.0) return;
  out["wandering"] = {"root mean square of ‖β - its mean‖₂ that the noise on the targets keeps up at the last step size",
                     Vector::Constant(1, root_mean_square(objective, point, rule, step))};
}

}  // namespace penchant
