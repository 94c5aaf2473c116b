// Dynamics and potentials written down in one line, and how long to run them.
#pragma once

#include <limits>
#include <string>

#include "penchant/dynamics/spec.h"

namespace penchant::testing {

constexpr double kInfinity = std::numeric_limits<double>::infinity();  // no limit of time

inline PotentialSpec potential(std::string kind) {
  return {.kind = std::move(kind), .c = {}, .p = {}, .k = {}, .depth = {}, .scale = {}};
}
inline PotentialSpec hypentropy(double c) { return {.kind = "hypentropy", .c = c, .p = {}, .k = {}, .depth = {}, .scale = {}}; }
inline PotentialSpec power(std::string kind, double p) {
  return {.kind = std::move(kind), .c = {}, .p = p, .k = {}, .depth = {}, .scale = {}};
}
inline PotentialSpec diagonal(int depth, double scale) {
  return {.kind = "diagonal", .c = {}, .p = {}, .k = {}, .depth = depth, .scale = scale};
}

inline Steepest steepest(SteepestNorm norm, StepSize step = {}, CoordinateRule rule = CoordinateRule::greedy) {
  return {.norm = norm, .rule = rule, .step_size = std::move(step), .force = false};
}

}  // namespace penchant::testing
