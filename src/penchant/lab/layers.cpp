#include "penchant/lab/layers.h"

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/core/toml.h"

namespace penchant {

void set_dotted(Value& spec, std::string_view key, Value value, std::string_view setting) {
  Value* table = &spec;
  std::size_t begin = 0;
  for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.', begin)) {
    const std::string_view part = key.substr(begin, dot - begin);
    Value* inner = table->find(part);
    table = inner ? inner : &table->set(part, Value::Object{});
    if (!table->as_object()) throw InvalidInput(cat(setting, ": ", printable(part), " is not a table"));
    begin = dot + 1;
  }
  table->set(key.substr(begin), std::move(value));
}

const Value* find_dotted(const Value& spec, std::string_view key) {
  const Value* value = &spec;
  for (std::size_t begin = 0; value && begin <= key.size();) {
    const std::size_t dot = std::min(key.find('.', begin), key.size());
    value = value->find(key.substr(begin, dot - begin));
    begin = dot + 1;
  }
  return value;
}

Value setting_value(const std::string& text, const std::string& setting) {
  try {
    return *from_toml("v = " + text, setting).find("v");
  } catch (const InvalidInput&) {
    return Value(text);
  }
}

Setting split_setting(std::string_view flag, const std::string& setting) {
  if (invalid_utf8_at(setting) != std::string::npos || setting.find('\n') != std::string::npos)
    throw InvalidInput(cat(flag, " ", printable(setting), ": expected one line of UTF-8 text"));
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos || equals == 0) {
    const std::string_view example =
        flag == "--sweep" ? "key=a,b,c, such as init.scale=1e-3,1e-2" : "key=value, such as init.scale=1e-3";
    throw InvalidInput(cat(flag, " ", printable(setting), ": expected ", example));
  }
  return {setting.substr(0, equals), setting.substr(equals + 1)};
}

void apply_setting(Value& spec, const std::string& setting) {
  const Setting split = split_setting("--set", setting);
  const std::string where = "--set " + setting;
  Value value = setting_value(split.text, where);
  value.line = 0;  // a line of the setting is no line of the file
  set_dotted(spec, split.key, std::move(value), where);
}

void lay_over(Value& lower, const Value& upper) {
  if (!lower.as_object() || !upper.as_object()) {
    lower = upper;
    return;
  }
  for (const auto& [key, value] : *upper.as_object()) {
    if (Value* present = lower.find(key)) lay_over(*present, value);
    else lower.set(key, value);
  }
}

}  // namespace penchant
