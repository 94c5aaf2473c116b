#include "support/l1_problems.h"

#include "penchant/core/random.h"
#include "support/planted.h"

namespace penchant::testing {

MinL1 min_l1(Matrix x, Vector y) {
  MinL1 limit;
  limit.x = std::make_shared<DenseMap>(std::move(x));
  limit.y = std::move(y);
  return limit;
}

PlantedL1 planted_l1(std::uint64_t seed, const PlantedL1Options& options) {
  const RandomKey key(seed, "planted l1");
  Matrix x = gaussian_matrix(options.rows, options.cols, seed);
  const Vector nu = gaussian_vector(options.rows, seed + 1000);
  Vector up = Vector::Ones(options.cols), down = up;
  if (options.weighted)
    for (Index j = 0; j < options.cols; ++j) {
      up[j] = 0.5 + 1.5 * uniform(key, 0, 0, static_cast<std::uint32_t>(j));
      down[j] = 0.5 + 1.5 * uniform(key, 0, 1, static_cast<std::uint32_t>(j));
    }
  Vector beta = Vector::Zero(options.cols);
  for (Index j = 0; j < options.cols; ++j) {
    const auto index = static_cast<std::uint32_t>(j);
    double target = (2.0 * uniform(key, 1, 0, index) - 1.0) * 0.9;  // share of the bound
    if (j < options.nonzeros) {
      const double sign = options.positive ? 1.0 : rademacher(key, 2, 0, index);
      target = sign;
      beta[j] = sign * (0.1 + uniform(key, 3, 0, index));
    }
    const double bound = target > 0 ? up[j] : down[j];
    x.col(j) += nu * ((target * bound - x.col(j).dot(nu)) / nu.squaredNorm());
  }
  PlantedL1 planted;
  planted.limit = min_l1(x, x * beta + options.delta * nu / nu.norm());
  if (options.weighted) {
    planted.limit.weights = up;
    if (!options.positive) planted.limit.negative_weights = down;
  }
  planted.limit.positive = options.positive;
  planted.limit.delta = options.delta;
  planted.objective = 0.0;
  for (Index j = 0; j < options.cols; ++j) planted.objective += (beta[j] > 0 ? up[j] : down[j]) * std::abs(beta[j]);
  planted.beta = std::move(beta);
  planted.dual = nu;
  return planted;
}

MinL1 integer_l1(std::uint64_t seed, Index rows, Index cols) {
  const RandomKey key(seed, "integer l1");
  Matrix x(rows, cols);
  Vector beta(cols);
  for (Index j = 0; j < cols; ++j) {
    const auto index = static_cast<std::uint32_t>(j);
    for (Index i = 0; i < rows; ++i) x(i, j) = double(uniform_index(key, 0, static_cast<std::uint64_t>(i), index, 3)) - 1.0;
    const double value = double(uniform_index(key, 1, 0, index, 9));
    beta[j] = value < 5 ? value - 2.0 : 0.0;
  }
  return min_l1(x, x * beta);
}

}  // namespace penchant::testing
