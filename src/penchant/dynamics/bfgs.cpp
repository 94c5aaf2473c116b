#include "penchant/dynamics/bfgs.h"

#include <algorithm>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/line_search.h"
#include "penchant/dynamics/theta_stepper.h"

namespace penchant {

namespace {

constexpr Index kLargestDense = 10'000;     // H of (p, p) doubles: 800 MB
constexpr double kLeastCurvature = 1e-14;   // y.s over |y||s|, below which the pair is rounding
constexpr double kMostRounding = 1e-4;      // of the way: a run that left row(X) by more was not run by this method
constexpr double kSmallestGradient = 1e-150;
constexpr double kIdle = 1e-14;
constexpr int kIdleSteps = 10;
// of the largest gradient: a search that fails there has met rounding, elsewhere a difficulty
constexpr double kStationary = 1e-6;

class QuasiNewtonStepper final : public ThetaStepper {
 public:
  QuasiNewtonStepper(const Problem& problem, std::string method, std::unique_ptr<InverseHessian> model)
      : ThetaStepper(problem, std::move(method)),
        model_(std::move(model)),
        start_(point_.theta),
        largest_gradient_(gradient().norm()) {}

  Measured measured() const override {
    if (!objective_.is_linear() || objective_.classifies()) return {};
    const Vector moved = point_.theta - start_;
    const double out = std::min(objective_.alignment(moved), kMostRounding) * moved.norm();
    return {{"rounding", {"‖(1 - X⁺X)(β - β_0)‖₂, at most 1e-4 ‖β - β_0‖₂", Vector::Constant(1, out)}}};
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
    learn(line.length * direction, gradient() - g);
    tick(StepLength::of(line.length));
    return true;
  }

  void save_own(Writer& out) const override {
    out.flag(fresh_);
    out.integer(idle_);
    out.number(largest_gradient_);
    model_->save(out);
  }
  void load_own(Reader& in) override {
    fresh_ = in.flag();
    idle_ = static_cast<int>(in.integer());
    largest_gradient_ = in.number();
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
  Vector start_;
  bool fresh_ = true;  // H = H_0
  int idle_ = 0;       // steps in a row that lowered the loss by less than kIdle of it
  double largest_gradient_;  // so far: a start near a saddle has a small one
};

// H_0 = I;  H <- (I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ,  ρ = 1/(y.s), in the lower triangle.
class DenseInverseHessian final : public InverseHessian {
 public:
  explicit DenseInverseHessian(Index size) : h_(Eigen::MatrixXd::Identity(size, size)) {}
  Vector times(const Vector& g) const override { return h_.selfadjointView<Eigen::Lower>() * g; }
  void update(const Vector& s, const Vector& y) override {
    const double rho = 1.0 / y.dot(s);
    const Vector hy = times(y);
    h_.selfadjointView<Eigen::Lower>().rankUpdate(s, hy, -rho);
    h_.selfadjointView<Eigen::Lower>().rankUpdate(s, rho * (1.0 + rho * y.dot(hy)));
  }
  void reset() override { h_.setIdentity(); }
  void save(Writer& out) const override { out.matrix(h_); }
  void load(Reader& in) override { h_ = in.matrix(); }

 private:
  Eigen::MatrixXd h_;
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
