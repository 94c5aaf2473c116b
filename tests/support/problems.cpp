#include "support/problems.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace penchant::testing {

Start start_of(const std::vector<Vector>& blocks) {
  Start start;
  for (const Vector& block : blocks) start.blocks.push_back(SignedLog::from(block));
  return start;
}

Start start_at(double scale, const ModelSpec& model, Index features) {
  if (const auto* normalised = std::get_if<WeightNormalised>(&model))
    return start_of({Vector::Constant(1, scale / std::sqrt(normalised->rate_r)),
                     Vector::Constant(features, 1.0 / std::sqrt(static_cast<double>(features)))});
  const auto* net = std::get_if<Diagonal>(&model);
  if (!net) return start_of({Vector::Zero(features)});
  const bool product = net->form == DiagonalForm::product;
  const bool separate = product || net->factors == Factors::separate;
  const std::size_t sides = net->form == DiagonalForm::difference_of_powers ? 2 : 1;
  std::vector<Vector> blocks(sides * (separate ? static_cast<std::size_t>(net->depth) : 1), Vector::Constant(features, scale));
  if (product) blocks.back().setZero();
  return start_of(blocks);
}

Problem problem_of(DatasetPtr data, ModelSpec model, LossSpec loss, Start start) {
  return {std::move(data), std::move(model), std::move(loss), std::move(start)};
}

Facts easy_facts() {
  Facts facts;
  facts.samples = 4;
  facts.features = 8;
  facts.rank = 4;
  facts.inconsistency = 0.0;
  facts.sigma_max = 2.0;
  facts.sigma_min = 0.5;
  facts.max_row_norm = 1.5;
  facts.separable = true;
  facts.margin = 0.3;
  facts.l1_norm = 3.0;
  facts.positive_l1_norm = 4.0;
  facts.l1_unique = true;
  facts.l1_condition = 2.0;
  facts.positive_l1_condition = 2.5;
  facts.l2_norm = 1.25;
  facts.positive_feasible = true;
  facts.degenerate_margin = false;
  facts.positive_kernel = true;
  facts.log_magnification = 3.0;
  facts.potential_matrix = Matrix::Identity(8, 8);
  return facts;
}

std::vector<Prediction> predictions_of(const PredictResult& result) {
  if (const auto* refusal = std::get_if<Refusal>(&result)) {
    ADD_FAILURE() << "refused: " << refusal->reason;
    return {};
  }
  return std::get<std::vector<Prediction>>(result);
}

Refusal refusal_of(const PredictResult& result) {
  if (const auto* predictions = std::get_if<std::vector<Prediction>>(&result)) {
    ADD_FAILURE() << "predicted " << predictions->front().id << " instead of a refusal";
    return {};
  }
  return std::get<Refusal>(result);
}

const Prediction* find(const std::vector<Prediction>& predictions, const std::string& id) {
  for (const Prediction& prediction : predictions)
    if (prediction.id == id) return &prediction;
  return nullptr;
}

}  // namespace penchant::testing
