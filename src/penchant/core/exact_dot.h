// The sign of a sum of products, decided exactly, and vectors that are multiples of small integers: what proofs of equalities need.
#pragma once

#include <optional>

#include "penchant/core/types.h"

namespace penchant {

// -1, 0 or 1: the sign of Σ x_i y_i in exact arithmetic (Shewchuk 1997, expansions). Empty where a product leaves the range in
// which its rounding error is a double.
std::optional<int> exact_sign_of_dot(VecIn x, VecIn y);

// An integer vector, entries up to 2^30, proportional to v to nine digits; empty if none is found. It is a guess: check what it is
// to prove with exact_sign_of_dot.
std::optional<Vector> integer_multiple(VecIn v);

}  // namespace penchant
