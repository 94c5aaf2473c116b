// A cheap first look: exact minimisation of the margin problem's dual in one multiplier after the other,
//   α_i ← (α_i + (1 - z_i·w)/‖z_i‖²)⁺,  w = Σ α_i z_i,
// in random order, most sweeps only over the samples that were near the margin in the last one. Slow at the end,
// but after a dozen sweeps the samples of least margin contain nearly all of the support.
// A free intercept is treated as one more feature of the size of the data.
// Source: Hsieh, Chang, Lin, Keerthi & Sundararajan 2008, without an upper bound on α.
#pragma once

#include "penchant/limits/margin_rows.h"

namespace penchant {

struct Descent {
  Vector multipliers;  // (n), of the samples divided by `unit`
  Vector margins;      // (n) z_i·w at the end
  double b = 0.0;
};

Descent descend(const MarginRows& rows, double unit, int sweeps);

}  // namespace penchant
