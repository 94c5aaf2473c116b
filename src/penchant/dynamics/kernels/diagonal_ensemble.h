// The step of kernels/diagonal_descent.h for members that share X: one member a lane, X broadcast. The same order of operations for
// each member, so a member's bits do not depend on who else is in the batch.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penchant::kernels {

struct RandomSteps;

// Noise on the targets or batches, each member's own but of one kind; s is then its plan's.
struct EnsemblePlans {
  const RandomSteps* const* plans;  // (members)
  const std::int64_t* first;       // (members) the step that comes next
};

struct EnsembleArrays {
  const double* x;            // (rows, cols), contiguous
  const double* y;            // (rows)
  std::size_t rows, cols, members;
  double *u, *v;              // (cols, members), contiguous: start in, end out
  const double* s;            // (members) 2 eta, over n under "mean"
  double* squared_residual;   // (members) out: ‖X beta - y‖^2 at the end
  std::int64_t* steps;        // (members) out: steps made
  const EnsemblePlans* plans = nullptr;  // then target must be negative, and squared_residual means nothing
};

// At most `most` steps; a member whose ‖X beta - y‖^2 is <= target (negative: never) or no longer below 1e200 rests where it is.
void run_ensemble(const EnsembleArrays& arrays, std::int64_t most, double target);

}  // namespace penchant::kernels
