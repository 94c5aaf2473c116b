// Conjugate gradients on the normal equations of the linear model under squared loss (Hestenes & Stiefel 1952, "CGLS"),
// with the gradient computed from the iterate at every step instead of by its recursion. Every direction is X^T times something,
// so the iterates stay in beta_0 + row(X); in exact arithmetic it ends after as many steps as X X^T has different eigenvalues.
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/steppers.h"
#include "penchant/dynamics/theta_stepper.h"

namespace penchant {

namespace {

class ConjugateGradientStepper final : public ThetaStepper {
 public:
  explicit ConjugateGradientStepper(const Problem& problem)
      : ThetaStepper(problem, "conjugate_gradient"), curvature_(objective_.curvature_bound(point_)) {}

 protected:
  bool take() override {
    const double now = point_.gradient.squaredNorm();
    if (std::sqrt(now) <= objective_.gradient_rounding(point_))
      return stop(StopReason::stationary, cat("the gradient, ", std::sqrt(now), ", is at its rounding level after ", clock_.steps(),
                                              " steps; the relative residual is ", objective_.residual(point_.outputs)));
    if (direction_.size() == 0) {
      direction_ = -point_.gradient;
    } else {
      direction_ = now / last_squared_gradient_ * direction_ - point_.gradient;
    }
    last_squared_gradient_ = now;
    Vector moved(point_.outputs.size());
    objective_.features().apply(direction_, moved);
    const double step = now / (curvature_ * moved.squaredNorm());
    point_.theta += step * direction_;
    objective_.evaluate(point_);
    tick(StepLength::of(step));
    return true;
  }

  void save_own(Writer& out) const override {
    out.vector(direction_);
    out.number(last_squared_gradient_);
  }
  void load_own(Reader& in) override {
    direction_ = in.vector();
    last_squared_gradient_ = in.number();
  }

 private:
  double curvature_;  // 1 under sum, 1/n under mean
  Vector direction_;
  double last_squared_gradient_ = 0.0;
};

}  // namespace

std::unique_ptr<Stepper> make_conjugate_gradient(const Problem& problem, const ConjugateGradient&) {
  if (!std::holds_alternative<Linear>(problem.model) || !std::holds_alternative<Squared>(problem.loss))
    throw InvalidInput(
        "conjugate_gradient solves least squares: it needs the linear model and the squared loss; bfgs and lbfgs take others");
  return std::make_unique<ConjugateGradientStepper>(problem);
}

}  // namespace penchant
