#include "spec_keys.h"

#include <set>

#include "penchant/core/text.h"
#include "penchant/data/spec.h"
#include "penchant/dynamics/fields.h"
#include "penchant/losses/fields.h"
#include "penchant/models/fields.h"

namespace penchant::app {

namespace {

template <class Family>
void add_family(std::set<std::string>& out, const std::string& table) {
  for (const auto& [kind, keys] : family_vocabulary<Family>()) {
    out.insert(cat(table, ".kind=", kind));
    for (const std::string& key : keys) out.insert(cat(table, ".", key, "="));
  }
}

void add_keys(std::set<std::string>& out, const std::string& table, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) out.insert(cat(table, ".", key, "="));
}

}  // namespace

std::vector<std::string> spec_keys() {
  std::set<std::string> out;
  add_keys(out, "data", data_keys());
  add_family<ModelSpec>(out, "model");
  add_keys(out, "init", field_names<InitSpec>());
  out.erase("init.seed=");  // read only to be refused: no start of these models is random
  add_family<LossSpec>(out, "loss");
  add_family<Dynamics>(out, "dynamics");
  add_keys(out, "stop", field_names<StopSpec>());
  return {out.begin(), out.end()};
}

}  // namespace penchant::app
