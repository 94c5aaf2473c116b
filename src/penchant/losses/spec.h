// Losses: descriptions. Sum over samples by default; "mean" divides value and gradient by n.
#pragma once

#include <variant>

#include "penchant/core/fields.h"

namespace penchant {

enum class Reduction { sum, mean };

struct Squared {  // ½ (f - y)^2
  Reduction reduction = Reduction::sum;
};
struct LogCosh {  // log cosh (f - y)
  Reduction reduction = Reduction::sum;
};
struct Exponential {  // exp(-y f), y = ±1
  Reduction reduction = Reduction::sum;
};
struct Logistic {  // log(1 + exp(-y f)), y = ±1
  Reduction reduction = Reduction::sum;
};

using LossSpec = std::variant<Squared, LogCosh, Exponential, Logistic>;

LossSpec loss_from(const Value& table, const Where& where);
Value to_value(const LossSpec& loss);
bool is_classification_loss(const LossSpec& loss);
Reduction reduction(const LossSpec& loss);

}  // namespace penchant
