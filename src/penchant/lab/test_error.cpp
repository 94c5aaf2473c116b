#include "penchant/lab/test_error.h"

#include <cmath>

namespace penchant {

double test_error(const Dataset& data, const Predictor& predictor, double intercept) {
  if (!data.test_features || predictor.values.size() != data.test_features->cols()) return std::nan("");
  Vector outputs(data.test_features->rows());
  data.test_features->apply(predictor.values, outputs);
  outputs.array() += intercept;
  if (!data.is_classification()) return (outputs - data.test_targets).squaredNorm() / double(outputs.size());
  return (outputs.array() * data.test_targets.array() <= 0.0).cast<double>().mean();
}

}  // namespace penchant
