// Fields of the CSV files that are written.
#pragma once

#include <string>
#include <string_view>

namespace penchant {

// In quotes where a comma, a quote or the end of a line stands in it (RFC 4180).
std::string csv_quoted(std::string_view text);
// Foreign text (names of files, classes, axes). One that a spreadsheet would run as a formula, because it begins with = + - @, a
// tab or a carriage return and is no number, is led by an apostrophe; then as csv_quoted.
std::string csv_text(std::string_view text);

}  // namespace penchant
