#include "penchant/models/spec.h"

#include "penchant/models/fields.h"

namespace penchant {

ModelSpec model_from(const Value& table, const Where& where) { return read_family<ModelSpec>(table, where); }

Value to_value(const ModelSpec& model) { return write_family(model); }

InitSpec init_from(const Value& table, const Where& where) {
  const InitSpec init = read_table<InitSpec>(table, where);
  if (init.seed)
    where.key("seed", *table.find("seed")).fail("no start of these models is random: scale and shape, or factors, say all of it");
  if (init.factors.empty()) return init;
  for (const char* key : {"scale", "shape", "exponents"})
    if (const Value* value = table.find(key))
      where.key(key, *value).fail("the entries come from init.factors; give one of the two");
  return init;
}

Value to_value(const InitSpec& init) {
  Value out = write_table(init);
  if (init.shape.empty()) out.erase("shape");
  if (init.exponents.empty()) out.erase("exponents");
  if (init.factors.empty()) out.erase("factors");
  return out;
}

}  // namespace penchant
