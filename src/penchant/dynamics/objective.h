// The training loss as a function of theta, with what discrete methods need at a point and what the loop asks of them.
#pragma once

#include <memory>
#include <optional>

#include "penchant/dynamics/alignment.h"
#include "penchant/dynamics/step_clock.h"
#include "penchant/dynamics/stepper.h"
#include "penchant/losses/loss.h"
#include "penchant/models/model.h"

namespace penchant {

// Derivatives are divided by exp(log_scale): 0 for regression, log L for classification,
// where they underflow long before the direction of the gradient loses a digit.
struct Point {
  Vector theta;         // (p)
  Vector outputs;       // F(theta) (n)
  Vector output_slope;  // exp(-log_scale) dL/dF (n)
  Vector gradient;      // exp(-log_scale) dL/dtheta (p)
  double log_scale = 0.0;
  double log_loss = 0.0;

  void save(Writer& out) const;
  void load(Reader& in);
};

// Why a method cannot go on.
struct Failure {
  StopReason reason = StopReason::not_finite;
  std::string text;
};

class Objective {
 public:
  explicit Objective(const Problem& problem);

  Point start() const;                       // at the start of the problem; throws InvalidInput where a double cannot hold it
  void evaluate(Point& point) const;         // everything from point.theta
  void evaluate_loss(Point& point) const;    // loss, scale and slopes in the outputs, from point.outputs

  const Problem& problem() const { return problem_; }
  const Model& model() const { return *model_; }
  const Loss& loss() const { return *loss_; }
  bool classifies() const { return classifies_; }
  bool is_linear() const { return std::holds_alternative<Linear>(problem_.model); }
  const LinearMap& features() const { return *problem_.data->features; }
  const Vector& targets() const { return problem_.data->targets; }

  // sup of the second derivatives of the loss in its outputs over what descent from `start` can reach: the loss's own bound, or its
  // value at the start where there is none (exponential: l'' = l, and the loss only falls).
  double curvature_bound(const Point& start) const;
  // log of the larger of the losses at `start` and at zero outputs: what breakdown() compares with.
  double log_loss_reference(const Point& start) const;
  // Linear models: the rounding of ∇L as computed, eps ‖X‖_F (‖dL/df‖ + c (‖X‖_F ‖β‖ + ‖y‖)), c the curvature bound
  // (classification: at most L,
  // and no targets). 0 for other models.
  double gradient_rounding(const Point& point) const;
  double residual(VecIn outputs) const;  // ‖F-y‖ / ‖y‖ (‖F‖ where y = 0); NaN for classification
  // Relative distance of a displacement of the dual iterate from row(X), built at the first call.
  double alignment(VecIn displacement) const;
  // |M X^T (X M X^T)^+ r|, M = (dβ/dθ)(dβ/dθ)^T: how far the predictor moves if F = y is reached along the model's tangent.
  // NaN for classification.
  double remaining(const Point& point) const;

  Progress progress(const Point& point, const StepClock& clock) const;
  // Without predictor and alignment, which are the method's.
  Snapshot snapshot(VecIn outputs, double log_loss, const StepClock& clock) const;

 private:
  Vector predictor_derivative(const Vector& theta, const Vector& direction) const;

  Problem problem_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<Loss> loss_;
  bool classifies_;
  double size_ = 0.0;  // ‖X‖_F, linear models
  mutable std::unique_ptr<RowSpace> rows_;
};

// A loss that is no number, or more than 10^12 times the reference, ends a run.
std::optional<Failure> breakdown(double log_loss, double log_loss_reference, const StepClock& clock, std::string_view method);

}  // namespace penchant
