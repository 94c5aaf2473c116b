// One chart of every kind, with what is hard to draw: gaps, empty legends, huge powers, awkward letters.
#pragma once

#include <vector>

#include "penchant/lab/chart.h"

namespace penchant::testing {

// Letters that mean something to gnuplot, HTML, CSV or a shell.
inline constexpr const char* kAwkwardText = "β_0 ∝ √{ℓ₁}^2 <b>&amp; \"it's\" @~\\n % $HOME, α `ls`";

std::vector<Chart> chart_catalogue();

}  // namespace penchant::testing
