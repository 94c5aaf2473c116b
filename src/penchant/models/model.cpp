#include "penchant/models/model.h"

#include "penchant/models/diagonal.h"
#include "penchant/models/linear.h"

namespace penchant {

namespace {

std::vector<std::string> block_names(const Linear&) { return {"beta"}; }
std::vector<std::string> block_names(const Diagonal& spec) { return diagonal_block_names(spec); }

std::unique_ptr<Model> make(const Linear&, MapPtr features) { return std::make_unique<LinearModel>(std::move(features)); }
std::unique_ptr<Model> make(const Diagonal& spec, MapPtr features) { return std::make_unique<DiagonalModel>(spec, std::move(features)); }

}  // namespace

std::vector<Block> model_blocks(const ModelSpec& spec, Index features) {
  std::vector<Block> out;
  for (std::string& name : std::visit([](const auto& s) { return block_names(s); }, spec))
    out.push_back({std::move(name), features, features * static_cast<Index>(out.size())});
  return out;
}

std::unique_ptr<Model> make_model(const ModelSpec& spec, MapPtr features) {
  return std::visit([&](const auto& s) { return make(s, std::move(features)); }, spec);
}

}  // namespace penchant
