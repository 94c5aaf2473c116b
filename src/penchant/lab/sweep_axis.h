// One axis of a sweep, as it is written.
#pragma once

#include "penchant/core/fields.h"
#include "penchant/lab/sweep_spec.h"

namespace penchant {

// An entry of [sweep]: a list, { range }, { linear } or { log }; a table of entries ("[sweep.init] scale = …")
// gives an axis for each.
std::vector<SweepAxis> axes_from(const std::string& key, const Value& value, const Where& where);
// --sweep key=a,b,c or --sweep 'key={ log = [1e-6, 1, 25] }'.
SweepAxis axis_from_flag(const std::string& text);

bool same_values(const SweepAxis& a, const SweepAxis& b);
std::string describe(const SweepAxis& axis);      // for messages: "3 values from 1 to 100"
Value values_value(const SweepAxis& axis);        // the list, or the table { log = […] }

}  // namespace penchant
