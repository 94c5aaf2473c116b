// Newton's method for the concave dual  max_s ⟨s, y⟩ - φ*(z_0 + X^T s):  the gradient is y - Xβ, the negative Hessian X diag(dβ/dv)
//                                                                        X^T.
// X (n, d) has independent rows.
#pragma once

#include <limits>
#include <vector>

#include "penchant/core/decompositions.h"
#include "penchant/core/gram.h"
#include "penchant/limits/potential_dual.h"
#include "penchant/limits/solvers/exponentials_kernel.h"
#include "penchant/limits/solvers/solvers.h"

namespace penchant {

// One potential during the iteration. The state is carried from step to step, in logs where that is needed,
// and never recomputed from s:
// far from the start s alone has fewer digits than β.
class DualState {
 public:
  virtual ~DualState() = default;

  const Vector& beta() const { return beta_; }
  const Vector& weights() const { return weights_; }  // dβ_j/dv_j >= 0

  virtual RaySlope slope(const Vector& dv, double t) const = 0;  // ⟨β(v + t dv), dv⟩ and its derivative in t
  virtual double largest_step(const Vector&) const { return std::numeric_limits<double>::infinity(); }
  virtual void move(const Vector& dv, double t) = 0;  // updates the state, beta and weights

  // Where the Hessian is X (diag(w) - c u u^T) X^T; c = 0 for separable potentials.
  virtual double rank_one(Vector&) const { return 0.0; }

 protected:
  Vector beta_, weights_;
};

// X, packed once, and the metric X diag(1/|x_j|²) X^T, which needs no weights: it tells the rank, regularises, and starts.
struct DualData {
  explicit DualData(const Matrix& x);

  const Matrix& x;
  PackedFeatures packed;
  Vector feature_size;  // |x_j|²
  Eigen::MatrixXd metric;
  Eigen::LLT<Eigen::MatrixXd> metric_factor;

  bool clearly_independent() const;
  // A point with Xβ = y, for the size of things.
  Vector some_solution(const Vector& y) const;
};

// The factorised negative Hessian H = X diag(w) X^T at some state, with the metric as a floor under it.
// Where the features of large weight do not span R^n, what the others add is lost in forming H. Mostly that does no harm;
// `careful` factorises the span and its complement apart.
class DualHessian {
 public:
  explicit DualHessian(const DualData& data) : data_(data), weights_(data.x.cols()), matrix_(data.metric) {}
  void factorise(const DualState& state, bool careful = false);
  // p = H^{-1} g and dv = X^T p, where dv is accurate relative to each weight's own scale.
  // A part of g outside the span of the heavy features that is below `negligible` is left: it would move the light ones far for
  // nothing, or for rounding.
  void direction(const Vector& g, double negligible, Vector& p, Vector& dv) const;
  int factorisations() const { return factorisations_; }

 private:
  using Factor = Eigen::LLT<Eigen::MatrixXd>;
  enum class Form { metric, whole, split };

  bool split();

  const DualData& data_;
  Vector weights_, direction_;
  Eigen::MatrixXd matrix_;
  Factor factor_;  // of the whole, or on the span of the heavy features
  Form form_ = Form::metric;
  double scale_ = 1.0;
  int factorisations_ = 0;

  std::vector<Index> heavy_;
  Eigen::MatrixXd span_, complement_, light_;  // orthonormal bases of R^n; what the light features add
  Factor complement_factor_;
};

struct NewtonResult {
  bool converged = false;
  double residual = 0.0;  // ‖y - Xβ‖ / scale
};

struct NewtonOptions {
  double tolerance = 1e-12;  // on the residual
  double scale = 1.0;        // of the residual
  int max_factorisations = 100;
  bool reuse = false;        // begin with the factor the Hessian has
};

// Moves state and s (n) to the maximum.
NewtonResult maximise_dual(const DualData& data, const Vector& y, const NewtonOptions& options, DualHessian& hessian,
                           DualState& state, Vector& s);

// The maximiser on independent rows, per form. Fills predictor, dual, log_slack, iterations and outcome;
// objective stays with the caller.
Solution solve_exponentials(const Exponentials& form, const DualData& data, const Vector& y, const SolveOptions& options);
Solution solve_powers(const Powers& form, const DualData& data, const Vector& y, const SolveOptions& options);
Solution solve_norm_power(const NormPower& form, const DualData& data, const Vector& y, const SolveOptions& options);
Solution solve_squared_norm_power(const SquaredNormPower& form, const DualData& data, const Vector& y, const SolveOptions& options);

// Sentence and status of a finished iteration.
Outcome outcome_of(const NewtonResult& result, double tolerance, int factorisations);

}  // namespace penchant
