#include "penchant/dynamics/noise.h"

#include "penchant/core/error.h"
#include "penchant/dynamics/kernels/normals.h"
#include "penchant/losses/loss.h"

namespace penchant {

void check_noise(const Problem& problem, const Dynamics& dynamics) {
  const auto* stochastic = std::get_if<Stochastic>(&dynamics);
  if (!stochastic || !stochastic->label_noise || !is_classification_loss(problem.loss)) return;
  throw InvalidInput(
      "dynamics.label_noise: noise is added to the targets of a regression; the loss here has classes -1 and 1 for targets, "
      "expected "
      "loss.kind squared or log_cosh (gradient_noise works with any loss)");
}

LabelNoiseStream::LabelNoiseStream(const LabelNoise& noise, std::uint64_t seed, Index samples)
    : noise_(noise), key_(label_noise_key(seed)), samples_(static_cast<std::size_t>(samples)),
      values_(kernels::aligned_zeros(kernels::padded_normals(samples_))) {}

const double* LabelNoiseStream::at(std::uint64_t step) {
  if (noise_.kind == LabelNoiseKind::sign) {
    kernels::sign_noise(key_, noise_.sigma, step, samples_, values_.get());
  } else {
    kernels::normals(key_.philox_key(), step, samples_, values_.get());
    for (std::size_t i = 0; i < samples_; ++i) values_[i] *= noise_.sigma;
  }
  return values_.get();
}

GradientNoiseStream::GradientNoiseStream(const GradientNoise& noise, std::uint64_t seed, Index parameters)
    : sigma_(noise.sigma), key_(seed, "gradient_noise"), parameters_(parameters),
      values_(kernels::aligned_zeros(kernels::padded_normals(static_cast<std::size_t>(parameters)))) {}

Eigen::Map<const Vector> GradientNoiseStream::at(std::uint64_t step) {
  kernels::normals(key_.philox_key(), step, static_cast<std::size_t>(parameters_), values_.get());
  for (Index i = 0; i < parameters_; ++i) values_[static_cast<std::size_t>(i)] *= sigma_;
  return {values_.get(), parameters_};
}

}  // namespace penchant
