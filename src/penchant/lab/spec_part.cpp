#include "penchant/lab/spec_part.h"

#include "penchant/core/hash.h"
#include "penchant/core/json.h"
#include "penchant/core/random.h"

namespace penchant {

namespace {

// Base seed and purpose give each part a seed of its own; one that is written in the spec stays.
void derive_seed(std::optional<std::uint64_t>& seed, std::uint64_t base, std::string_view purpose) {
  if (!seed) seed = uniform_index(RandomKey(base, purpose), 0, 0, 0, std::uint64_t{1} << 53);
}

SpecPart read_part(std::string_view table, const Value& given, const Where& where) {
  if (table == "data") return data_from(given, where);
  if (table == "model") return model_from(given, where);
  if (table == "init") return given.is_null() ? InitSpec{} : init_from(given, where);
  if (table == "loss") return loss_from(given, where);
  if (table == "dynamics") return dynamics_from(given, where);
  if (table == "stop") return given.is_null() ? StopSpec{} : stop_from(given, where);
  PENCHANT_CHECK(table == "limit");
  return limit_from(given, where);
}

struct DeriveSeed {
  std::uint64_t base;
  void operator()(DataSpec& data) const { derive_seed(data.seed, base, "data"); }
  void operator()(Dynamics& dynamics) const {
    std::visit(
        [&](auto& d) {
          if constexpr (requires { d.seed; }) derive_seed(d.seed, base, "dynamics");
        },
        dynamics);
  }
  void operator()(const auto&) const {}
};

struct Assign {
  Experiment& experiment;
  void operator()(const DataSpec& part) const { experiment.data = part; }
  void operator()(const ModelSpec& part) const { experiment.model = part; }
  void operator()(const InitSpec& part) const { experiment.init = part; }
  void operator()(const LossSpec& part) const { experiment.loss = part; }
  void operator()(const Dynamics& part) const { experiment.dynamics = part; }
  void operator()(const StopSpec& part) const { experiment.stop = part; }
  void operator()(const LimitSpec& part) const { experiment.limit = part; }
};

}  // namespace

const std::vector<std::string>& identity_tables(bool limit) {
  static const std::vector<std::string> training = {"data", "model", "init", "loss", "dynamics", "stop"},
                                        solving = {"data", "limit"};
  return limit ? solving : training;
}

ResolvedPart resolve_part(std::string_view table, const Value& given, const Where& where, std::uint64_t base_seed) {
  if (given.is_null() && table != "init" && table != "stop") where.fail(cat("[", table, "] is missing"));
  ResolvedPart out{read_part(table, given, given.is_null() ? where : where.key(table, given)), {}, {}};
  std::visit(DeriveSeed{base_seed}, out.part);
  out.value = std::visit([](const auto& part) { return to_value(part); }, out.part);
  out.json = to_json(out.value, -1);
  return out;
}

void assign(Experiment& experiment, const SpecPart& part) { std::visit(Assign{experiment}, part); }

std::string identity_hash(const std::vector<std::pair<std::string_view, std::string_view>>& tables) {
  std::string json = "{";
  for (const auto& [table, text] : tables) {
    if (json.size() > 1) json += ',';
    json += '"';
    json += table;
    json += "\":";
    json += text;
  }
  json += '}';
  return content_hash(json);
}

}  // namespace penchant
