// Gradient flow of weight normalisation, beta = w^N, w = r v/|v|, with C = |v|^2, g = X^T dL/df, K = beta . g:
//   d log r/dt = -rate_r N K / r^2        d log v_j/dt = -(r^2/C) N w_j^{N-2} g_j + N K / C
// and, carried along from the same gradients, the log of the magnification (magnification.h):
//   d log rho/dt = N K (rate_r / r^2 - 1/C)
// The state is (r, v, log rho, t) or (log r, log v, log rho, t); its Newton matrix is dense, (d+1)^3 operations a factorisation.
// t is carried along because features that rho has made small wait for rho^{N-2} and then grow within a time 1:
// x starts anew there (flow_clock.h, speed 1).
#pragma once

#include "penchant/core/decompositions.h"
#include "penchant/dynamics/alignment.h"
#include "penchant/dynamics/flow_base.h"
#include "penchant/models/weight_normalised.h"

namespace penchant {

class NormalisedFlow final : public Flow {
 public:
  // Throws InvalidInput where v_0 is not positive and where the start underflows in weights.
  NormalisedFlow(const Problem& problem, bool in_logs, FlowTolerance tolerance);

  const Vector& start() const override { return start_; }
  bool velocity(double x, VecIn y, VecOut dy) override;
  bool prepare(double x, VecIn y, double gamma) override;
  void solve(VecOut b) override;
  void tolerance(VecIn y, double length, VecOut out) const override;

  Vector beta(VecIn y) const override;
  Predictor predictor(VecIn y) const override;
  Vector term_sizes(VecIn y) const override { return beta(y).cwiseAbs(); }
  Vector metric(VecIn y) const override;  // along the direction alone; owed() counts the radius too
  double alignment(VecIn y) const override;
  double output_rounding(VecIn y) const override;
  std::string coordinates() const override { return in_logs_ ? "log_weights" : "weights"; }
  double owed(VecIn y, VecIn residual) const override;
  Measured measured(VecIn y) const override;
  double conserved_drift(VecIn y) const override;

 private:
  struct Point {
    Eigen::ArrayXd log_w, beta, gradient;  // (d)
    Eigen::ArrayXd pull;                   // (d) -(r^2/C) N w^{N-2} g
    double log_r = 0.0, log_c = 0.0, k = 0.0;
  };
  struct Jacobian {
    Eigen::MatrixXd motion;        // (d+1, d+1) of (log r, log v)
    Eigen::RowVectorXd magnifier;  // (d+1) of log rho
  };

  Vector logs(VecIn y) const;  // (d+1) log r, log v
  NormalisedLogs normalised(VecIn y) const;
  void locate(VecIn y);
  void locate(VecIn logs, Point& point) const;
  Vector log_velocity(const Point& point) const;  // (d+3)
  Jacobian jacobian(const Point& point, VecIn logs, VecIn curvature) const;
  const RowSpace& rows() const;

  WeightNormalised spec_;
  NormalisedLogs origin_;
  bool in_logs_;
  Vector start_;
  double share_ = 0.0;             // the relative tolerance of a weight
  double time_unit_ = 1.0;
  Point point_;                    // of the last evaluation, as the next three
  Vector outputs_, slopes_, evaluated_;
  Eigen::PartialPivLU<Eigen::MatrixXd> newton_;
  Eigen::RowVectorXd magnifier_;   // gamma d(log rho)/d(log r, log v) at the last prepare()
  Vector scale_;                   // (d+1) what a weight's log is multiplied by: the weight, or 1
  mutable std::optional<RowSpace> rows_;
};

}  // namespace penchant
