// A data transform to and from a record, for `apply`.
#pragma once

#include "penchant/core/value.h"
#include "penchant/data/dataset.h"

namespace penchant {

Value transform_value(const Transform& transform);
// Throws InvalidInput naming `where` for anything that transform_value did not write.
Transform transform_from(const Value& value, const std::string& where);

}  // namespace penchant
