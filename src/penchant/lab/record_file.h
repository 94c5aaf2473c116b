// A record read back from its file, and its members without surprises.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "penchant/core/value.h"

namespace penchant {

// record.json, or the folder that holds it. Throws InvalidInput for what is no record, and for a record of a newer schema.
// Arrays beside the record (.npy) are read back as `w`, `log_abs_w`, `sign_w` of solutions and trajectory where they are there.
Value read_record(const std::string& path);

// The file itself, not looked into. Throws InvalidInput for what is no JSON; for a spec it says what to do.
Value read_record_file(const std::string& path);

// Members of a record by their names: what is absent, or of another type, is an empty text, an empty list, NaN, a null.
const Value& member(const Value& table, std::string_view key);
std::string text_of(const Value& table, std::string_view key);
double number_of(const Value& table, std::string_view key);
const Value::List& list_of(const Value& table, std::string_view key);
std::vector<double> numbers_of(const Value& table, std::string_view key);  // one entry each, NaN where there is no number

}  // namespace penchant
