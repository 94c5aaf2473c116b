#include "penchant/core/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace penchant {

std::string number_text(double value) { return fmt::format("{}", value); }

std::string short_text(double value, int digits) { return fmt::format("{:.{}g}", value, digits); }

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

namespace {

// Optimal string alignment distance.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = previous[j - 1] + (a[i - 1] != b[j - 1]);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substitution});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before.swap(previous);
    previous.swap(current);
  }
  return previous[b.size()];
}

// Whatever their case (ASCII).
bool same_letter(char a, char b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return lower(a) == lower(b);
}

}  // namespace

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  // Long pasted strings are never typos, and the distance costs their product.
  if (name.size() > 64) return {};
  std::string best;
  // One letter for another is no near miss of a name of one letter.
  std::size_t best_distance = std::min(std::max<std::size_t>(2, name.size() / 2), name.size());
  for (const std::string& candidate : candidates) {
    const bool is_prefix = name.size() >= 3 && candidate.starts_with(name);
    const bool differs_in_case = std::equal(name.begin(), name.end(), candidate.begin(), candidate.end(), same_letter);
    const std::size_t distance = differs_in_case ? 0 : is_prefix ? 1 : edit_distance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_name(name, candidates);
  if (!nearest.empty()) return cat(" (did you mean \"", nearest, "\"?)");
  return candidates.empty() ? std::string() : cat("; known: ", join(candidates, ", "));
}

namespace {

// Length of the valid sequence at p, 0 if it is not one (overlong forms, surrogates and values past U+10FFFF are not).
std::size_t utf8_length(const unsigned char* p, std::size_t left) {
  const auto continuation = [&](std::size_t k) { return k < left && (p[k] & 0xC0) == 0x80; };
  if (p[0] < 0x80) return 1;
  if (p[0] >= 0xC2 && p[0] <= 0xDF) return continuation(1) ? 2 : 0;
  if (p[0] >= 0xE0 && p[0] <= 0xEF) {
    if (!continuation(1) || !continuation(2)) return 0;
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;
    if (p[0] == 0xED && p[1] > 0x9F) return 0;
    return 3;
  }
  if (p[0] >= 0xF0 && p[0] <= 0xF4) {
    if (!continuation(1) || !continuation(2) || !continuation(3)) return 0;
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;
    if (p[0] == 0xF4 && p[1] > 0x8F) return 0;
    return 4;
  }
  return 0;
}

// C0, DEL and C1 controls: they move the cursor of a terminal.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  return first < 0x20 || first == 0x7F || (first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0);
}

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(reinterpret_cast<const unsigned char*>(text.data()) + i, text.size() - i);
    const std::string_view character = text.substr(i, std::max<std::size_t>(length, 1));
    if (i + character.size() > most) return out + "...";
    if (length == 0 || is_control(character)) {
      for (unsigned char byte : character) out += fmt::format("\\x{:02x}", byte);
    } else {
      out += character;
    }
    i += character.size();
  }
  return out;
}

std::string in_quotes(std::string_view text, std::size_t most) { return cat('"', printable(text, most), '"'); }

std::size_t invalid_utf8_at(std::string_view bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  for (std::size_t i = 0; i < bytes.size();) {
    // Eight ASCII bytes at once: large files are nearly all ASCII.
    if (std::uint64_t word; i + sizeof word <= bytes.size()) {
      std::memcpy(&word, data + i, sizeof word);
      if ((word & 0x8080808080808080ull) == 0) {
        i += sizeof word;
        continue;
      }
    }
    const std::size_t length = utf8_length(data + i, bytes.size() - i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace penchant
