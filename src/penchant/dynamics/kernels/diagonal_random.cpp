// The plain kernel one step at a time, its targets set before each.
#include <algorithm>

#include "penchant/dynamics/kernels/diagonal_step.h"
#include "penchant/dynamics/kernels/normals.h"

namespace penchant::kernels {

void sign_noise(const RandomKey& key, double sigma, std::uint64_t step, std::size_t count, double* out, std::size_t stride) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 64 == 0) bits = random_words(key, 0, step, static_cast<std::uint32_t>(i / 64)).first;
    out[i * stride] = bits >> (i % 64) & 1 ? -sigma : sigma;
  }
}

void DiagonalDescent::run_random(const RandomSteps& plan, std::int64_t first, std::int64_t steps) {
  const std::vector<double> targets(y_.get(), y_.get() + rows_);
  const AlignedArray noise = aligned_zeros(padded_normals(rows_));
  if (plan.weigh) weights_ = aligned_zeros(padded_to_groups(padded_rows_));
  for (std::int64_t k = first; k < first + steps; ++k) {
    const auto step = static_cast<std::uint64_t>(k);
    if (plan.weigh) plan.weigh(k, weights_.get(), 1);
    if (plan.sigma != 0.0) {
      if (plan.gaussian) normals(plan.key.philox_key(), step, rows_, noise.get());
      else sign_noise(plan.key, plan.sigma, step, rows_, noise.get());
      const double size = plan.gaussian ? plan.sigma : 1.0;
      for (std::size_t i = 0; i < rows_; ++i) y_[i] = targets[i] + size * noise[i];
    }
    run(plan.factor(k), 1);
  }
  weights_.reset();
  std::copy(targets.begin(), targets.end(), y_.get());
}

}  // namespace penchant::kernels
