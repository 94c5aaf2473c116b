#include "penchant/losses/spec.h"

#include "penchant/losses/fields.h"

namespace penchant {

LossSpec loss_from(const Value& table, const Where& where) { return read_family<LossSpec>(table, where); }

Value to_value(const LossSpec& loss) { return write_family(loss); }

bool is_classification_loss(const LossSpec& loss) {
  return std::holds_alternative<Exponential>(loss) || std::holds_alternative<Logistic>(loss);
}

Reduction reduction(const LossSpec& loss) {
  return std::visit([](const auto& l) { return l.reduction; }, loss);
}

}  // namespace penchant
