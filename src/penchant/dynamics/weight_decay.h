// What a run with weight decay minimises, L + λ/2 |θ|², read at a point of it: near its end L no longer falls,
// and its gradient does not vanish.
#pragma once

#include "penchant/dynamics/objective.h"

namespace penchant {

// ‖∇L + λθ‖ / (‖∇L‖ + λ‖θ‖). 0 as well where every weight of a diagonal network shrinks and all of them together are nothing beside
// the loss:
// there the end is 0, and the ratio never falls.
double decay_rest(const Objective& objective, const Point& point, double decay);

// ‖β(θ) - β(θ - H^{-1}(∇L + λθ))‖, H the Hessian of L + λ/2 |θ|²:
// the displacement of the predictor that one Newton step leaves. Where the last weight to move is one that dies, it is too large by
// up to the depth: the others answer to the derivative of its power.
// NaN where H is not positive definite (the run is still on its way) or too large to be formed.
// Weights below kNegligible of the largest are left out.
double decay_owed(const Objective& objective, const Point& point, double decay);

// Throws InvalidInput for a decay that is negative or no number.
void require_decay(double decay, std::string_view method);

}  // namespace penchant
