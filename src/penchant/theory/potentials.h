// The potential that a description of mirror descent names, in the form of a limit's start.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "penchant/core/potential.h"
#include "penchant/dynamics/spec.h"

namespace penchant {

// A potential with the origin beta_0 where it carries none of its own.
struct StartedPotential {
  Potential potential;
  SignedLog origin;       // empty: the potential carries its start
  bool positive = false;  // its domain is beta > 0
  bool full_range = true; // every dual vector has a beta
};

// Hypentropy and the depth-N potential started at beta_0 != 0 are the same potential with its start carried in log_u, log_v:
//   hypentropy   u^2, v^2 = (c/2) e^{±asinh(beta_0/c)}
//   depth N > 2  u^{2-N} + v^{2-N} = 2 alpha^{2-N},  u^N - v^N = beta_0
// A sentence where there is no such start: an entry of beta_0 outside the domain, a parameter missing.
// K of the quadratic potential comes with the facts: a description holds only the name of its file.
std::variant<StartedPotential, std::string> started_potential(const PotentialSpec& spec, const SignedLog& start,
                                                              const std::optional<Matrix>& k);

}  // namespace penchant
