// Full-batch descent with noise on the targets through the fused kernel (kernels/diagonal_descent.h): beta = u^2 - v^2 or w^2 with tied factors, squared
// loss, stored features, any schedule of steps but loss_proportional, no momentum. A power is the pair with v = 0, which stays 0.
#pragma once

#include "penchant/dynamics/descent.h"
#include "penchant/dynamics/kernels/diagonal_descent.h"

namespace penchant {

bool has_fused_noisy_descent(const Problem& problem, const DescentRule& rule);
std::unique_ptr<Stepper> make_fused_noisy_descent(const Problem& problem, const DescentRule& rule,
                                                  std::unique_ptr<kernels::DescentKernel> kernel = nullptr,  // null: one of its own
                                                  bool measure = true);

}  // namespace penchant
