#include "penchant/dynamics/least_squares_closed_form.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/dynamics/objective.h"
#include "penchant/dynamics/stability.h"

namespace penchant {

namespace {

// lambda^k for lambda = 1 - delta.
double power_of_one_minus(double delta, double k) {
  const double size = std::abs(1.0 - delta);
  if (size == 0.0) return k == 0.0 ? 1.0 : 0.0;
  const bool odd = std::fmod(k, 2.0) == 1.0;
  const double log_size = delta < 1.0 ? std::log1p(-delta) : std::log(size);
  return (delta > 1.0 && odd ? -1.0 : 1.0) * std::exp(k * log_size);
}

// U_k = (lambda_1^k - lambda_2^k) / (lambda_1 - lambda_2) for the roots of lambda^2 - p lambda + q, written for delta = 1 - lambda:
// delta^2 - b delta + h = 0, b = 2 - p. U_0 = 0, U_1 = 1.
double root_difference(double b, double h, double q, double k) {
  const double discriminant = b * b - 4.0 * h;
  if (discriminant < 0.0) {  // a pair sqrt(q) e^{±i phi}
    const double cosine = std::clamp((1.0 - 0.5 * b) / std::sqrt(q), -1.0, 1.0);
    const double phi = std::atan2(0.5 * std::sqrt(-discriminant) / std::sqrt(q), cosine);
    return std::exp(0.5 * (k - 1.0) * std::log(q)) * std::sin(k * phi) / std::sin(phi);
  }
  const double root = std::sqrt(discriminant);
  const double large = 0.5 * (b + root), small = large > 0.0 ? h / large : 0.0;  // delta of the two roots
  const double gap = large - small;                                             // lambda_1 - lambda_2, lambda_1 = 1 - small
  if (gap == 0.0) return k * power_of_one_minus(small, k - 1.0);
  const double ratio_minus_one = -gap / (1.0 - small);
  // near a double root the powers cancel; where the ratio is negative they do not
  if (small < 1.0 && ratio_minus_one > -1.0)
    return power_of_one_minus(small, k - 1.0) * std::expm1(k * std::log1p(ratio_minus_one)) / ratio_minus_one;
  return (power_of_one_minus(small, k) - power_of_one_minus(large, k)) / gap;
}

class ClosedForm final : public Stepper {
 public:
  ClosedForm(const Problem& problem, const GradientDescent& dynamics)
      : objective_(problem), dynamics_(dynamics), start_(objective_.start()) {
    const StepCheck check{dynamics.momentum, dynamics.nesterov, dynamics.force, 0};
    require_stable(objective_, start_, dynamics.step_size, check, "gradient_descent");
    const double* given = std::get_if<double>(&dynamics.step_size.rule);
    step_ = StepLength::of(given ? *given : automatic_step(objective_, start_, check));
    curvature_ = objective_.loss().curvature_bound(problem.data->samples());
    const Matrix& x = require_dense(objective_.features(), "closed_form");
    svd_.compute(Eigen::MatrixXd(x), Eigen::ComputeThinU | Eigen::ComputeThinV);
    svd_.setThreshold(static_cast<double>(std::max(x.rows(), x.cols())) * std::numeric_limits<double>::epsilon());
    const Index rank = svd_.rank();
    const auto sigma = svd_.singularValues().head(rank);
    const Vector owed = svd_.matrixU().leftCols(rank).transpose() * (objective_.targets() - start_.outputs);
    start_error_ = -owed.cwiseQuotient(sigma);
    end_ = start_.theta - svd_.matrixV().leftCols(rank) * start_error_;
    point_ = start_;
  }

  bool advance(double log10_time_limit, double max_steps) override {
    const double fit = std::floor(std::pow(10.0, log10_time_limit) / step_.size) - clock_.steps();
    clock_.tick_constant(step_, std::max(1.0, std::min(std::floor(max_steps), fit)));
    Vector error(start_error_.size());
    for (Index i = 0; i < error.size(); ++i) {
      const double sigma = svd_.singularValues()[i];
      const double h = step_.size * curvature_ * sigma * sigma;
      error[i] = start_error_[i] * error_decay(h, dynamics_.momentum, dynamics_.nesterov, clock_.steps());
    }
    point_.theta = end_ + svd_.matrixV().leftCols(error.size()) * error;
    objective_.evaluate(point_);
    return point_.theta.allFinite();
  }

  Progress progress() const override { return objective_.progress(point_, clock_); }

  Snapshot snapshot() const override {
    Snapshot out = objective_.snapshot(point_.outputs, point_.log_loss, clock_);
    out.predictor = Predictor::vector(Vector(point_.theta));
    out.alignment = objective_.alignment(point_.theta - start_.theta);
    return out;
  }

  bool has_closed_form() const override { return true; }
  void save(Writer& out) const override {
    out.section("least squares in closed form");
    point_.save(out);
    clock_.save(out);
  }
  void load(Reader& in) override {
    in.section("least squares in closed form");
    point_.load(in);
    clock_.load(in);
  }

  double remaining() const override { return objective_.remaining(point_); }
  double step_size() const override { return step_.size; }
  std::string coordinates() const override { return "spectral"; }
  StopReason failure() const override { return StopReason::diverged; }
  std::string failure_text() const override {
    return cat("gradient_descent: the weights overflow by step ", number_text(clock_.steps()), " (η = ", step_.size, ")");
  }

 private:
  Objective objective_;
  GradientDescent dynamics_;
  Point start_, point_;
  Eigen::BDCSVD<Eigen::MatrixXd> svd_;
  Vector start_error_;  // (rank) along the right singular vectors
  Vector end_;
  StepLength step_;
  StepClock clock_;
  double curvature_ = 1.0;
};

}  // namespace

double error_decay(double h, double momentum, bool nesterov, double steps) {
  if (momentum == 0.0) return power_of_one_minus(h, steps);
  if (steps == 0.0) return 1.0;
  const double b = nesterov ? 1.0 - momentum + h * (1.0 + momentum) : 1.0 - momentum + h;
  const double q = nesterov ? momentum * (1.0 - h) : momentum;
  return (1.0 - h) * root_difference(b, h, q, steps) - q * root_difference(b, h, q, steps - 1.0);
}

std::unique_ptr<Stepper> make_least_squares_closed_form(const Problem& problem, const GradientDescent& dynamics) {
  if (!std::holds_alternative<Linear>(problem.model) || !std::holds_alternative<Squared>(problem.loss))
    throw InvalidInput("dynamics.closed_form: known for the linear model with squared loss only; leave it out to step");
  if (!std::holds_alternative<double>(dynamics.step_size.rule) && !is_automatic(dynamics.step_size))
    throw InvalidInput("dynamics.closed_form: needs a constant step_size");
  return std::make_unique<ClosedForm>(problem, dynamics);
}

}  // namespace penchant
