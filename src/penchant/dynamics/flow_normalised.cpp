#include "penchant/dynamics/flow_normalised.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/dynamics/magnification.h"

namespace penchant {

namespace {

using Array = Eigen::ArrayXd;

constexpr double kEps = std::numeric_limits<double>::epsilon();
// Rounding of the logs enters the outputs; a tolerance below it only makes steps fail.
constexpr double kRoundingFloor = 64.0 * kEps;
// A run whose rounding drifts by more than this many tolerances a step is at its end, not on its way.
constexpr double kMostDrift = 1e4;
// Beside the weights: log rho and t.
constexpr Index kCarried = 2;

void require_positive(const NormalisedLogs& origin) {
  for (Index j = 0; j < origin.w.size(); ++j)
    if (origin.w.sign[j] <= 0.0)
      throw InvalidInput(cat("gradient_flow: weight normalisation needs v_0 > 0, and feature ", j + 1, " starts at ",
                             origin.w.values()[j], "; gradient_descent takes any start"));
}

}  // namespace

NormalisedFlow::NormalisedFlow(const Problem& problem, bool in_logs, FlowTolerance tolerance)
    : Flow(problem,
           tolerance), spec_(std::get<WeightNormalised>(problem.model)), origin_(normalised_logs(spec_,
                                                                                                 problem.start)), in_logs_(in_logs),
      outputs_(x_.rows()), slopes_(x_.rows()) {
  require_positive(origin_);
  const Index d = x_.cols();
  start_ = Vector::Zero(d + 1 + kCarried);
  clock_ = {FlowVariable::speed, 0.0};
  start_[0] = origin_.log_r;
  start_.segment(1, d) = problem.start.blocks.at(1).log_abs;
  if (!in_logs_) {
    if (!problem.start.fits_double())
      throw InvalidInput("gradient_flow: the start underflows in weights; dynamics.coordinates = \"log_weights\" holds it");
    start_.head(d + 1) = start_.head(d + 1).array().exp();
  }
  locate(logs(start_), point_);
  note_start(x_ * point_.beta.matrix());
  const double move = expected_move(point_.beta.matrix());
  share_ = tolerance_.relative *
           std::min(1.0, move / std::max(spec_.depth * point_.beta.maxCoeff(), std::numeric_limits<double>::min()));
  locate(start_);
  const double fastest = log_velocity(point_).head(d + 1).cwiseAbs().maxCoeff();
  time_unit_ = fastest > 0.0 ? 1.0 / fastest : 1.0;
}

Vector NormalisedFlow::logs(VecIn y) const {
  const auto c = y.head(y.size() - kCarried);
  return in_logs_ ? Vector(c) : Vector(c.array().log());
}

NormalisedLogs NormalisedFlow::normalised(VecIn y) const {
  const Vector c = logs(y);
  NormalisedLogs out;
  out.log_r = c[0];
  out.log_norm = 0.5 * log_sum_exp(2.0 * c.tail(c.size() - 1));
  out.w = {c.tail(c.size() - 1).array() + (out.log_r - out.log_norm), Vector::Ones(c.size() - 1)};
  return out;
}

void NormalisedFlow::locate(VecIn logs, Point& point) const {
  const auto log_v = logs.tail(logs.size() - 1);
  point.log_r = logs[0];
  point.log_c = log_sum_exp(2.0 * log_v);
  point.log_w = log_v.array() + (point.log_r - 0.5 * point.log_c);
  point.beta = (spec_.depth * point.log_w).exp();
}

// All of point_, with the gradient.
void NormalisedFlow::locate(VecIn y) {
  if (evaluated_.size() == y.size() && evaluated_ == y) return;  // the Newton matrix is wanted where f was just asked for
  locate(logs(y), point_);
  outputs_.noalias() = x_ * point_.beta.matrix();
  loss_.gradient(outputs_, 0.0, slopes_);
  point_.gradient = (x_.transpose() * slopes_).array();
  const double depth = spec_.depth;
  point_.pull = -depth * ((depth - 2.0) * point_.log_w + (2.0 * point_.log_r - point_.log_c)).exp() * point_.gradient;
  point_.k = (point_.beta * point_.gradient).sum();
  evaluated_ = y;
}

Vector NormalisedFlow::log_velocity(const Point& point) const {
  const double nk = spec_.depth * point.k, inverse_c = std::exp(-point.log_c);
  const double radial = spec_.rate_r * std::exp(-2.0 * point.log_r);
  const Index d = point.log_w.size();
  Vector out(d + 1 + kCarried);
  out[0] = -radial * nk;
  out.segment(1, d) = point.pull + nk * inverse_c;
  out[d + 1] = nk * (radial - inverse_c);
  out[d + 2] = 1.0;
  return out;
}

bool NormalisedFlow::velocity(double, VecIn y, VecOut dy) {
  locate(y);
  dy = log_velocity(point_);
  if (!in_logs_) dy.head(dy.size() - kCarried).array() *= y.head(y.size() - kCarried).array();
  return !overshoots(outputs_);
}

// With pi = v^2/C, d log w = da + dl - 1 pi.dl, d log C = 2 pi.dl and H = X^T W X, for a = log r, l = log v.
NormalisedFlow::Jacobian NormalisedFlow::jacobian(const Point& point, VecIn logs, VecIn curvature) const {
  const Index d = point.log_w.size();
  const double depth = spec_.depth, inverse_c = std::exp(-point.log_c), radial = spec_.rate_r * std::exp(-2.0 * point.log_r);
  const Vector share = (2.0 * logs.tail(d).array() - point.log_c).exp();  // pi
  const Eigen::MatrixXd h = x_.transpose() * curvature.asDiagonal() * x_;
  const auto by_weights = [&](const Eigen::RowVectorXd& row) {  // a row of d/d(log w) in (a, l)
    Eigen::RowVectorXd out(d + 1);
    out[0] = row.sum();
    out.tail(d) = row - row.sum() * share.transpose();
    return out;
  };
  const Vector size = ((depth - 2.0) * point.log_w + (2.0 * point.log_r - point.log_c)).exp();
  Eigen::MatrixXd by_log_w = -depth * depth * (size.asDiagonal() * h * point.beta.matrix().asDiagonal());
  by_log_w.diagonal().array() += (depth - 2.0) * point.pull;
  const Eigen::RowVectorXd dk = by_weights(
      (depth * point.beta * (point.gradient + (h * point.beta.matrix()).array())).matrix().transpose());
  Eigen::RowVectorXd dlog_c = Eigen::RowVectorXd::Zero(d + 1), da = Eigen::RowVectorXd::Zero(d + 1);
  dlog_c.tail(d) = 2.0 * share.transpose();
  da[0] = 1.0;
  Jacobian out{Eigen::MatrixXd(d + 1, d + 1), {}};
  out.motion.row(0) = -radial * depth * (dk - 2.0 * point.k * da);
  for (Index j = 0; j < d; ++j)
    out.motion.row(j + 1) =
        by_weights(by_log_w.row(j)) + point.pull[j] * (2.0 * da - dlog_c) + depth * inverse_c * (dk - point.k * dlog_c);
  out.magnifier = depth * ((radial - inverse_c) * dk - 2.0 * radial * point.k * da + inverse_c * point.k * dlog_c);
  return out;
}

// In weights (r, v) = e^c the matrix is Y (J + diag(velocity of c)) Y^{-1}, Y = diag(r, v): it is solved in logs.
bool NormalisedFlow::prepare(double, VecIn y, double gamma) {
  locate(y);
  const Index m = y.size() - kCarried;
  Vector curvature(x_.rows());
  loss_.curvature(outputs_, 0.0, curvature);
  Jacobian j = jacobian(point_, logs(y), curvature);
  if (!in_logs_) j.motion.diagonal() += log_velocity(point_).head(m);
  scale_ = in_logs_ ? Vector::Ones(m) : Vector(y.head(m));
  Eigen::MatrixXd matrix = -gamma * j.motion;
  matrix.diagonal().array() += 1.0;
  if (!matrix.allFinite()) return false;
  newton_.compute(matrix);
  magnifier_ = gamma * j.magnifier;
  return std::abs(newton_.matrixLU().diagonal().minCoeff()) > 0.0;
}

void NormalisedFlow::solve(VecOut b) {
  const Index m = b.size() - kCarried;
  const Vector move = newton_.solve(Vector(b.head(m).cwiseQuotient(scale_)));
  b[m] += magnifier_ * move;
  b.head(m) = move.cwiseProduct(scale_);
}

void NormalisedFlow::tolerance(VecIn y, double length, VecOut out) const {
  const Index m = y.size() - kCarried;
  const Vector c = logs(y);
  out.head(m).setConstant(share_ + tolerance_.absolute + kRoundingFloor * c.cwiseAbs().maxCoeff());
  if (length > 0.0 && !loss_.classifies()) {
    // what rounding of the outputs moves the logs by over a step
    const double drift = length * output_rounding(y) * rms_entry_ * std::sqrt(static_cast<double>(x_.rows()));
    const Array speed = spec_.depth * ((spec_.depth - 2.0) * point_.log_w + (2.0 * point_.log_r - point_.log_c)).exp();
    out.segment(1, m - 1).array() += (drift * speed).min(kMostDrift * out.segment(1, m - 1).array());
  }
  if (!in_logs_) out.head(m).array() *= y.head(m).array().max(std::numeric_limits<double>::min());
  out[m] = tolerance_.relative * (1.0 + std::abs(y[m]));
  out[m + 1] = tolerance_.relative * (std::abs(y[m + 1]) + time_unit_);
}

Vector NormalisedFlow::beta(VecIn y) const {
  Point point;
  locate(logs(y), point);
  return point.beta.matrix();
}

Predictor NormalisedFlow::predictor(VecIn y) const { return power_predictor(spec_.depth, normalised(y).w); }

Vector NormalisedFlow::metric(VecIn y) const {
  Point point;
  locate(logs(y), point);
  const double depth = spec_.depth;
  return depth * depth * ((2.0 * depth - 2.0) * point.log_w + (2.0 * point.log_r - point.log_c)).exp();
}

// dbeta/dt = -M g, M = diag(metric) + N² (rate_r/r² - 1/C) beta betaᵀ.
double NormalisedFlow::owed(VecIn y, VecIn residual) const {
  Point point;
  locate(logs(y), point);
  const double depth = spec_.depth;
  Eigen::MatrixXd m = metric(y).asDiagonal();
  m += depth * depth * (spec_.rate_r * std::exp(-2.0 * point.log_r) - std::exp(-point.log_c)) *
       (point.beta.matrix() * point.beta.matrix().transpose());
  if (!m.allFinite() || !residual.allFinite()) return std::numeric_limits<double>::quiet_NaN();
  const Eigen::MatrixXd pull = m * x_.transpose();
  const Vector move = pull * Eigen::MatrixXd(x_ * pull).completeOrthogonalDecomposition().solve(Vector(residual));
  return move.norm() + untaken(x_, residual - x_ * move, residual) + unsettled(x_, term_sizes(y), move);
}

double NormalisedFlow::alignment(VecIn y) const {
  const auto moved = normalised_displacement(spec_, origin_, normalised(y));
  return moved ? rows().relative_distance(*moved) : std::numeric_limits<double>::quiet_NaN();
}

double NormalisedFlow::output_rounding(VecIn y) const {
  Point point;
  locate(logs(y), point);
  const Array terms = spec_.depth * point.beta * point.log_w.abs().max(1.0);
  return kEps * rms_entry_ * terms.matrix().norm();
}

double NormalisedFlow::conserved_drift(VecIn y) const {
  return std::abs(std::expm1(2.0 * (normalised(y).log_norm - origin_.log_norm)));
}

const RowSpace& NormalisedFlow::rows() const {
  if (!rows_) rows_.emplace(*data_->features);
  return *rows_;
}

Measured NormalisedFlow::measured(VecIn y) const {
  Measured out;
  const NormalisedLogs now = normalised(y);
  out["log_magnification"] = {"∫ N (rate_r/r² - 1/‖v‖²) β·Xᵀ∂L/∂f dt, from the gradients as they were used",
                              Vector::Constant(1, y[y.size() - kCarried])};
  const double seen = log_magnification_of_weights(spec_, origin_, now, rows());
  if (std::isfinite(seen))
    out["log_magnification_of_weights"] = {"the share of the start's dual in the weights' outside row(X)",
                                           Vector::Constant(1, seen)};
  return out;
}

}  // namespace penchant
