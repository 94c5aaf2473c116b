// The dual iterate of a run in weights: what its flow keeps in start + row(X), read off the parameters.
//   linear                       beta - beta_0
//   w^2                          log(w/w_0)
//   u^2 - v^2                    asinh(beta/c) - asinh(beta_0/c), c = 2 |u_0 v_0|: the gradient of the start's hypentropy
//   product of two, u ⊙ v        the same with (u ± v)/2 in place of u, v
//   N > 2: w^N, u^N - v^N        w^{2-N} - w_0^{2-N} (times a constant); the difference of u's and v's
//   weight normalisation         what magnification.h says is in row(X)
// Separate factors count while those of a term are equal, as they stay when they start so.
#pragma once

#include <optional>

#include "penchant/problem.h"

namespace penchant {

// Displacement of the dual iterate since the start (d); empty where there is none: unequal factors, a product of more than two,
// a factor that is zero or has changed its sign.
std::optional<Vector> dual_displacement(const Problem& problem, VecIn theta);

}  // namespace penchant
