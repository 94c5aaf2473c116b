#include "penchant/problem.h"

#include <cmath>

#include "penchant/models/model.h"

namespace penchant {

namespace {

void require_class_labels(const Dataset& data) {
  for (Index i = 0; i < data.targets.size(); ++i)
    if (std::abs(data.targets[i]) != 1.0)
      throw InvalidInput(cat("loss: a classification loss needs targets -1 and +1, target ", i + 1, " is ", data.targets[i],
                             "; squared and log_cosh take real targets, data.classes makes two classes"));
}

void require_matching(const Start& start, const ModelSpec& model, Index features) {
  const std::vector<Block> blocks = model_blocks(model, features);
  if (start.blocks.size() != blocks.size())
    throw InvalidInput(cat("init: the start has ", start.blocks.size(), " blocks, the model has ", blocks.size()));
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    const SignedLog& got = start.blocks[k];
    if (got.size() != blocks[k].size || got.sign.size() != blocks[k].size)
      throw InvalidInput(
          cat("init: block ", blocks[k].name, " has ", got.size(), " entries, ", blocks[k].size, " features were read"));
    if (got.log_abs.array().isNaN().any() || (got.log_abs.array() == INFINITY).any())
      throw InvalidInput(cat("init: block ", blocks[k].name, " has an entry that is not finite"));
  }
}

// Squares and products of what the start predicts stay numbers.
void require_moderate(const Start& start, const ModelSpec& model) {
  constexpr double kLargestLog = 161.0;  // 1e70
  if (const auto* normalised = std::get_if<WeightNormalised>(&model)) {
    const double log_r = start.blocks.at(0).log_abs[0] + 0.5 * std::log(normalised->rate_r);
    if (normalised->depth * log_r > kLargestLog)
      throw InvalidInput(cat("init: r_0 = e^", log_r, ", whose predictor e^", normalised->depth * log_r, " is beyond 1e70"));
    return;
  }
  const auto* diagonal = std::get_if<Diagonal>(&model);
  const double depth = diagonal ? diagonal->depth : 1.0;
  for (const SignedLog& block : start.blocks)
    for (Index j = 0; j < block.size(); ++j)
      if (block.sign[j] != 0.0 && depth * block.log_abs[j] > kLargestLog)
        throw InvalidInput(cat("init: feature ", j + 1, " starts at a factor of e^", block.log_abs[j], ", whose predictor e^",
                               depth * block.log_abs[j], " is beyond 1e70"));
}

}  // namespace

Problem make_problem(DatasetPtr data, ModelSpec model, LossSpec loss, Start start) {
  PENCHANT_CHECK(data && data->features);
  if (data->targets.size() != data->samples())
    throw InvalidInput(cat("data: ", data->samples(), " samples but ", data->targets.size(), " targets"));
  if (is_classification_loss(loss)) require_class_labels(*data);
  require_matching(start, model, data->dimension());
  require_moderate(start, model);
  return {std::move(data), std::move(model), std::move(loss), std::move(start)};
}

Problem make_problem(DatasetPtr data, ModelSpec model, LossSpec loss, const InitSpec& init, const std::string& folder) {
  Start start = make_start(init, model, data->dimension(), folder);
  return make_problem(std::move(data), std::move(model), std::move(loss), std::move(start));
}

}  // namespace penchant
