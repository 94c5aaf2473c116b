#include "penchant/data/spec.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace penchant {

namespace {

bool is_fraction(const double& x) { return x > 0.0 && x < 1.0; }
bool is_degree(const int& x) { return x >= 1 && x <= 20; }
bool is_size(const int& x) { return x >= 1; }
bool is_count(const std::optional<int>& x) { return !x || *x >= 1; }
bool is_fold_count(const std::optional<int>& x) { return !x || *x >= 2; }
bool is_law(const std::string& text) { return text == "equal" || text == "normal"; }
bool is_rows(const std::string& text) { return row_range(text, std::numeric_limits<long>::max()).has_value(); }

}  // namespace

template <>
struct Fields<DataSpec> {
  static constexpr auto table = std::make_tuple(
      Field{"generate", &DataSpec::generate, "generator: sparse_regression, gaussian_regression or separable"},
      Field{"file", &DataSpec::file, "table with features and target: .csv, .npy or .svm"},
      Field{"target", &DataSpec::target, "name of the target column of `file`"}, Field{"x", &DataSpec::x, "file of features"},
      Field{"y", &DataSpec::y, "file of targets, one column"},
      Field{"rows", &DataSpec::rows, "half-open range of rows, taken first", is_rows,
            "rows as \"0:40\" (half open, counted from 0)"},
      Field{"polynomial", &DataSpec::polynomial, "total degree of the monomials", is_degree, "an integer from 1 to 20"},
      Field{"standardise", &DataSpec::standardise, "features to mean 0 and standard deviation 1"},
      Field{"centre_target", &DataSpec::centre_target, "subtract the mean of the targets"},
      Field{"intercept", &DataSpec::intercept, "append a constant feature 1"},
      Field{"folds", &DataSpec::folds, "folds of a cross-validation", is_fold_count, "an integer >= 2"},
      Field{"held_out", &DataSpec::held_out, "this fold, counted from 0, is not trained on but is the test part",
            [](const std::optional<int>& x) { return !x || *x >= 0; }, "an integer >= 0"},
      Field{"max_bytes", &DataSpec::max_bytes, "largest file, and largest feature matrix in memory"},
      Field{"samples", &DataSpec::samples, "generated samples", is_size, "an integer >= 1"},
      Field{"features", &DataSpec::features, "generated features", is_size, "an integer >= 1"},
      Field{"nonzeros", &DataSpec::nonzeros, "non-zero entries of the planted vector", is_count, "an integer >= 1"},
      Field{"value", &DataSpec::value, "size of a planted non-zero, default 1/sqrt(nonzeros)", is_positive_if_given,
            "a number > 0"},
      Field{"law", &DataSpec::law, "law of the planted non-zeros: equal or normal", is_law, "\"equal\" or \"normal\""},
      Field{"positive", &DataSpec::positive, "planted non-zeros without their signs"},
      Field{"decay", &DataSpec::decay, "the k-th planted non-zero is multiplied by k^-decay", is_non_negative, "a number >= 0"},
      Field{"noise_variance", &DataSpec::noise_variance, "variance of the noise on the targets", is_non_negative, "a number >= 0"},
      Field{"margin", &DataSpec::margin, "planted margin, default 1", is_positive_if_given, "a number > 0"},
      Field{"seed", &DataSpec::seed, "seed of everything random about the data, default 0"});
};

namespace {

const std::vector<std::string> kGenerators = {"sparse_regression", "gaussian_regression", "separable"};

// Keys that take more than one type are read by hand.
std::vector<std::string> hand_read_keys() { return {"classes", "test"}; }

struct Source {
  std::string name;                   // as a message calls it
  std::vector<std::string> required;
  std::vector<std::string> optional;  // besides those of every source
};

const std::vector<std::string> kSharedKeys = {"polynomial", "standardise", "centre_target", "intercept", "test",
                                              "folds",      "held_out",    "max_bytes",     "seed"};

Source source_of(const DataSpec& data) {
  if (!data.file.empty()) {
    // A .svm file says itself which column the labels are.
    const bool needs_target = !data.file.ends_with(".svm");
    return {"file", needs_target ? std::vector<std::string>{"file", "target"} : std::vector<std::string>{"file"},
            {"target", "rows", "classes"}};
  }
  if (!data.x.empty() || !data.y.empty()) return {"x and y", {"x", "y"}, {"rows", "classes"}};
  Source source{cat("generate = \"", data.generate, "\""), {"generate", "samples", "features"}, {}};
  if (data.generate == "sparse_regression") {
    source.required.emplace_back("nonzeros");
    source.optional = {"value", "law", "positive", "decay", "noise_variance"};
  } else if (data.generate == "gaussian_regression") {
    source.optional = {"noise_variance"};
  } else {
    source.optional = {"margin"};
  }
  return source;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool reads(const Source& source, std::string_view key) {
  return contains(source.required, key) || contains(source.optional, key) || contains(kSharedKeys, key);
}

void require_one_source(const Value& table, const DataSpec& data, const Where& where) {
  std::vector<std::string> given;
  for (const char* key : {"file", "x", "generate"})
    if (table.find(key) || (std::string_view(key) == "x" && table.find("y"))) given.emplace_back(key);
  const std::string expected = "one of `file` with `target`, `x` with `y`, or `generate`";
  if (given.empty()) where.fail(cat("no source of data, expected ", expected));
  if (given.size() > 1) where.fail(cat("two sources, ", given[0], " and ", given[1], "; expected ", expected));
  for (const char* key : {"file", "target", "x", "y", "generate"}) {
    const Value* value = table.find(key);
    if (value && value->as_string() && value->as_string()->empty()) where.key(key, *value).fail("is empty");
  }
  if (!data.generate.empty() && !contains(kGenerators, data.generate))
    where.key("generate", *table.find("generate")).unknown("generator", data.generate, kGenerators);
}

void require_keys(const Value& table, const Source& source, const Where& where) {
  for (const std::string& key : source.required)
    if (!table.find(key)) where.fail(cat(key, " is missing; data from ", source.name, " need ", join(source.required, ", ")));
  for (const auto& [key, value] : *table.as_object())
    if (!reads(source, key)) where.key(key, value).fail(cat("is not read with data from ", source.name));
}

std::string label_text(const Value& value, const Where& where) {
  if (value.as_string() && !value.as_string()->empty()) return *value.as_string();
  if (!value.is_number()) where.fail(value, "a label (text or a number)");
  return value.as_integer() ? std::to_string(*value.as_integer()) : number_text(value.number());
}

// ["a", "b"] is short for [["a"], ["b"]].
std::vector<std::vector<std::string>> read_classes(const Value& value, const Where& where) {
  const auto* groups = value.as_list();
  constexpr std::string_view kExpected = "two groups of labels, as [\"a\", \"b\"], [\"a\", \"rest\"] or [[\"a\"], [\"b\", \"c\"]]";
  if (!groups || groups->size() != 2) where.fail(value, kExpected);
  std::vector<std::vector<std::string>> out(2);
  std::vector<std::string> seen;
  for (std::size_t g = 0; g < 2; ++g) {
    const Value& group = (*groups)[g];
    if (group.as_list() && group.as_list()->empty()) where.fail(value, kExpected);
    const Value::List alone = {group};
    for (const Value& label : group.as_list() ? *group.as_list() : alone) {
      std::string text = label_text(label, where.key(std::to_string(g), label));
      if (contains(seen, text)) where.fail(cat("label ", in_quotes(text), " is given twice"));
      out[g].push_back(seen.emplace_back(std::move(text)));
    }
    if (out[g].size() > 1 && contains(out[g], "rest"))
      where.fail("\"rest\" stands for all other labels, so it must be alone in its group");
  }
  return out;
}

void read_test(const Value& value, DataSpec& data, const Source& source, const Where& where) {
  if (const std::string* file = value.as_string()) {
    if (file->empty()) where.fail("is empty");
    if (source.name != "file") where.fail(cat("a test file goes with `file`; with ", source.name, " give a fraction of the rows"));
    data.test_file = *file;
    return;
  }
  if (!value.is_number() || !is_fraction(value.number())) where.fail(value, "a fraction between 0 and 1 or a file");
  data.test_fraction = value.number();
}

std::optional<long> parse_bound(std::string_view text) {
  long bound = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), bound);
  const bool whole = code == std::errc() && end == text.data() + text.size() && text[0] != '-';
  return whole ? std::optional(bound) : std::nullopt;
}

}  // namespace

std::optional<std::pair<long, long>> row_range(std::string_view rows, long n) {
  const std::size_t colon = rows.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view first = rows.substr(0, colon), last = rows.substr(colon + 1);
  const std::optional<long> begin = first.empty() ? 0 : parse_bound(first);
  const std::optional<long> end = last.empty() ? n : parse_bound(last);
  if (!begin || !end || *begin >= *end || *end > n) return std::nullopt;
  return std::pair{*begin, *end};
}

bool uses_seed(const DataSpec& data) { return !data.generate.empty() || data.test_fraction || data.folds; }

std::vector<std::string> data_keys() {
  std::vector<std::string> keys = field_names<DataSpec>();
  for (std::string& key : hand_read_keys()) keys.push_back(std::move(key));
  return keys;
}

DataSpec data_from(const Value& table, const Where& where) {
  DataSpec data = read_table<DataSpec>(table, where, hand_read_keys());
  require_one_source(table, data, where);
  const Source source = source_of(data);
  require_keys(table, source, where);
  if (const Value* classes = table.find("classes")) data.classes = read_classes(*classes, where.key("classes", *classes));
  if (const Value* test = table.find("test")) read_test(*test, data, source, where.key("test", *test));
  if (const Value* nonzeros = table.find("nonzeros"); nonzeros && *data.nonzeros > data.features)
    where.key("nonzeros", *nonzeros).fail(*nonzeros, cat("at most features = ", data.features));
  if (const Value* samples = table.find("samples"); samples && data.generate == "separable" && data.samples < 2)
    where.key("samples", *samples).fail(*samples, "at least 2: one of each class");
  const bool classification = !data.classes.empty() || data.generate == "separable";
  if (const Value* centre = table.find("centre_target"); centre && data.centre_target && classification)
    where.key("centre_target", *centre).fail("targets of a classification are -1 and +1 and cannot be centred");
  if (const Value* held = table.find("held_out")) {
    if (!data.folds) where.key("held_out", *held).fail("needs folds: their number");
    if (*data.held_out >= *data.folds) where.key("held_out", *held).fail(*held, cat("a fold from 0 to ", *data.folds - 1));
  }
  if (const Value* seed = table.find("seed"); seed && !uses_seed(data))
    where.key("seed", *seed).fail("is not read: nothing is drawn without generate, test = FRACTION or folds");
  return data;
}

Value to_value(const DataSpec& data) {
  const Source source = source_of(data);
  Value table = Value::Object{};
  const Value members = write_table(data);
  for (const auto& [key, value] : *members.as_object()) {
    const bool absent = value.as_string() && value.as_string()->empty();
    if (reads(source, key) && !absent && (key != "seed" || uses_seed(data))) table.set(key, value);
  }
  if (!data.classes.empty()) table.set("classes", write_value(data.classes));
  if (data.test_fraction) table.set("test", *data.test_fraction);
  if (!data.test_file.empty()) table.set("test", data.test_file);
  return table;
}

}  // namespace penchant
