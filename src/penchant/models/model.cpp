#include "penchant/models/model.h"

#include "penchant/models/diagonal.h"
#include "penchant/models/linear.h"
#include "penchant/models/weight_normalised.h"

namespace penchant {

namespace {

std::vector<Block> one_after_the_other(std::vector<Block> blocks) {
  Index offset = 0;
  for (Block& block : blocks) {
    block.offset = offset;
    offset += block.size;
  }
  return blocks;
}

std::vector<Block> blocks_of(const Linear&, Index features) { return {{"beta", features}}; }
std::vector<Block> blocks_of(const WeightNormalised&, Index features) { return {{"r", 1}, {"v", features}}; }
std::vector<Block> blocks_of(const Diagonal& spec, Index features) {
  std::vector<Block> out;
  for (std::string& name : diagonal_block_names(spec)) out.push_back({std::move(name), features});
  return out;
}

std::unique_ptr<Model> make(const Linear&, MapPtr features) { return std::make_unique<LinearModel>(std::move(features)); }
std::unique_ptr<Model> make(const Diagonal& spec, MapPtr features) {
  return std::make_unique<DiagonalModel>(spec, std::move(features));
}
std::unique_ptr<Model> make(const WeightNormalised& spec, MapPtr features) {
  return std::make_unique<WeightNormalisedModel>(spec, std::move(features));
}

}  // namespace

std::vector<Block> model_blocks(const ModelSpec& spec, Index features) {
  return one_after_the_other(std::visit([&](const auto& s) { return blocks_of(s, features); }, spec));
}

std::unique_ptr<Model> make_model(const ModelSpec& spec, MapPtr features) {
  return std::visit([&](const auto& s) { return make(s, std::move(features)); }, spec);
}

}  // namespace penchant
