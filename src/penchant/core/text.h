// Text for messages and reports.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace penchant {

// Shortest decimal form that reads back to the same double; "nan", "inf", "-inf" where it is not finite.
std::string number_text(double value);
// At most `digits` significant digits, for sentences.
std::string short_text(double value, int digits = 4);

namespace text_detail {
inline std::string piece(std::string_view s) { return std::string(s); }
inline std::string piece(const char* s) { return s; }
inline std::string piece(const std::string& s) { return s; }
inline std::string piece(char c) { return std::string(1, c); }
inline std::string piece(bool b) { return b ? "true" : "false"; }
inline std::string piece(std::floating_point auto x) { return short_text(double(x)); }
inline std::string piece(std::integral auto x) { return std::to_string(x); }
}  // namespace text_detail

// Concatenation; doubles are written with four significant digits (use number_text for all of them).
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::string out;
  (out.append(text_detail::piece(parts)), ...);
  return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator);

// The candidate nearest to `name` in edit distance (transpositions count one), empty if none is near enough to be meant.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);
// " (did you mean \"x\"?)" or "; known: a, b, c" when nothing is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

// Foreign text for a one-line message: control characters and bytes that are not UTF-8 as \xNN, cut after `most` bytes with "...".
std::string printable(std::string_view text, std::size_t most = 60);
std::string in_quotes(std::string_view text, std::size_t most = 60);

// Byte offset of the first byte that is not valid UTF-8, or npos.
std::size_t invalid_utf8_at(std::string_view bytes);

}  // namespace penchant
