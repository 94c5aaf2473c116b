#include "penchant/lab/sweep_axis.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "penchant/lab/layers.h"

namespace penchant {

namespace {

const std::vector<std::string> kGenerators = {"range", "linear", "log"};

bool is_generator(const Value& table) {
  for (const auto& [key, value] : *table.as_object())
    if (std::find(kGenerators.begin(), kGenerators.end(), key) != kGenerators.end()) return true;
  return false;
}

// pow differs in its last bit between machines; 12 digits do not, and read as they were meant.
double rounded(double x) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, x, std::chars_format::scientific, 11);
  double out = x;
  std::from_chars(text, end.ptr, out);
  return out;
}

RangeValues range_from(const Value& value, const Where& where) {
  constexpr const char* kExpected =
      "[first, end] or [first, end, step], integers with first < end and step >= 1; the end is left out";
  std::vector<std::int64_t> numbers;
  read_value(value, numbers, where);
  if (numbers.size() != 2 && numbers.size() != 3) where.fail(value, kExpected);
  const std::int64_t first = numbers[0], end = numbers[1], step = numbers.size() == 3 ? numbers[2] : 1;
  if (first >= end || step < 1) where.fail(cat("got [", first, ", ", end, ", ", step, "], expected ", kExpected));
  const std::uint64_t length = static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(first);
  return {first, step, (length - 1) / static_cast<std::uint64_t>(step) + 1};
}

SpacedValues spaced_from(const Value& value, bool log, const Where& where) {
  const std::string expected =
      log ? "[first, last, count] with ends > 0 and count >= 2" : "[first, last, count] with first != last and count >= 2";
  const auto* list = value.as_list();
  if (!list || list->size() != 3) where.fail(value, expected);
  SpacedValues out;
  out.log = log;
  read_value((*list)[0], out.first, where.key("0", (*list)[0]));
  read_value((*list)[1], out.last, where.key("1", (*list)[1]));
  read_value((*list)[2], out.count, where.key("2", (*list)[2]));
  const bool positive = out.first > 0.0 && out.last > 0.0;
  if (out.count < 2 || out.first == out.last || (log && !positive))
    where.fail(cat("got [", number_text(out.first), ", ", number_text(out.last), ", ", out.count, "], expected ", expected));
  return out;
}

void read_generator(const Value& table, const Where& where, SweepAxis& axis) {
  for (const auto& [key, value] : *table.as_object())
    if (std::find(kGenerators.begin(), kGenerators.end(), key) == kGenerators.end())
      where.key(key, value).fail(cat("unknown key", suggestion(key, kGenerators)));
  if (table.as_object()->size() != 1)
    where.fail(cat("got ", table.as_object()->size(), " of range, linear and log, expected one of them"));
  const auto& [kind, value] = table.as_object()->front();
  const Where at = where.key(kind, value);
  if (kind == "range") axis.values = range_from(value, at);
  else axis.values = spaced_from(value, kind == "log", at);
}

void read_list(const Value& value, const Where& where, SweepAxis& axis) {
  Value::List list = *value.as_list();
  if (list.empty()) where.fail("no values");
  for (const Value& item : list)
    if (item.is_null()) where.fail("a value is missing");
  axis.values = std::move(list);
}

std::string text_of(const Value& value) { return value.as_string() ? *value.as_string() : value.describe(); }

}  // namespace

std::uint64_t SweepAxis::size() const {
  if (const auto* list = std::get_if<Value::List>(&values)) return list->size();
  return std::visit(
      [](const auto& v) -> std::uint64_t {
        if constexpr (requires { v.count; }) return v.count;
        return 0;
      },
      values);
}

Value SweepAxis::at(std::uint64_t index) const {
  PENCHANT_CHECK(index < size());
  Value out;
  if (const auto* list = std::get_if<Value::List>(&values)) {
    out = (*list)[index];
  } else if (const auto* range = std::get_if<RangeValues>(&values)) {
    out = range->first + static_cast<std::int64_t>(index) * range->step;
  } else {
    const auto& [first, last, count, log] = std::get<SpacedValues>(values);
    const double t = static_cast<double>(index) / static_cast<double>(count - 1);
    if (index == 0) out = first;
    else if (index + 1 == count) out = last;
    else if (log) out = rounded(std::pow(10.0, std::log10(first) + t * (std::log10(last) - std::log10(first))));
    else out = rounded(first + t * (last - first));
  }
  if (!out.line) out.line = line;
  return out;
}

std::vector<SweepAxis> axes_from(const std::string& key, const Value& value, const Where& where) {
  SweepAxis axis{key, {}, where.line ? cat(where.file, ":", where.line) : where.file, where.line};
  if (value.as_list()) {
    read_list(value, where, axis);
    return {axis};
  }
  constexpr const char* kExpected =
      "a list of values, { range = [first, end] }, { linear = [first, last, count] } or { log = [first, last, count] }";
  if (!value.as_object() || value.as_object()->empty()) where.fail(value, kExpected);
  if (is_generator(value)) {
    read_generator(value, where, axis);
    return {axis};
  }
  // [sweep.init] or init.scale = … without quotes: axes of a table. Deeper, a key that is no generator is a generator misspelt.
  std::vector<SweepAxis> out;
  for (const auto& [inner, entry] : *value.as_object()) {
    const Where at = where.key(inner, entry);
    if (key.find('.') != std::string::npos)
      at.fail(cat("unknown key", suggestion(inner, kGenerators), "; a longer key is quoted: \"", key, ".", printable(inner), "\""));
    for (SweepAxis& nested : axes_from(cat(key, ".", inner), entry, at)) out.push_back(std::move(nested));
  }
  return out;
}

SweepAxis axis_from_flag(const std::string& text) {
  const auto [key, values] = split_setting("--sweep", text);
  const Where where{cat("--sweep ", printable(text)), "", 0};
  Value list;
  if (values.starts_with('{')) list = setting_value(values, where.file);
  else list = setting_value(cat("[", values, "]"), where.file);
  if (list.as_string()) {  // words
    Value::List items;
    for (std::size_t begin = 0; begin <= values.size();) {
      const std::size_t comma = std::min(values.find(',', begin), values.size());
      const std::string item = values.substr(begin, comma - begin);
      if (item.empty()) where.fail("a value is missing; expected key=a,b,c");
      items.push_back(setting_value(item, where.file));
      begin = comma + 1;
    }
    list = std::move(items);
  }
  list.line = 0;
  auto axes = axes_from(key, list, where);
  if (axes.size() != 1) where.fail(list, "key=a,b,c or key={ log = [first, last, count] }");
  SweepAxis axis = std::move(axes.front());
  if (auto* items = std::get_if<Value::List>(&axis.values))
    for (Value& item : *items) item.line = 0;
  axis.line = 0;
  axis.origin = where.file;
  return axis;
}

bool same_values(const SweepAxis& a, const SweepAxis& b) {
  if (a.size() != b.size()) return false;
  if (a.values.index() == b.values.index() && !std::holds_alternative<Value::List>(a.values))
    return same(values_value(a), values_value(b));
  constexpr std::uint64_t kMostCompared = 1'000'000;
  if (a.size() > kMostCompared) return false;
  for (std::uint64_t i = 0; i < a.size(); ++i)
    if (!same(a.at(i), b.at(i))) return false;
  return true;
}

std::string describe(const SweepAxis& axis) {
  if (axis.size() == 1) return text_of(axis.at(0));
  return cat(axis.size(), " values from ", text_of(axis.at(0)), " to ", text_of(axis.at(axis.size() - 1)));
}

Value values_value(const SweepAxis& axis) {
  if (const auto* list = std::get_if<Value::List>(&axis.values)) return *list;
  if (const auto* range = std::get_if<RangeValues>(&axis.values)) {
    const std::int64_t end = range->first + static_cast<std::int64_t>(range->count - 1) * range->step + 1;
    return Value::object({{"range", Value::List{range->first, end, range->step}}});
  }
  const auto& [first, last, count, log] = std::get<SpacedValues>(axis.values);
  return Value::object({{log ? "log" : "linear", Value::List{first, last, count}}});
}

}  // namespace penchant
