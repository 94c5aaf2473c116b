#include "penchant/dynamics/objective.h"

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/owed.h"
#include "penchant/dynamics/tangent.h"

namespace penchant {

namespace {

constexpr double kLogDivergence = 27.6310211159285482;  // log 1e12
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const double kLog10 = std::log(10.0);

double frobenius_norm(const LinearMap& x) {
  if (x.dense()) return x.dense()->norm();
  double sum = 0.0;
  Vector unit = Vector::Zero(x.rows()), row(x.cols());
  for (Index i = 0; i < x.rows(); ++i) {
    unit[i] = 1.0;
    x.adjoint(unit, row);
    unit[i] = 0.0;
    sum += row.squaredNorm();
  }
  return std::sqrt(sum);
}

}  // namespace

void Point::save(Writer& out) const {
  for (const Vector* v : {&theta, &outputs, &output_slope, &gradient}) out.vector(*v);
  out.number(log_scale);
  out.number(log_loss);
}

void Point::load(Reader& in) {
  for (Vector* v : {&theta, &outputs, &output_slope, &gradient}) *v = in.vector();
  log_scale = in.number();
  log_loss = in.number();
}

Objective::Objective(const Problem& problem)
    : problem_(problem),
      model_(make_model(problem.model, problem.data->features)),
      loss_(make_loss(problem.loss)),
      classifies_(is_classification_loss(problem.loss)),
      size_(is_linear() ? frobenius_norm(features()) : 0.0) {}

Point Objective::start() const {
  if (!problem_.start.fits_double())
    throw InvalidInput("init: a start below 1e-308 is not a double; gradient_flow in log_weights or dual coordinates takes it");
  Point point;
  point.theta = problem_.start.theta();
  evaluate(point);
  return point;
}

void Objective::evaluate(Point& point) const {
  point.outputs.resize(problem_.data->samples());
  point.gradient.resize(point.theta.size());
  model_->outputs(point.theta, point.outputs);
  evaluate_loss(point);
  model_->vjp(point.theta, point.output_slope, point.gradient);
}

void Objective::evaluate_loss(Point& point) const {
  const Vector& y = targets();
  point.output_slope.resize(y.size());
  point.log_loss = loss_->log_value(point.outputs, y);
  point.log_scale = classifies_ ? point.log_loss : 0.0;
  if (classifies_) {
    loss_->log_weights(point.outputs, y, point.output_slope);
    point.output_slope = -(point.output_slope.array() - point.log_scale).exp() * y.array();
  } else {
    loss_->gradient(point.outputs, y, point.output_slope);
  }
}

double Objective::curvature_bound(const Point& start) const {
  const double bound = loss_->curvature_bound(problem_.data->samples());
  return std::isfinite(bound) ? bound : std::exp(start.log_loss);
}

double Objective::log_loss_reference(const Point& start) const {
  return std::max(start.log_loss, loss_->log_value(Vector::Zero(targets().size()), targets()));
}

double Objective::gradient_rounding(const Point& point) const {
  if (!is_linear()) return 0.0;
  const double bound = loss_->curvature_bound(targets().size());
  const double curvature = classifies_ ? std::min(bound, std::exp(point.log_loss)) : bound;
  const double outputs = size_ * point.theta.norm() + (classifies_ ? 0.0 : targets().norm());
  const double slope = std::exp(point.log_scale) * point.output_slope.norm();
  return std::numeric_limits<double>::epsilon() * size_ * (slope + curvature * outputs);
}

double Objective::residual(VecIn outputs) const {
  if (classifies_) return kNaN;
  const double size = targets().norm();
  return (outputs - targets()).norm() / (size > 0.0 ? size : 1.0);
}

double Objective::alignment(VecIn displacement) const {
  if (!rows_) rows_ = std::make_unique<RowSpace>(features());
  return rows_->relative_distance(displacement);
}

Vector Objective::predictor_derivative(const Vector& theta, const Vector& direction) const {
  return penchant::predictor_derivative(*model_, theta, direction);
}

double Objective::remaining(const Point& point) const {
  if (classifies_) return kNaN;
  if (!point.theta.allFinite() || !point.outputs.allFinite()) return kNaN;
  const Eigen::MatrixXd jacobian = output_jacobian(*model_, point.theta, problem_.data->samples());
  const Vector owed = jacobian.completeOrthogonalDecomposition().solve(point.outputs - targets());
  if (is_linear()) return owed.norm();
  const Vector move = predictor_derivative(point.theta, owed);
  const auto* network = dynamic_cast<const PredictorModel*>(model_.get());
  const Matrix* x = features().dense();
  if (!network || !x) return move.norm();
  const Vector residual = point.outputs - targets();
  return move.norm() + untaken(*x, residual - jacobian * owed, residual) + unsettled(*x, network->term_sizes(point.theta), move);
}

Progress Objective::progress(const Point& point, const StepClock& clock) const {
  return {clock.log10_time(), clock.steps(), point.log_loss, residual(point.outputs)};
}

Snapshot Objective::snapshot(VecIn outputs, double log_loss, const StepClock& clock) const {
  Snapshot out;
  out.log10_time = clock.log10_time();
  out.steps = clock.steps();
  out.log10_loss = log_loss / kLog10;
  out.residual = residual(outputs);
  out.alignment = kNaN;
  if (classifies_) {
    out.loss_weights.resize(outputs.size());
    loss_->log_weights(outputs, targets(), out.loss_weights);
    out.loss_weights = (out.loss_weights.array() - log_sum_exp(out.loss_weights)).exp();
  }
  return out;
}

std::optional<Failure> breakdown(double log_loss, double log_loss_reference, const StepClock& clock, std::string_view method) {
  if (std::isnan(log_loss) || log_loss == std::numeric_limits<double>::infinity())
    return Failure{StopReason::not_finite,
                   cat(method, ": the loss is not finite after step ", clock.steps(), " (η = ", clock.last(), ")")};
  if (log_loss - log_loss_reference > kLogDivergence)
    return Failure{StopReason::diverged,
                   cat(method, ": the loss grew to 10^", log_loss / kLog10, ", 10^", (log_loss - log_loss_reference) / kLog10,
                       " times what it started from, by step ", clock.steps(), " (η = ", clock.last(), ")")};
  return std::nullopt;
}

}  // namespace penchant
