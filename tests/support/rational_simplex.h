// Linear programs of doubles solved in exact rational arithmetic: the oracle of tests that allow no rounding. For a dozen
// variables.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <vector>

#include "penchant/limits/limit.h"

namespace penchant::testing {

using Rational = boost::multiprecision::cpp_rational;
using RationalVector = std::vector<Rational>;
using RationalMatrix = std::vector<RationalVector>;  // rows

// A double is a rational; nothing is rounded.
RationalVector rational(const Vector& v);
RationalMatrix rational(const Matrix& x);
Rational rational_dot(const RationalVector& a, const RationalVector& b);

// min ⟨c, x⟩ s.t. Ax = b, x >= 0.  A (m, n), rows of any rank.
struct RationalProgram {
  RationalMatrix a;
  RationalVector b, c;
};

struct RationalOptimum {
  enum class Kind { optimal, infeasible, unbounded } kind = Kind::optimal;
  Rational value = 0;   // optimal
  RationalVector x;     // (n) optimal: a vertex
  RationalVector dual;  // (m) optimal: A^T u <= c, ⟨b, u⟩ = value;  infeasible: A^T u <= 0, ⟨b, u⟩ > 0
};

// The simplex method in two phases on a dense tableau, by Bland's rule after a few steps of the steepest price: it cannot cycle.
RationalOptimum rational_simplex(const RationalProgram& program);

// min Σ p_j β_j^+ + q_j β_j^-  s.t. Xβ = y (β >= 0 if positive); δ is not read.
struct ExactMinL1 {
  bool feasible = false;
  Rational value = 0;
  RationalVector beta;  // (d) a vertex of the optimal face
  bool unique = false;  // the face is that point
};
ExactMinL1 exact_min_l1(const MinL1& limit);

// Whether some w (and b, if the intercept is free) has y_i(x_i·w + b) > 0 for every i.
bool exactly_separable(const MaxMargin& limit);

}  // namespace penchant::testing
