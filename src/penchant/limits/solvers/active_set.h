// Least-norm point of a polyhedron by the dual active-set method, exact in finitely many steps:
//   min ½‖w‖²  s.t.  a_i·w + s_i b ≥ c_i,      a_i (D) the rows of A, s_i = ±1 and b free, or no b at all.
// Optimality: w = Σ α_i a_i, α ≥ 0, α_i > 0 only where the constraint is tight, Σ α_i s_i = 0 if b is there.
// Infeasible: weights q ≥ 0 with Σ q_i a_i = 0, Σ q_i s_i = 0 and Σ q_i c_i > 0.
// Keeps a thin QR factorisation of the active rows, each new one orthogonalised twice (Daniel, Gragg, Kaufman & Stewart 1976).
// Source: Goldfarb & Idnani 1983, with the identity as Hessian and one free variable.
#pragma once

#include <vector>

#include "penchant/core/types.h"

namespace penchant {

struct LeastNormPoint {
  enum class End { optimal, infeasible, budget } end = End::budget;
  Vector w;                    // (D)
  double b = 0.0;
  std::vector<Index> active;   // rows
  // optimal: α of the active rows; infeasible: q of the active rows, last one the row that cannot be met
  Vector multipliers;
  int steps = 0;
};

class ActiveSet {
 public:
  // signs empty: no free variable. With one, A carries it too:
  // a last column proportional to s makes rows of one point of each class independent, and costs nothing,
  // since Σ α_i s_i = 0 keeps that entry of w at zero.
  ActiveSet(const Matrix& rows, const Vector& rhs, const Vector& signs);

  // Starts from these rows: dependent ones are skipped, ones with negative multipliers dropped until none is left.
  void start(const std::vector<Index>& rows);
  LeastNormPoint run(int max_steps);

 private:
  struct Direction {
    Vector coefficients;  // r: how the multipliers of the active rows fall per unit of the new one
    Vector step;          // of w
    double step_b = 0.0;
    Vector projected;     // Qᵀa
    Vector orthogonal;    // a - QQᵀa
    bool dependent = false;
  };

  Index count() const { return static_cast<Index>(active_.size()); }
  void orthogonalise(Index row, Direction& out) const;
  Direction direction(Index row) const;
  void append(Index row, const Direction& found);
  void remove(Index position);
  void solve_active();
  void refine();
  double violation(Index row) const;  // c_i - a_i·w - s_i b
  double rounding_of(Index row) const;
  bool drop_negative();
  Index most_violated();
  bool add(Index row);                // false: this row cannot be met
  void solve_r(Vector& v) const;            // v <- R⁻¹v
  void solve_r_transposed(Vector& v) const;  // v <- R⁻ᵀv
  auto q() const { return q_.leftCols(count()); }

  const Matrix& rows_;
  const Vector& rhs_;
  const Vector& signs_;
  Vector norms_;
  Eigen::MatrixXd q_;  // (D, capacity)
  Matrix r_;           // (capacity, capacity), upper, row-major: rotations run along rows
  std::vector<Index> active_;
  std::vector<char> is_active_;
  Vector multipliers_;  // (capacity)
  Vector w_;
  double b_ = 0.0;
  Vector infeasible_weights_;
  Vector values_;               // scratch of the pricing
  std::vector<Index> candidates_;
  int steps_ = 0;
};

}  // namespace penchant
