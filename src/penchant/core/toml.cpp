#include "penchant/core/toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr int kMaxDepth = 64;  // nothing in a spec is nested deeper

Value convert(const toml::node& node, std::string_view where, int depth) {
  const int line = static_cast<int>(node.source().begin.line);
  if (depth > kMaxDepth) throw InvalidInput(cat(where, ":", line, ": nested deeper than ", kMaxDepth, " levels"));
  Value out;
  if (const auto* b = node.as_boolean()) out = Value(b->get());
  else if (const auto* i = node.as_integer()) out = Value(static_cast<std::int64_t>(i->get()));
  else if (const auto* x = node.as_floating_point()) out = Value(x->get());
  else if (const auto* s = node.as_string()) out = Value(s->get());
  else if (const auto* array = node.as_array()) {
    Value::List list;
    for (const auto& item : *array) list.push_back(convert(item, where, depth + 1));
    out = Value(std::move(list));
  } else if (const auto* table = node.as_table()) {
    Value::Object object;
    for (const auto& [key, item] : *table) object.emplace_back(std::string(key.str()), convert(item, where, depth + 1));
    // toml++ sorts keys; the order of the file is the one a reader expects.
    std::stable_sort(object.begin(), object.end(),
                     [](const auto& left, const auto& right) { return left.second.line < right.second.line; });
    out = Value(std::move(object));
  } else {
    throw InvalidInput(cat(where, ":", line, ": dates and times mean nothing in a spec"));
  }
  out.line = line;
  return out;
}

constexpr int kMaxKeyDots = 32;

// A spec in ASCII, line by line the same: toml++ 3.3 executes __builtin_unreachable on characters outside ASCII wherever it does
// not expect them, so it never sees one. In strings they become escapes, in comments they are dropped, elsewhere they mean nothing.
// Keys of many dots,
// which nest tables until the stack ends, and strings of several lines are refused.
class AsciiSpec {
 public:
  AsciiSpec(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  std::string run() {
    if (text_.starts_with("\uFEFF")) at_ = 3;  // a byte-order mark
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') end_line();
      else if (is_control()) fail(cat("control character ", in_quotes(character())));
      else if (quote_ != 0) inside_string();
      else if (!comment_) outside_string();
      copy();
    }
    if (quote_ != 0) end_line();
    return std::move(ascii_);
  }

 private:
  void copy() {
    const char c = text_[at_];
    if (!(c & 0x80)) {
      // A '…' string knows no escapes: one that needs them becomes a "…" string.
      if (rewrite_ && (c == '"' || c == '\\')) ascii_ += '\\';
      ascii_ += rewrite_ && c == '\'' ? '"' : c;
      if (quote_ == 0) rewrite_ = false;
      return;
    }
    const std::string_view all = character();
    at_ += all.size() - 1;
    if (comment_) return;
    std::uint32_t point = static_cast<unsigned char>(all[0]) & (0xFFu >> (all.size() + 1));
    for (char next : all.substr(1)) point = (point << 6) | (static_cast<unsigned char>(next) & 0x3Fu);
    ascii_ += "\\U";
    for (int shift = 28; shift >= 0; shift -= 4) ascii_ += "0123456789ABCDEF"[(point >> shift) & 15u];
  }

  [[noreturn]] void fail(std::string_view what) const { throw InvalidInput(cat(where_, ":", line_, ": ", what)); }

  // The character at at_: one byte, or all of a sequence (the text is valid UTF-8).
  std::string_view character() const {
    std::size_t length = 1;
    while (at_ + length < text_.size() && (text_[at_ + length] & 0xC0) == 0x80) ++length;
    return text_.substr(at_, length);
  }

  // C0 but tab and line ends, DEL, C1, and the line and paragraph separators of Unicode.
  bool is_control() const {
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '\r') return at_ + 1 == text_.size() || text_[at_ + 1] != '\n';
    if (c < 0x80) return (c < 0x20 && c != '\t') || c == 0x7F;
    const std::string_view all = character();
    return (c == 0xC2 && static_cast<unsigned char>(all[1]) < 0xA0) || all == "\u2028" || all == "\u2029";
  }

  void end_line() {
    if (quote_ != 0) fail(cat("string not closed, expected another ", quote_, " on this line"));
    ++line_;
    comment_ = false;
    rewrite_ = false;
    dots_ = 0;
  }

  void inside_string() {
    const bool escape = text_[at_] == '\\' && quote_ == '"' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n';
    if (escape && (text_[at_ + 1] & 0x80)) fail("a backslash before a character that needs none");
    if (escape) ascii_ += text_[at_++];
    else if (text_[at_] == quote_) quote_ = 0;
  }

  void outside_string() {
    const char c = text_[at_];
    if (c == '"' || c == '\'') {
      if (text_.substr(at_, 3) == std::string(3, c)) fail("a string of several lines means nothing in a spec");
      quote_ = c;
      const std::string_view rest = text_.substr(at_ + 1, text_.find_first_of("'\n", at_ + 1) - at_ - 1);
      rewrite_ = c == '\'' && std::any_of(rest.begin(), rest.end(), [](char inside) { return inside & 0x80; });
    } else if (c == '#') {
      comment_ = true;
    } else if (c & 0x80) {
      fail(cat(in_quotes(character()), " outside a string"));
    } else if (c == '.') {
      if (++dots_ > kMaxKeyDots) fail("too many dots in one key");
    } else if (c == ',' || c == '=' || c == '{' || c == '}' || c == '[' || c == ']') {
      dots_ = 0;
    }
  }

  std::string_view text_;
  std::string_view where_;
  std::string ascii_;
  std::size_t at_ = 0;
  int line_ = 1;
  int dots_ = 0;
  char quote_ = 0;
  bool rewrite_ = false;
  bool comment_ = false;
};

}  // namespace

Value from_toml(std::string_view text, std::string_view where) {
  if (const std::size_t at = invalid_utf8_at(text); at != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw InvalidInput(cat(where, ":", line, ": not UTF-8 text (byte ", at, ")"));
  }
  const std::string ascii = AsciiSpec(text, where).run();
  try {
    return convert(toml::parse(ascii, where), where, 0);
  } catch (const toml::parse_error& error) {
    throw InvalidInput(cat(where, ":", error.source().begin.line, ": ", printable(error.description(), 400)));
  }
}

}  // namespace penchant
