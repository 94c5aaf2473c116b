#include "penchant/core/json_plain.h"

#include <charconv>

#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr int kDepth = 32;

class Reader {
 public:
  explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool document(Value& out) {
    if (!value(out, 0)) return false;
    skip_space();
    return at_ == end_;
  }

 private:
  void skip_space() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view expected, Value&& meant, Value& out) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(expected)) return false;
    at_ += expected.size();
    out = std::move(meant);
    return true;
  }

  bool value(Value& out, int depth) {
    skip_space();
    if (at_ == end_ || depth > kDepth) return false;
    switch (*at_) {
      case '{': return object(out, depth);
      case '[': return list(out, depth);
      case '"': {
        std::string text;
        if (!string(text)) return false;
        out = std::move(text);
        return true;
      }
      case 't': return word("true", true, out);
      case 'f': return word("false", false, out);
      case 'n': return word("null", {}, out);
      default: return number(out);
    }
  }

  bool object(Value& out, int depth) {
    out = Value::Object();
    Value::Object& members = *out.as_object();
    ++at_;
    if (take('}')) return true;
    do {
      auto& [key, item] = members.emplace_back();
      skip_space();
      if (at_ == end_ || *at_ != '"' || !string(key) || !take(':') || !value(item, depth + 1)) return false;
    } while (take(','));
    return take('}');
  }

  bool list(Value& out, int depth) {
    out = Value::List();
    Value::List& items = *out.as_list();
    ++at_;
    if (take(']')) return true;
    do
      if (!value(items.emplace_back(), depth + 1)) return false;
    while (take(','));
    return take(']');
  }

  bool string(std::string& out) {
    ++at_;
    bool ascii = true;
    for (const char* piece = at_; at_ < end_; ++at_) {
      const char c = *at_;
      if (c == '"' || c == '\\') {
        out.append(piece, at_);
        if (c == '"') {
          ++at_;
          return ascii || invalid_utf8_at(out) == std::string_view::npos;
        }
        if (++at_ == end_ || !escape(out)) return false;
        piece = at_ + 1;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return false;
      } else if (static_cast<unsigned char>(c) >= 0x80) {
        ascii = false;
      }
    }
    return false;
  }

  bool escape(std::string& out) const {
    constexpr std::string_view kNames = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t which = kNames.find(*at_);
    if (which == std::string_view::npos) return false;
    out += kMeanings[which];
    return true;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  bool digits(const char*& p) const {
    const char* const start = p;
    while (p < end_ && is_digit(*p)) ++p;
    return p > start;
  }

  // The grammar first: from_chars takes more than JSON does.
  bool number(Value& out) {
    const char* p = at_;
    if (p < end_ && *p == '-') ++p;
    const char* const whole = p;
    if (!digits(p) || (*whole == '0' && p > whole + 1)) return false;
    bool integer = true;
    if (p < end_ && *p == '.') {
      integer = false;
      if (!digits(++p)) return false;
    }
    if (p < end_ && (*p == 'e' || *p == 'E')) {
      integer = false;
      ++p;
      if (p < end_ && (*p == '+' || *p == '-')) ++p;
      if (!digits(p)) return false;
    }
    if (integer) {
      std::int64_t i = 0;
      if (std::from_chars(at_, p, i).ec != std::errc()) return false;
      out = i;
    } else {
      double x = 0.0;
      if (std::from_chars(at_, p, x).ec != std::errc()) return false;
      out = x;
    }
    at_ = p;
    return true;
  }

  const char* at_;
  const char* const end_;
};

}  // namespace

bool read_plain_json(std::string_view text, Value& out) { return Reader(text).document(out); }

}  // namespace penchant
