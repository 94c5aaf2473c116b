// Gradient flow in the dual coordinates s (n) of the mirror flow it is: beta = beta(X^T s), ds = -rate dL/df, s(0) = 0.
//   linear              beta = beta_0 + z                                       rate 1
//   depth 2, any form   beta = A e^z - B e^-z   (flow_dual.cpp: A, B of each)   rate 4 tied, 2 separate and product
//   depth N > 2         beta = u^N (1 - u^{N-2} z)^{-N/(N-2)} - v^N (1 + v^{N-2} z)^{-N/(N-2)}   rate N(N-2) tied,
//                       N-2 separate from equal starts
// It assumes the invariant, so it is no evidence for it. For N > 2 the slack 1 - u^{N-2} z falls to u^{N-2} / beta^{(N-2)/N}:
// below ~1e-8 a double no longer holds beta, and log_weights are the coordinates to use.
#pragma once

#include "penchant/dynamics/flow_base.h"
#include "penchant/dynamics/woodbury.h"

namespace penchant {

// beta(z) of one model and start, feature by feature.
class DualMap {
 public:
  // Throws InvalidInput where the flow has no such coordinates.
  explicit DualMap(const Problem& problem);

  double rate() const { return rate_; }
  bool is_linear() const { return depth_ == 1; }
  struct Point {
    Vector beta;                 // (d)
    Vector slope;                // dbeta/dz (d)
    Vector sizes;                // of its terms (d); infinite for a linear model
    double amplification = 1.0;  // the largest |dlog(term)/dz|: what an error in z is multiplied by
  };
  // False: z is outside the domain.
  bool evaluate(VecIn z, Point& point) const;
  // The size of the rounding of beta: its own, and what that of z makes of it.
  double rounding(VecIn z, const Point& point) const;
  Predictor predictor(VecIn z) const;

 private:
  // The two terms of beta, A part and B part.
  struct Term {
    Eigen::ArrayXd start, value_start;  // log at z = 0, and e to it
    Eigen::ArrayXd moved, slope;        // what z adds to the log, and its derivative's size
  };
  bool move(VecIn z, Term& plus, Term& minus) const;  // false outside the domain
  void note_starts();

  int depth_ = 1;
  double rate_ = 1.0;
  Vector origin_;             // linear: beta_0
  Eigen::ArrayXd log_a_, log_b_;  // depth 2: log A, log B; N > 2: log u, log v (-inf: absent)
  Term plus_, minus_;             // at z = 0
};

class DualFlow final : public Flow {
 public:
  DualFlow(const Problem& problem, Clock clock, FlowTolerance tolerance);

  const Vector& start() const override { return start_; }
  bool velocity(double x, VecIn y, VecOut dy) override;
  bool prepare(double x, VecIn y, double gamma) override;
  void solve(VecOut b) override;
  void tolerance(VecIn y, double length, VecOut out) const override;

  Vector beta(VecIn y) const override { return at(y).beta; }
  Predictor predictor(VecIn y) const override { return map_.predictor(x_.transpose() * y); }
  Vector metric(VecIn y) const override { return at(y).slope; }
  Vector term_sizes(VecIn y) const override { return at(y).sizes; }
  double alignment(VecIn) const override { return 0.0; }  // by construction
  double output_rounding(VecIn y) const override;
  std::string coordinates() const override { return "dual"; }

 private:
  DualMap::Point at(VecIn y) const;
  bool evaluate(VecIn y);

  DualMap map_;
  Vector start_;
  WoodburySolver newton_;
  double column_;                     // the largest norm of one
  double reach_;                      // of z, where beta moves little beside its terms
  DualMap::Point point_;              // of the last evaluation, as the next two
  Vector z_, outputs_, evaluated_;
};

}  // namespace penchant
