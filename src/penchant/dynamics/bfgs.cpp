#include "penchant/dynamics/bfgs.h"

#include <cmath>
#include <limits>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/line_search.h"
#include "penchant/dynamics/theta_stepper.h"

namespace penchant {

namespace {

constexpr Index kLargestDense = 10'000;     // H of (p, p) doubles: 800 MB
constexpr double kLeastCurvature = 1e-14;   // y.s over |y||s|, below which the pair is rounding
constexpr double kEps = std::numeric_limits<double>::epsilon();
constexpr double kSmallestGradient = 1e-150;
constexpr double kIdle = 1e-14;
constexpr int kIdleSteps = 10;
// of the largest gradient: a search that fails there has met rounding, elsewhere a difficulty
constexpr double kStationary = 1e-6;

class QuasiNewtonStepper final : public ThetaStepper {
 public:
  QuasiNewtonStepper(const Problem& problem, std::string method, std::unique_ptr<InverseHessian> model)
      : ThetaStepper(problem, std::move(method)), model_(std::move(model)), largest_gradient_(gradient().norm()) {}

  Measured measured() const override {
    if (!objective_.is_linear()) return {};
    return {{"rounding", {"Σ a_k times the rounding of H g_k, ‖·‖₂", Vector::Constant(1, moved_by_rounding_)}}};
  }

 protected:
  bool take() override {
    const Vector g = gradient();
    largest_gradient_ = std::max(largest_gradient_, g.norm());
    if (has_ended(g.norm())) return false;
    Vector direction = -model_->times(g);
    if (!(g.dot(direction) < 0.0) && !restart(g, direction)) return false;
    Point reached;
    LineStep line = search(g, direction, reached);
    if (line.length == 0.0 && !fresh_) {
      restart(g, direction);
      line = search(g, direction, reached);
    }
    if (line.length == 0.0) return give_up(g);
    if (reached.theta != point_.theta + line.length * direction) {  // the search tried a longer step last
      reached.theta = point_.theta + line.length * direction;
      objective_.evaluate(reached);
    }
    idle_ = reached.log_loss > point_.log_loss - kIdle ? idle_ + 1 : 0;
    point_ = std::move(reached);
    moved_by_rounding_ += line.length * model_->rounding(g);
    learn(line.length * direction, gradient() - g);
    tick(StepLength::of(line.length));
    return true;
  }

  void save_own(Writer& out) const override {
    out.flag(fresh_);
    out.integer(idle_);
    out.number(largest_gradient_);
    out.number(moved_by_rounding_);
    model_->save(out);
  }
  void load_own(Reader& in) override {
    fresh_ = in.flag();
    idle_ = static_cast<int>(in.integer());
    largest_gradient_ = in.number();
    moved_by_rounding_ = in.number();
    model_->load(in);
  }

 private:
  Vector gradient() const {
    return point_.log_scale == 0.0 ? point_.gradient : Vector(std::exp(point_.log_scale) * point_.gradient);
  }

  // Three ends: nothing left in double, the rounding of a linear model's gradient, and its like where that is not known.
  bool has_ended(double size) {
    const std::string after = cat(" after ", clock_.steps(), " steps");
    if (size < kSmallestGradient) return !stop(StopReason::stationary, cat("‖g‖ is ", size, ", whose square is no double,", after));
    if (size <= objective_.gradient_rounding(point_))
      return !stop(StopReason::stationary, cat("the gradient, ", size, ", is at its rounding level", after));
    const bool idle = !objective_.is_linear() && idle_ >= kIdleSteps && size <= kStationary * largest_gradient_;
    if (idle)
      return !stop(StopReason::stationary,
                   cat(kIdleSteps, " steps in a row lowered the loss by rounding only,", after, "; ‖g‖ is ", size));
    return false;
  }

  bool restart(const Vector& g, Vector& direction) {
    model_->reset();
    fresh_ = true;
    direction = -g;
    return true;
  }

  // The loss and its slope relative to the loss at hand, which may be 1e-25.
  LineStep search(const Vector& g, const Vector& direction, Point& reached) const {
    const double unit = point_.log_loss;
    const auto along = [&](double a) {
      reached.theta = point_.theta + a * direction;
      objective_.evaluate(reached);
      return LineSample{std::exp(reached.log_loss - unit), std::exp(reached.log_scale - unit) * reached.gradient.dot(direction)};
    };
    const double slope = std::exp(point_.log_scale - unit) * point_.gradient.dot(direction);
    return strong_wolfe(along, {1.0, slope}, fresh_ ? 1.0 / std::max(1.0, g.norm()) : 1.0);
  }

  void learn(const Vector& s, const Vector& y) {
    fresh_ = false;
    if (y.dot(s) > kLeastCurvature * y.norm() * s.norm()) model_->update(s, y);
  }

  bool give_up(const Vector& g) {
    const bool rounding = g.norm() <= kStationary * largest_gradient_;
    return stop(rounding ? StopReason::stationary : StopReason::integrator,
                cat("no step along the descent direction lowers the loss after ", clock_.steps(), " steps; ‖g‖ is ", g.norm(),
                    ", its largest was ", largest_gradient_));
  }

  std::unique_ptr<InverseHessian> model_;
  bool fresh_ = true;  // H = H_0
  int idle_ = 0;       // steps in a row that lowered the loss by less than kIdle of it
  double moved_by_rounding_ = 0.0;
  double largest_gradient_;  // so far: a start near a saddle has a small one
};

// H_0 = I;  H <- (I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ,  ρ = 1/(y.s), in the lower triangle.
class DenseInverseHessian final : public InverseHessian {
 public:
  explicit DenseInverseHessian(Index size) : h_(Eigen::MatrixXd::Identity(size, size)) {}
  Vector times(const Vector& g) const override { return h_.selfadjointView<Eigen::Lower>() * g; }
  double rounding(const Vector& g) const override { return (left_ + kEps * norm()) * g.norm(); }
  void update(const Vector& s, const Vector& y) override {
    const double rho = 1.0 / y.dot(s), length = s.norm();
    const Vector hy = times(y);
    const double square = rho * (1.0 + rho * y.dot(hy));
    left_ += kEps * (norm() + 2.0 * rho * length * hy.norm() + square * length * length);
    h_.selfadjointView<Eigen::Lower>().rankUpdate(s, hy, -rho);
    h_.selfadjointView<Eigen::Lower>().rankUpdate(s, square);
  }
  void reset() override {
    h_.setIdentity();
    left_ = 0.0;
  }
  void save(Writer& out) const override {
    out.matrix(h_);
    out.number(left_);
  }
  void load(Reader& in) override {
    h_ = in.matrix();
    left_ = in.number();
  }

 private:
  double norm() const {
    double sum = 0.0;
    for (Index j = 0; j < h_.cols(); ++j) sum += 2.0 * h_.col(j).tail(h_.rows() - j).squaredNorm();
    return std::sqrt(sum);
  }

  Eigen::MatrixXd h_;
  double left_ = 0.0;  // ‖·‖ of what rounding has left in it
};

}  // namespace

std::unique_ptr<Stepper> make_quasi_newton(const Problem& problem, std::string method, std::unique_ptr<InverseHessian> model) {
  return std::make_unique<QuasiNewtonStepper>(problem, std::move(method), std::move(model));
}

std::unique_ptr<Stepper> make_bfgs(const Problem& problem, const Bfgs&) {
  Index parameters = 0;
  for (const Block& block : model_blocks(problem.model, problem.data->dimension())) parameters += block.size;
  if (parameters > kLargestDense)
    throw InvalidInput(
        cat("bfgs keeps a matrix of parameters by parameters: ", parameters, " are more than ", kLargestDense, "; use lbfgs"));
  return make_quasi_newton(problem, "bfgs", std::make_unique<DenseInverseHessian>(parameters));
}

}  // namespace penchant
