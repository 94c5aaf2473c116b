// What gradient flow of a diagonal network of depth N > 2 keeps in its weights, whatever the loss: every factor's own equation,
// dtheta/dt = -+N theta^{N-1} g, makes theta^{2-N} move linearly with g = X^T dL/df, so that
//   theta_j^{2-N} = theta_j(0)^{2-N} -+ (X^T s)_j      (- in the positive term of beta, + in the negative one)
// for one s (n). A factor that has grown from alpha to 1 has a slack theta^{2-N} / alpha^{2-N} ~ alpha^{N-2}, and where the
// features that have grown depend on each other, as equal columns do, the same relation of their slacks decides how they share the
// fit. An integrator holds theta_j to 1e-10 while its slack is 1: 1e-10 / slack once it has grown. So each step is taken back to
// the invariant, by less than the step's own error, and s is held to the precision that the smallest slack asks for.
#pragma once

#include <optional>
#include <vector>

#include "penchant/core/binary.h"
#include "penchant/core/expansion.h"

namespace penchant {

class FlowInvariant {
 public:
  // Logs of theta(0) (d, terms) of the factors of each term, which start equal; signs of the terms; log_growth: how far in logs the
  // smallest start may grow.
  FlowInvariant(const Matrix& x, int depth, std::vector<double> signs, const Eigen::ArrayXXd& log_start, double log_growth);

  // Whether s fits into five doubles, slacks down to about 1e-66: longer sums would take most of a run's time.
  static bool is_affordable(int depth, double log_growth);

  // `moved` = log(theta / theta(0)) (d, terms) -> the same of the point of the invariant that shares the factors with the least
  // slack, one for each dimension of row(X). Empty: that point has a factor beyond all bounds.
  std::optional<Eigen::ArrayXXd> nearest(const Eigen::ArrayXXd& moved);
  // The point found last is one of the run: the next is looked for from it.
  void accept();
  // The most that a factor has been moved by accepted steps, in logs and with its sign. Noise of the size of the tolerance for the
  // flow's own equation; another one leaves the invariant always to the same side.
  double taken_back() const { return taken_back_.abs().maxCoeff(); }
  // The largest |log| by which a factor of `moved` is off its nearest point or has been taken back so far, as a share of the
  // largest move; 1 where there is no such point.
  double departure(const Eigen::ArrayXXd& moved) const;

  // What follows depends on the points accepted alone, not on how they were found.
  void forget() { basis_.clear(); }
  void save(Writer& out) const;
  void load(Reader& in);

 private:
  double slack(Index j, std::size_t term, double moved) const;
  std::size_t least_term(const Eigen::ArrayXXd& moved, Index j) const;
  bool is_basis_of(const Eigen::VectorXd& slacks) const;
  void choose_basis(const Eigen::VectorXd& slacks);
  Eigen::VectorXd borrowed(const Eigen::VectorXd& slacks) const;
  bool fit(const Eigen::ArrayXXd& moved);
  double missing(const Eigen::ArrayXXd& moved, double way, Index j, double& scale) const;

  Eigen::MatrixXd x_;            // (n, d): a feature is contiguous
  double power_;                 // N - 2
  std::vector<double> signs_;
  Eigen::ArrayXXd origin_;       // (d, terms) theta(0)^{2-N}, in units of the smallest
  ExpansionVector s_, trial_;    // in the same units: of the last point accepted, of the one found last
  Eigen::ArrayXXd taken_back_, correction_;
  std::vector<Index> basis_;     // features, by falling weight
  Eigen::MatrixXd q_, r_;        // X_basis = q r
  Eigen::MatrixXd shares_;       // (d, rank) |x_j in terms of the basis|
  Eigen::VectorXd borrowed_;     // (d) when the basis was chosen: what x_j·s inherits of errors, each as large as its slack
};

}  // namespace penchant
