// How well a predictor does on data it was not trained on.
#pragma once

#include "penchant/core/predictor.h"
#include "penchant/data/dataset.h"

namespace penchant {

// On the test part: mean squared error, or the share of wrong signs; NaN without a test part.
double test_error(const Dataset& data, const Predictor& predictor, double intercept = 0.0);

}  // namespace penchant
