// One table of a spec on its own, so that a sweep reads again only what an axis touches.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "penchant/lab/experiment.h"

namespace penchant {

using SpecPart = std::variant<DataSpec, ModelSpec, InitSpec, LossSpec, Dynamics, StopSpec, LimitSpec>;

struct ResolvedPart {
  SpecPart part;
  Value value;       // every default and the derived seed filled in
  std::string json;  // of value, on one line
};

// Tables that are part of the identity, in its order; `limit`: of a problem with no training story.
const std::vector<std::string>& identity_tables(bool limit);

// `given` as in the spec, null for an absent table that has defaults (init, stop).
// Seeds that are not written derive from `base_seed` by name.
// Throws InvalidInput for an unknown key, a missing table, a wrong value.
ResolvedPart resolve_part(std::string_view table, const Value& given, const Where& where, std::uint64_t base_seed);

void assign(Experiment& experiment, const SpecPart& part);

// Experiment::hash from the tables' JSON, in the order of identity_tables.
std::string identity_hash(const std::vector<std::pair<std::string_view, std::string_view>>& tables);

}  // namespace penchant
