#include "penchant/limits/limit.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "penchant/core/file.h"
#include "penchant/core/npy.h"

namespace penchant {

template <>
struct Fields<LimitSpec> {
  static constexpr auto table = std::make_tuple(
      Field{"kind", &LimitSpec::kind,
            "min_distance, bregman_projection, min_l1, max_margin, penalised, explicit_distance or min_lp"},
      Field{"potential", &LimitSpec::potential, "potential of the projection"},
      Field{"scale", &LimitSpec::scale, "start of each factor (diagonal) or of each coordinate (entropy, burg)",
            is_positive_if_given, "a number > 0"},
      Field{"c", &LimitSpec::c, "constant of hypentropy", is_positive_if_given, "a number > 0"},
      Field{"p", &LimitSpec::p, "exponent of p_norm and squared_p_norm (> 1), and of min_lp (< 1)", is_positive_if_given,
            "a number > 0"},
      Field{"depth", &LimitSpec::depth, "number of factors of a diagonal network",
            [](const std::optional<int>& n) { return !n || *n >= 2; }, "an integer >= 2"},
      Field{"k", &LimitSpec::k, "quadratic: file with the symmetric positive definite matrix K (.npy, or numbers as text)"},
      Field{"weights", &LimitSpec::weights, "min_l1, penalised l1: price of each coordinate's positive part"},
      Field{"negative_weights", &LimitSpec::negative_weights, "min_l1: price of the negative parts, weights if absent"},
      Field{"origin", &LimitSpec::origin, "start the distance is measured from"},
      Field{"positive", &LimitSpec::positive, "coordinates are at least 0"},
      Field{"delta", &LimitSpec::delta, "min_l1: largest residual allowed", is_non_negative, "a number >= 0"},
      Field{"intercept", &LimitSpec::intercept, "max_margin: none or free",
            [](const std::string& s) { return s == "none" || s == "free"; }, "none or free"},
      Field{"norm", &LimitSpec::norm, "penalised: the penalty, l2 (½‖β‖²) or l1 (‖β‖₁)",
            [](const std::string& s) { return s.empty() || s == "l2" || s == "l1"; }, "l2 or l1"},
      Field{"lambda", &LimitSpec::lambda, "penalised: the price of the penalty", is_positive_if_given, "a number > 0"});
};

namespace {

using Names = std::vector<std::string>;

struct Vocabulary {
  const char* name;
  Names keys;
};

const std::vector<Vocabulary>& kinds() {
  static const std::vector<Vocabulary> table = {
      {"min_distance", {"origin"}},
      {"bregman_projection", {"potential", "scale", "c", "p", "depth", "k", "origin", "positive"}},
      {"min_l1", {"weights", "negative_weights", "positive", "delta"}},
      {"max_margin", {"intercept"}},
      {"penalised", {"norm", "lambda", "weights", "origin"}},
      {"explicit_distance", {"depth", "scale", "positive"}},
      {"min_lp", {"p", "weights"}}};
  return table;
}

const std::vector<Vocabulary>& penalties() {
  static const std::vector<Vocabulary> table = {{"l2", {"lambda", "origin"}}, {"l1", {"lambda", "weights"}}};
  return table;
}

const std::vector<Vocabulary>& potentials() {
  static const std::vector<Vocabulary> table = {{"euclidean", {"origin"}},
                                                {"entropy", {"scale", "origin"}},
                                                {"hypentropy", {"c", "origin"}},
                                                {"p_norm", {"p", "origin"}},
                                                {"squared_p_norm", {"p", "origin"}},
                                                {"burg", {"scale", "origin"}},
                                                {"quadratic", {"k", "origin"}},
                                                {"diagonal", {"depth", "scale", "positive"}}};
  return table;
}

Names names_of(const std::vector<Vocabulary>& table) {
  Names names;
  for (const Vocabulary& row : table) names.emplace_back(row.name);
  return names;
}

const Vocabulary* find(const std::vector<Vocabulary>& table, const std::string& name) {
  const auto at = std::find_if(table.begin(), table.end(), [&](const Vocabulary& row) { return row.name == name; });
  return at == table.end() ? nullptr : &*at;
}

bool contains(const Names& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); }

// Keys that are set; a key at its default counts as absent.
Names given_keys(const LimitSpec& spec) {
  Names keys;
  const auto add = [&](bool given, const char* key) {
    if (given) keys.emplace_back(key);
  };
  add(!spec.potential.empty(), "potential");
  add(spec.scale.has_value(), "scale");
  add(spec.c.has_value(), "c");
  add(spec.p.has_value(), "p");
  add(spec.depth.has_value(), "depth");
  add(!spec.k.empty(), "k");
  add(!spec.weights.empty(), "weights");
  add(!spec.negative_weights.empty(), "negative_weights");
  add(!spec.origin.empty(), "origin");
  add(spec.positive, "positive");
  add(spec.delta != 0.0, "delta");
  add(spec.intercept != "none", "intercept");
  add(!spec.norm.empty(), "norm");
  add(spec.lambda.has_value(), "lambda");
  return keys;
}

// The sentence that refuses `key`, empty if `row` reads it.
std::string refusal(const Vocabulary& row, const std::vector<Vocabulary>& table, const char* what, const std::string& key) {
  if (contains(row.keys, key)) return {};
  Names owners;
  for (const Vocabulary& other : table)
    if (contains(other.keys, key)) owners.emplace_back(other.name);
  return cat(what, " \"", row.name, "\" does not read the key ", key, "; ", join(owners, ", "),
             owners.size() == 1 ? " does" : " do");
}

// Empty if every given key is read by somebody.
std::string unread_key(const LimitSpec& spec, const Names& keys) {
  const Vocabulary& kind = *find(kinds(), spec.kind);
  for (const std::string& key : keys)
    if (std::string text = refusal(kind, kinds(), "kind", key); !text.empty()) return text;
  const auto second = [&](const char* what, const std::string& name, const std::vector<Vocabulary>& table) {
    for (const std::string& key : keys) {
      if (key == what) continue;
      if (std::string text = refusal(*find(table, name), table, what, key); !text.empty()) return text;
    }
    return std::string();
  };
  if (spec.kind == "bregman_projection") return second("potential", spec.potential, potentials());
  if (spec.kind == "penalised") return second("norm", spec.norm, penalties());
  return {};
}

std::string missing_key(const LimitSpec& spec) {
  if (spec.kind == "penalised") return spec.lambda ? std::string() : "kind \"penalised\" needs the key lambda, a number > 0";
  if (spec.kind == "explicit_distance") {
    if (spec.positive && spec.depth.value_or(2) > 2) return "kind \"explicit_distance\" takes positive = true at depth 2 only";
    return spec.scale ? std::string() : "kind \"explicit_distance\" needs the key scale, the start of each factor, > 0";
  }
  if (spec.kind == "min_lp") {
    if (spec.p == 1.0) return "p = 1 is the kind \"min_l1\", which has a certificate of its own";
    return spec.p && *spec.p < 1.0 ? std::string() : "kind \"min_lp\" needs the key p, a number in (0, 1)";
  }
  if (spec.kind != "bregman_projection") return {};
  if (spec.p && !(*spec.p > 1.0)) return cat("potential \"", spec.potential, "\" needs p, a number > 1");
  const auto need = [&](bool given, const char* key, const char* expected) {
    return given ? std::string() : cat("potential \"", spec.potential, "\" needs the key ", key, ", ", expected);
  };
  if (spec.potential == "hypentropy") return need(spec.c.has_value(), "c", "a number > 0");
  if (spec.potential == "p_norm" || spec.potential == "squared_p_norm") return need(spec.p.has_value(), "p", "a number > 1");
  if (spec.potential == "quadratic") return need(!spec.k.empty(), "k", "a file with the matrix K");
  if (spec.potential == "diagonal") return need(spec.scale.has_value(), "scale", "the start of each factor, > 0");
  if (spec.potential == "entropy" || spec.potential == "burg") {
    if (spec.scale && !spec.origin.empty()) return cat("potential \"", spec.potential, "\" takes scale or origin, not both");
    return need(spec.scale.has_value() || !spec.origin.empty(), "scale", "the start of each coordinate, > 0 (or origin)");
  }
  return {};
}

[[noreturn]] void refuse(const std::string& text) { throw InvalidInput(cat("limit: ", text)); }

void check_names(const LimitSpec& spec) {
  if (!find(kinds(), spec.kind)) refuse(cat("unknown kind \"", spec.kind, "\"", suggestion(spec.kind, names_of(kinds()))));
  if (spec.kind == "bregman_projection" && !find(potentials(), spec.potential)) {
    if (spec.potential.empty()) refuse(cat("bregman_projection needs a potential; known: ", join(names_of(potentials()), ", ")));
    refuse(cat("unknown potential \"", spec.potential, "\"", suggestion(spec.potential, names_of(potentials()))));
  }
  if (spec.kind == "penalised" && !find(penalties(), spec.norm)) refuse("penalised needs a norm, l2 or l1");
}

void check_keys(const LimitSpec& spec) {
  check_names(spec);
  if (const std::string text = unread_key(spec, given_keys(spec)); !text.empty()) refuse(text);
  if (const std::string text = missing_key(spec); !text.empty()) refuse(text);
}

Vector sized(const std::vector<double>& values, Index size, const char* key) {
  if (values.empty()) return {};
  if (Index(values.size()) != size) refuse(cat(key, " has ", Index(values.size()), " entries, the data have ", size, " features"));
  return Eigen::Map<const Vector>(values.data(), size);
}

void require_positive(const Vector& v, const char* key) {
  for (Index j = 0; j < v.size(); ++j)
    if (!(v[j] > 0.0) || !std::isfinite(v[j])) refuse(cat(key, "[", j, "] is ", v[j], ", expected a number > 0"));
}

Matrix from_csv(std::string_view text, const std::string& path) {
  std::vector<std::vector<double>> rows;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    std::vector<double> row;
    while (at < end && *at != '\n') {
      while (at < end && (*at == ' ' || *at == ',' || *at == '\r' || *at == '\t')) ++at;
      if (at == end || *at == '\n') break;
      const auto [next, error] = std::from_chars(at, end, row.emplace_back());
      if (error != std::errc()) refuse(cat("k: ", path, " line ", rows.size() + 1, " has a cell that is not a number"));
      at = next;
    }
    if (at < end) ++at;
    if (!row.empty()) rows.push_back(std::move(row));
  }
  Matrix k(Index(rows.size()), rows.empty() ? 0 : Index(rows[0].size()));
  for (Index i = 0; i < k.rows(); ++i) {
    if (Index(rows[i].size()) != k.cols())
      refuse(cat("k: ", path, " line ", i + 1, " has ", Index(rows[i].size()), " cells, line 1 has ", k.cols()));
    for (Index j = 0; j < k.cols(); ++j) k(i, j) = rows[i][j];
  }
  return k;
}

constexpr std::uint64_t kMatrixBytes = std::uint64_t{1} << 31;

Matrix read_matrix(const std::string& path) {
  const std::string bytes = read_file(path, kMatrixBytes);
  return path.ends_with(".npy") ? from_npy(bytes, path) : from_csv(bytes, path);
}

Potential diagonal(const LimitSpec& spec, Index features) {
  const int depth = spec.depth.value_or(2);
  const double log_scale = std::log(*spec.scale);
  if (depth == 2) {
    if (spec.positive) return Entropy{};
    return Hypentropy{std::log(2.0) + 2.0 * log_scale};
  }
  const Vector start = Vector::Constant(features, log_scale);
  return DeepDiagonal{depth, start, spec.positive ? Vector() : start};
}

Potential potential_of(const LimitSpec& spec, Index features, const std::string& folder) {
  if (spec.potential == "euclidean") return Euclidean{};
  if (spec.potential == "entropy") return Entropy{};
  if (spec.potential == "hypentropy") return Hypentropy{std::log(*spec.c)};
  if (spec.potential == "p_norm") return PNorm{*spec.p};
  if (spec.potential == "squared_p_norm") return SquaredPNorm{*spec.p};
  if (spec.potential == "burg") return Burg{};
  if (spec.potential == "diagonal") return diagonal(spec, features);
  const Matrix k = read_matrix(spec.k.front() == '/' ? spec.k : cat(folder, "/", spec.k));
  if (k.rows() != features || k.cols() != features)
    refuse(cat("k: ", spec.k, " is ", k.rows(), " x ", k.cols(), ", the data need ", features, " x ", features));
  return Quadratic{k};
}

SignedLog origin_of(const LimitSpec& spec, Index features) {
  const bool needs_positive = spec.potential == "entropy" || spec.potential == "burg";
  if (spec.scale && needs_positive) return SignedLog::constant(features, std::log(*spec.scale));
  if (spec.potential == "diagonal" && spec.depth.value_or(2) == 2 && spec.positive)
    return SignedLog::constant(features, 2.0 * std::log(*spec.scale));
  const Vector origin = sized(spec.origin, features, "origin");
  if (needs_positive) require_positive(origin, "origin");
  return origin.size() == 0 ? SignedLog{} : SignedLog::from(origin);
}

MinL1 min_l1(const LimitSpec& spec, MapPtr x, const Vector& y) {
  MinL1 limit{x, y, sized(spec.weights, x->cols(), "weights"), sized(spec.negative_weights, x->cols(), "negative_weights"),
              spec.positive, spec.delta};
  require_positive(limit.weights, "weights");
  require_positive(limit.negative_weights, "negative_weights");
  if (spec.positive && limit.negative_weights.size() > 0) refuse("negative_weights mean nothing when positive = true");
  return limit;
}

MaxMargin max_margin(const LimitSpec& spec, MapPtr x, const Vector& y) {
  for (Index i = 0; i < y.size(); ++i)
    if (y[i] != 1.0 && y[i] != -1.0) refuse(cat("max_margin needs targets of 1 and -1, y[", i, "] is ", y[i]));
  return {std::move(x), y, spec.intercept == "free" ? Intercept::free : Intercept::none};
}

Penalised penalised(const LimitSpec& spec, MapPtr x, const Vector& y) {
  Penalised limit{x, y, spec.norm == "l1" ? Penalty::l1 : Penalty::l2, *spec.lambda, sized(spec.weights, x->cols(), "weights"),
                  sized(spec.origin, x->cols(), "origin")};
  require_positive(limit.weights, "weights");
  return limit;
}

MinLp min_lp(const LimitSpec& spec, MapPtr x, const Vector& y) {
  MinLp limit{x, y, *spec.p, sized(spec.weights, x->cols(), "weights")};
  require_positive(limit.weights, "weights");
  return limit;
}

}  // namespace

std::string_view kind_of(const Limit& limit) {
  constexpr std::string_view names[] = {"min_distance", "bregman_projection", "min_l1", "max_margin",
                                        "penalised",    "explicit_distance",  "min_lp"};
  static_assert(std::variant_size_v<Limit> == std::size(names));
  return names[limit.index()];
}

LimitSpec limit_from(const Value& table, const Where& where) {
  if (table.as_object() && !table.find("kind")) where.fail(cat("kind is missing; known: ", join(names_of(kinds()), ", ")));
  LimitSpec spec = read_table<LimitSpec>(table, where);
  const auto known = [&](const char* key, const std::vector<Vocabulary>& rows, const std::string& name) {
    if (!find(rows, name)) where.key(key, *table.find(key)).unknown(key, name, names_of(rows));
  };
  known("kind", kinds(), spec.kind);
  if (spec.kind == "bregman_projection") {
    if (!table.find("potential")) where.fail(cat("potential is missing; known: ", join(names_of(potentials()), ", ")));
    known("potential", potentials(), spec.potential);
  }
  if (spec.kind == "penalised" && spec.norm.empty()) where.fail("norm is missing; known: l2, l1");
  Names keys;
  for (const auto& [key, value] : *table.as_object())
    if (key != "kind") keys.push_back(key);
  if (const std::string text = unread_key(spec, keys); !text.empty()) where.fail(text);
  if (const std::string text = missing_key(spec); !text.empty()) where.fail(text);
  return spec;
}

Value to_value(const LimitSpec& spec) {
  Value out = Value::object({{"kind", spec.kind}});
  const Value all = write_table(spec);
  for (const std::string& key : given_keys(spec)) out.set(key, *all.find(key));
  return out;
}

Limit make_limit(const LimitSpec& spec, MapPtr x, const Vector& y, const std::string& folder) {
  check_keys(spec);
  if (x->rows() != y.size()) refuse(cat("X has ", x->rows(), " rows, y has ", y.size(), " entries"));
  const Index features = x->cols();
  if (spec.kind == "min_distance") return MinDistance{x, y, sized(spec.origin, features, "origin")};
  if (spec.kind == "min_l1") return min_l1(spec, x, y);
  if (spec.kind == "max_margin") return max_margin(spec, x, y);
  if (spec.kind == "penalised") return penalised(spec, x, y);
  if (spec.kind == "explicit_distance") return ExplicitDistance{x, y, spec.depth.value_or(2), std::log(*spec.scale), spec.positive};
  if (spec.kind == "min_lp") return min_lp(spec, x, y);
  return BregmanProjection{x, y, potential_of(spec, features, folder), origin_of(spec, features)};
}

}  // namespace penchant
