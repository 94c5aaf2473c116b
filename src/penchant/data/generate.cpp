#include "penchant/data/generate.h"

#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/random.h"
#include "penchant/data/split.h"

namespace penchant {

namespace {

Matrix gaussian_features(Index samples, Index features, std::uint64_t seed) {
  const RandomKey key(seed, "features");
  Matrix x(samples, features);
  for (Index i = 0; i < samples; ++i)
    for (Index j = 0; j < features; ++j) x(i, j) = normal(key, 0, static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(j));
  return x;
}

Vector gaussian(Index size, const RandomKey& key) {
  Vector out(size);
  for (Index i = 0; i < size; ++i) out[i] = normal(key, 0, 0, static_cast<std::uint32_t>(i));
  return out;
}

Vector sparse_truth(const DataSpec& spec, std::uint64_t seed) {
  const Index nonzeros = spec.nonzeros.value_or(1);
  const double size = spec.value.value_or(1.0 / std::sqrt(static_cast<double>(nonzeros)));
  const RandomKey signs(seed, "signs"), sizes(seed, "sizes");
  const std::vector<Index> places = random_order(spec.features, seed, "support");
  Vector truth = Vector::Zero(spec.features);
  for (Index k = 0; k < nonzeros; ++k) {
    const auto at = static_cast<std::uint32_t>(k);
    const double drawn = spec.law == "normal" ? normal(sizes, 0, 0, at) : rademacher(signs, 0, 0, at);
    const double entry = size * (spec.positive ? std::abs(drawn) : drawn);
    truth[places[at]] = spec.decay > 0.0 ? entry * std::pow(static_cast<double>(k + 1), -spec.decay) : entry;
  }
  return truth;
}

void push_apart(Matrix& x, const Vector& y, const Vector& direction, double margin) {
  for (Index i = 0; i < x.rows(); ++i) {
    const double along = x.row(i).dot(direction);
    x.row(i) += (y[i] * std::max(std::abs(along), margin) - along) * direction.transpose();
  }
}

}  // namespace

Generated generate(const DataSpec& spec) {
  const std::uint64_t seed = spec.seed.value_or(0);
  Generated out{gaussian_features(spec.samples, spec.features, seed), Vector(spec.samples), {}};
  if (spec.generate == "separable") {
    out.truth = gaussian(spec.features, RandomKey(seed, "truth")).normalized();
    for (Index i = 0; i < out.y.size(); ++i) out.y[i] = i % 2 == 0 ? 1.0 : -1.0;
    push_apart(out.x, out.y, out.truth, spec.margin.value_or(1.0));
    return out;
  }
  if (spec.generate == "sparse_regression") {
    out.truth = sparse_truth(spec, seed);
  } else {
    PENCHANT_CHECK(spec.generate == "gaussian_regression");
    out.truth = gaussian(spec.features, RandomKey(seed, "truth")).normalized();
  }
  out.y = out.x * out.truth;
  if (spec.noise_variance > 0.0) out.y += std::sqrt(spec.noise_variance) * gaussian(spec.samples, RandomKey(seed, "noise"));
  return out;
}

}  // namespace penchant
