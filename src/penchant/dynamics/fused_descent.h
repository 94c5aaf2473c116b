// Descent through the fused kernel (kernels/diagonal_descent.h): beta = u^2 - v^2 or w^2 with tied factors, squared loss, stored
// features, no momentum and no weight decay; a constant step, or with noise on the targets or batches (of a small X) any schedule
// but loss_proportional. A power is the pair with v = 0, which stays 0. Its bits are the kernel's order of operations; the step
// gains of C6 ride along. Tied factors keep nothing (conserved.h): no drift.
#pragma once

#include "penchant/dynamics/descent.h"
#include "penchant/dynamics/kernels/diagonal_descent.h"

namespace penchant {

bool has_fused_descent(const Problem& problem, const DescentRule& rule);
std::unique_ptr<Stepper> make_fused_descent(const Problem& problem, const DescentRule& rule, std::string_view method,
                                            std::unique_ptr<kernels::DescentKernel> kernel = nullptr,  // null: one of its own
                                            bool measure = true);

}  // namespace penchant
