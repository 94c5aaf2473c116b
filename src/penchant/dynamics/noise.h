// The noise of a step: a pure function of the seed and the step.
#pragma once

#include <memory>

#include "penchant/core/random.h"
#include "penchant/core/types.h"
#include "penchant/dynamics/kernels/diagonal_descent.h"
#include "penchant/dynamics/spec.h"
#include "penchant/problem.h"

namespace penchant {

// Throws InvalidInput for noise on the targets of a classification.
void check_noise(const Problem& problem, const Dynamics& dynamics);

// ε of label noise, one entry a sample, whichever of them the step uses: at(k)[i] does not depend on how many samples there are.
class LabelNoiseStream {
 public:
  LabelNoiseStream(const LabelNoise& noise, std::uint64_t seed, Index samples);
  const double* at(std::uint64_t step);  // (samples), until the next call; aligned, padded to 16

 private:
  LabelNoise noise_;
  RandomKey key_;
  std::size_t samples_;
  kernels::AlignedArray values_;
};

// sigma ξ of spherical gradient noise (p).
class GradientNoiseStream {
 public:
  GradientNoiseStream(const GradientNoise& noise, std::uint64_t seed, Index parameters);
  Eigen::Map<const Vector> at(std::uint64_t step);

 private:
  double sigma_;
  RandomKey key_;
  Index parameters_;
  kernels::AlignedArray values_;
};

inline RandomKey label_noise_key(std::uint64_t seed) { return {seed, "label_noise"}; }

}  // namespace penchant
