// A margin problem with a free intercept does not feel where the origin lies; its arithmetic does.
#pragma once

#include <optional>

#include "penchant/limits/certificate.h"

namespace penchant {

// The same samples with an offset taken off each feature: w and margins stay, b' = b + ⟨w, offset⟩.
struct CentredMargin {
  MaxMargin limit;
  Vector offset;  // (d)

  double intercept_here(const Solution& point) const;       // b' of a point of the original data
  double intercept_there(const Solution& centred) const;    // b of one of these
};

// Takes off the middle of every feature whose values lie within a factor of 2 of one another: those differences are exact in double
// (Sterbenz), and margins of what differs are no longer lost in what does not. Empty where there is no such feature, or b = 0.
std::optional<CentredMargin> centred_margin(const MaxMargin& limit);

}  // namespace penchant
