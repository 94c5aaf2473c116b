// Small problems in memory.
#pragma once

#include <string>

#include "penchant/problem.h"
#include "penchant/theory/prediction.h"
#include "support/linear_problem.h"

namespace penchant::testing {

// One SignedLog per factor.
Start start_of(const std::vector<Vector>& blocks);
// Every factor at `scale` (the last one of a product at 0), the linear model at 0,
// weight normalisation at r_0 = scale with v_0 uniform of length 1.
Start start_at(double scale, const ModelSpec& model, Index features);
Problem problem_of(DatasetPtr data, ModelSpec model, LossSpec loss, Start start);

// Facts of an easy problem: n = 4, d = 8, full rank, y fits with both signs and with β >= 0, separable.
Facts easy_facts();
// The predictions, failing the test with the refusal's reason if there are none.
std::vector<Prediction> predictions_of(const PredictResult& result);
// The refusal, failing the test if there is none.
Refusal refusal_of(const PredictResult& result);
const Prediction* find(const std::vector<Prediction>& predictions, const std::string& id);

}  // namespace penchant::testing
