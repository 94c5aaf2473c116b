#include "penchant/dynamics/flow_spectral.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/alignment.h"

namespace penchant {

namespace {

constexpr double kLogTen = 2.302585092994045684;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kStepFactor = 1.0905077326652577;  // 2^(1/8): the loss falls by at most 16 % of its logarithm a step
constexpr double kFirstTime = 1e-3;                 // of the fastest direction's time scale
constexpr double kOver = 750.0;                     // exp(-kOver) underflows: every direction has arrived

class SpectralFlow final : public Stepper {
 public:
  explicit SpectralFlow(const Problem& problem)
      : x_(require_dense(*problem.data->features, "gradient_flow")), y_(problem.data->targets), start_(problem.start.theta()),
        row_space_map_(problem.data->features) {
    Eigen::BDCSVD<Eigen::MatrixXd> svd(x_, Eigen::ComputeThinU | Eigen::ComputeThinV);
    svd.setThreshold(static_cast<double>(std::max(x_.rows(), x_.cols())) * std::numeric_limits<double>::epsilon());
    const Index rank = svd.rank();
    sigma_ = svd.singularValues().head(rank);
    v_ = svd.matrixV().leftCols(rank);
    u_ = svd.matrixU().leftCols(rank);
    const Vector error = y_ - x_ * start_;
    along_ = u_.transpose() * error;
    outside_ = error - u_ * along_;
    outside_ -= u_ * (u_.transpose() * outside_);
    if (outside_.norm() <=
        static_cast<double>(x_.rows()) * std::numeric_limits<double>::epsilon() * (y_.norm() + (x_ * start_).norm()))
      outside_.setZero();  // y is in the range of X to rounding
    log_scale_ = reduction(problem.loss) == Reduction::mean ? -std::log(static_cast<double>(x_.rows())) : 0.0;
  }

  bool advance(double log10_time_limit, double) override {
    const double limit = log10_time_limit * kLogTen;
    if (arrived()) {
      if (std::isfinite(limit)) {
        log_time_ = std::max(log_time_, limit);
        return true;
      }
      text_ = cat("every direction has arrived at t = ", power_of_ten_text(log_time_ / kLogTen),
                  ": no β makes the residual that is left smaller");
      return false;
    }
    const double first = std::log(kFirstTime) - 2.0 * std::log(sigma_[0]) - log_scale_;
    log_time_ = std::min(limit, std::max(first, log_time_ + std::log(kStepFactor)));
    ++steps_;
    return true;
  }

  Progress progress() const override {
    return {
        .log10_time = log_time_ / kLogTen, .steps = static_cast<double>(steps_), .log_loss = log_loss(), .residual = residual()};
  }

  Snapshot snapshot() const override {
    const Progress now = progress();
    Vector filtered(sigma_.size());
    for (Index i = 0; i < filtered.size(); ++i) filtered[i] = -std::expm1(-exponent(i)) / sigma_[i] * along_[i];
    const Vector moved = v_ * filtered;
    if (!row_space_) row_space_.emplace(*row_space_map_);
    return {.log10_time = now.log10_time,
            .steps = now.steps,
            .log10_loss = now.log_loss / kLogTen,
            .predictor = Predictor::vector(Vector(start_ + moved)),
            .loss_weights = {},
            .residual = now.residual,
            .alignment = row_space_->relative_distance(moved)};
  }

  bool has_closed_form() const override { return true; }
  void save(Writer& out) const override {
    out.section("spectral flow");
    out.number(log_time_);
    out.integer(steps_);
  }
  void load(Reader& in) override {
    in.section("spectral flow");
    log_time_ = in.number();
    steps_ = in.integer();
  }

  double remaining() const override {
    double sum = 0.0;
    for (Index i = 0; i < sigma_.size(); ++i) sum += std::pow(std::exp(-exponent(i)) / sigma_[i] * along_[i], 2);
    return std::sqrt(sum);
  }

  double step_size() const override { return kNaN; }
  std::string coordinates() const override { return "spectral"; }
  StopReason failure() const override { return StopReason::stationary; }
  std::string failure_text() const override { return text_; }

 private:
  double exponent(Index i) const { return std::exp(2.0 * std::log(sigma_[i]) + log_time_ + log_scale_); }  // sigma_i^2 t
  bool arrived() const { return sigma_.size() == 0 || exponent(sigma_.size() - 1) > kOver; }

  // log of sum_i r_i^2.
  double log_square() const {
    Vector logs(sigma_.size() + 1);
    for (Index i = 0; i < sigma_.size(); ++i) logs[i] = 2.0 * std::log(std::abs(along_[i])) - 2.0 * exponent(i);
    logs[sigma_.size()] = 2.0 * std::log(outside_.norm());
    return log_sum_exp(logs);
  }
  double log_loss() const { return log_square() - std::log(2.0) + log_scale_; }
  double residual() const {
    const double size = y_.norm();
    return std::exp(0.5 * log_square()) / (size > 0.0 ? size : 1.0);
  }

  const Matrix& x_;
  Vector y_, start_;
  MapPtr row_space_map_;  // keeps the features alive
  Vector sigma_, along_, outside_;
  Eigen::MatrixXd u_, v_;
  double log_scale_ = 0.0;
  double log_time_ = -kInfinity;
  std::int64_t steps_ = 0;
  mutable std::optional<RowSpace> row_space_;
  std::string text_;
};

}  // namespace

std::unique_ptr<Stepper> make_spectral_flow(const Problem& problem) {
  if (!std::holds_alternative<Linear>(problem.model) || !std::holds_alternative<Squared>(problem.loss))
    throw InvalidInput(
        "gradient_flow: coordinates \"spectral\" are the closed form of the linear model with squared loss; others take "
        "\"weights\"");
  return std::make_unique<SpectralFlow>(problem);
}

}  // namespace penchant
