// Which training is this? Questions that entries ask, and names for sentences.
#pragma once

#include <optional>
#include <string>

#include "penchant/dynamics/spec.h"
#include "penchant/problem.h"

namespace penchant {

const Diagonal* diagonal(const Problem& problem);  // nullptr for other models
const WeightNormalised* weight_normalised(const Problem& problem);
bool is_linear(const Problem& problem);
bool is_classification(const Problem& problem);    // exponential or logistic
bool is_squared(const Problem& problem);
bool is_flow(const Dynamics& dynamics);
bool is_noisy(const Dynamics& dynamics);           // label or gradient noise in the steps

// The gradient descent that these dynamics are, exactly: gradient_descent, steepest in l2,
// stochastic with every sample in each batch.
std::optional<GradientDescent> gradient_descent_of(const Problem& problem, const Dynamics& dynamics);
// The same for mirror descent on phi = |beta|^2 / 2 under its three names (euclidean, p_norm and squared_p_norm with p = 2);
// its dual momentum is the heavy ball.
std::optional<Dynamics> unmirrored(const Problem& problem, const Dynamics& dynamics);

// beta_0 of the linear model.
Vector linear_start(const Problem& problem);
bool starts_at_zero(const Problem& problem);

// "a depth-3 diagonal network (product)", "the exponential loss", "heavy ball with momentum 0.9".
std::string describe(const ModelSpec& model);
std::string describe(const LossSpec& loss);
std::string describe(const Dynamics& dynamics);

}  // namespace penchant
