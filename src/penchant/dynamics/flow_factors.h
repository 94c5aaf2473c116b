// Gradient flow in weights or in logs of weights, dc = -V ⊙ X^T dL/df, with its Newton matrix
//   I - gamma J = A + gamma V X^T W X Q,    A block-diagonal by feature,   W = d2L/df2,
// solved in min(n, d) unknowns. For depth > 2 and the clock "time" the variable is `speed` (flow_clock.h):
// V is divided by kappa(c) and one more state carries t.
#pragma once

#include "penchant/dynamics/alignment.h"
#include "penchant/dynamics/flow_base.h"
#include "penchant/dynamics/flow_chart.h"
#include "penchant/dynamics/flow_invariant.h"
#include "penchant/dynamics/objective.h"
#include "penchant/dynamics/woodbury.h"

namespace penchant {

class FactorFlow final : public Flow {
 public:
  FactorFlow(const Problem& problem, FlowChart chart, Clock clock, FlowTolerance tolerance, double weight_decay = 0.0);

  const Vector& start() const override { return start_; }
  bool velocity(double x, VecIn y, VecOut dy) override;
  bool prepare(double x, VecIn y, double gamma) override;
  void solve(VecOut b) override;
  void tolerance(VecIn y, double length, VecOut out) const override;
  bool has_invariant() const override { return invariant_.has_value(); }
  bool take_back(VecIn y, VecOut out) override;
  void accept() override { invariant_->accept(); }
  void forget() override;
  void save(Writer& out) const override;
  void load(Reader& in) override;

  Vector beta(VecIn y) const override;
  Predictor predictor(VecIn y) const override { return chart_.predictor(factors(y)); }
  Vector metric(VecIn y) const override;
  Vector term_sizes(VecIn y) const override { return chart_.term_sizes(factors(y)); }
  double alignment(VecIn y) const override;
  double output_rounding(VecIn y) const override;
  double conserved_drift(VecIn y) const override {
    return decays() ? std::numeric_limits<double>::quiet_NaN() : chart_.conserved_drift(factors(y));
  }
  bool decays() const override { return decay_ > 0.0; }
  double rest(VecIn y) const override;
  double owed(VecIn y, VecIn residual) const override;
  std::string coordinates() const override { return chart_.in_logs() ? "log_weights" : "weights"; }

 private:
  // (I + gamma diag(g) dV)^{-1} of one term, feature by feature: column a * size + b is entry (a, b).
  struct TermInverse {
    Eigen::ArrayXXd entries;
  };

  Eigen::Ref<const Vector> factors(VecIn y) const { return y.head(chart_.features() * chart_.blocks()); }
  bool carries_time() const { return clock_.variable == FlowVariable::speed; }
  double log_rate(VecIn c) const { return carries_time() ? -chart_.log_speed(c, nullptr) : 0.0; }
  Point point_at(VecIn y) const;
  double log_growth(const Problem& problem) const;  // how far the smallest factor may; throws where no double holds its wait
  void note_invariant(const Problem& problem);
  void choose_tolerances();
  bool invert_blocks(VecIn c, double rate, double gamma, VecIn w);
  Eigen::ArrayXXd apply_inverse(const Eigen::ArrayXXd& b) const;
  Eigen::ArrayXXd solve_factors(const Eigen::ArrayXXd& b) const;

  FlowChart chart_;
  double decay_;                      // λ of L + λ/2 |θ|²: dθ/dt = -∇L - λθ, in logs dc/dt = … - λ
  std::unique_ptr<Objective> objective_;  // with decay only
  Vector start_;
  std::optional<FlowInvariant> invariant_;  // depth > 2, factors of a term that start equal, no decay
  WoodburySolver newton_;
  Vector size_tolerance_;             // (p) the constant part of each coordinate's tolerance
  double relative_tolerance_ = 0.0;   // of |c_i|
  double time_unit_ = 0.0;            // of the carried time

  Matrix squares_;                    // x_ij^2
  ChartPoint point_;                  // of the last evaluation
  Vector outputs_, slopes_, gradient_, evaluated_;
  std::vector<TermInverse> inverses_;
  Eigen::ArrayXXd inverse_v_;         // A^{-1} V
  double gamma_ = 0.0;
  double shrink_ = 1.0;               // the diagonal of A where the gradient is 0: 1, with decay more
  Eigen::ArrayXXd speed_gradient_;    // grad log kappa (d, m)
  Eigen::ArrayXXd speed_response_;    // (A + …)^{-1} dc/dx
  double speed_pivot_ = 1.0;          // 1 + gamma grad log kappa · response
  double time_rate_ = 0.0;            // dt/dx at the last prepare()
  mutable std::optional<RowSpace> row_space_;
};

}  // namespace penchant
