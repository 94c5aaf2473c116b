// Phrases of a sweep's report: its axes, its counts and what its slopes say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "penchant/core/value.h"
#include "penchant/lab/sweep_slopes.h"

namespace penchant {

std::string seconds_text(double seconds);                                            // in s, min or h
// "25 values, logarithmic from 1e-6 to 1", from the axis as it was written.
std::string values_words(const Value& axis);
// What theory says of the slope and what the sweep shows of it, for somebody who meets the law for the first time.
std::string slope_words(const SlopeVerdict& v);

}  // namespace penchant
