// Coordinates c (d, m) of a model whose predictor is made feature by feature, beta_j = beta(c_j1 … c_jm):
//   beta_j = coefficient * sum over terms of  sign * prod_{k in term} theta_jk^exponent        (models/diagonal.h; linear:
//                                             beta = theta)
// in weights, c = theta, or in logs, c = log(theta / theta(0)) (positive theta):
// beside a large start beta is made of small moves, which logs of theta
// themselves would not resolve. Under gradient flow  dc_jk/dt = -V_jk g_j  with g = X^T dL/df.
// The product of depth 2 has logs too: w± = u ± v move as the two terms of beta = (w+^2 - w-^2)/4,
// twice as fast as their own gradient.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "penchant/core/predictor.h"
#include "penchant/models/diagonal.h"
#include "penchant/problem.h"

namespace penchant {

// log |u + v| and log |u - v|, entry by entry.
std::vector<Vector> rotated_logs(const SignedLog& u, const SignedLog& v);

struct ChartPoint {
  Vector beta;          // (d)
  Eigen::ArrayXXd v;    // (d, m) V, times e^log_rate
  Eigen::ArrayXXd q;    // (d, m) dbeta_j / dc_jk
};

class FlowChart {
 public:
  // Throws InvalidInput where a start does not fit: logs of factors that are not positive, weights that underflow.
  static FlowChart weights(const Problem& problem);
  static FlowChart logs(const Problem& problem);
  static bool has_logs(const Problem& problem);

  Index features() const { return d_; }
  Index blocks() const { return m_; }
  int depth() const { return depth_; }
  bool in_logs() const { return logs_; }
  const Vector& start() const { return start_; }
  // Weights with these coordinates (of a product in logs: up to signs that change neither predictor nor norm).
  // What underflows is 0.
  Vector theta(VecIn c) const;
  const std::vector<DiagonalTerm>& terms() const { return terms_; }

  // At c (d m, one block after the other).
  void evaluate(VecIn c, double log_rate, ChartPoint& point) const;
  // What rounding of c, and in logs of the exponents that move it, is relative to.
  double held_size(VecIn c) const;
  // The largest log |theta_jk| at c.
  double largest_log(VecIn c) const;
  // dV_jk / dc_jl for k, l in the same term, times e^log_rate; it vanishes for k, l of different terms.
  Eigen::ArrayXd velocity_slope(VecIn c, const ChartPoint& point, double log_rate, const DiagonalTerm& term, int k, int l) const;
  // log of kappa = (sum_jk |theta_jk|^N)^{(N-2)/N}, the speed of the factors' logs, and its gradient in c (d, m).
  double log_speed(VecIn c, Eigen::ArrayXXd* gradient) const;
  Predictor predictor(VecIn c) const;
  Vector term_sizes(VecIn c) const;  // (d) the sum of |term| that beta_j is made of; infinite for a linear model
  // What each sign's dual iterate has moved by since the start (columns of d): all the same X^T s along an exact flow.
  // No columns where no potential is known (depth > 2 with factors of different starts).
  std::vector<Vector> dual_displacements(VecIn c) const;
  double conserved_drift(VecIn c) const;  // conserved.h
  // Logs of theta(0) (d, terms) of each term's factors; empty where they do not start equal and positive.
  std::optional<Eigen::ArrayXXd> term_starts() const;
  // Logs of theta / theta(0) (d, terms), the mean over each term's factors.
  Eigen::ArrayXXd term_moves(VecIn c) const;
  // c with the factors of each term moved to `moves` (d, terms).
  Vector moved_to(const Eigen::ArrayXXd& moves) const;

 private:
  FlowChart() = default;
  std::vector<SignedLog> factors(VecIn c) const;
  auto block(VecIn c, int k) const { return c.segment(k * d_, d_).array(); }
  Vector logs_at(VecIn c) const { return logs_ ? Vector(c + log_start_) : Vector(c.cwiseAbs().array().log()); }
  void evaluate_logs(VecIn c, double log_rate, ChartPoint& point) const;
  void evaluate_weights(VecIn c, double log_rate, ChartPoint& point) const;

  Diagonal spec_;
  bool linear_ = false;
  bool logs_ = false;
  bool rotated_ = false;       // product of depth 2 in w±
  Index d_ = 0;
  Index m_ = 0;
  int depth_ = 1;
  double coefficient_ = 1.0;   // 1/4 where rotated
  double speed_ = 1.0;         // 2 where rotated
  std::vector<DiagonalTerm> terms_;
  Vector start_;
  // In logs:
  Vector log_start_;                       // log theta(0), one block after the other
  Eigen::ArrayXd beta_start_;              // (d)
  std::vector<Eigen::ArrayXd> term_start_, value_start_;  // (d) each: the log of each term, and what it adds to beta
};

}  // namespace penchant
