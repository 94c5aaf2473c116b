#include "penchant/theory/bibliography.h"

#include <algorithm>

#include "penchant/core/embedded.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/theory/prediction.h"

namespace penchant {

namespace {

// One past the brace that closes the one at `open`.
std::size_t after_braces(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    if (depth == 0) return i + 1;
  }
  return text.size();
}

std::string field(std::string_view entry, std::string_view name) {
  const std::size_t at = entry.find(cat("\n  ", name, " = {"));
  if (at == std::string_view::npos) return "";
  const std::size_t open = entry.find('{', at);
  std::string out(entry.substr(open + 1, after_braces(entry, open) - open - 2));
  std::erase_if(out, [](char c) { return c == '{' || c == '}'; });
  return out;
}

std::vector<Source> read_sources() {
  const std::string_view text = embedded::sources_bib();
  std::vector<Source> out;
  for (std::size_t at = text.find('@'); at != std::string_view::npos;) {
    const std::size_t open = text.find('{', at), end = after_braces(text, open);
    const std::string_view entry = text.substr(at, end - at);
    const std::size_t comma = entry.find(',');
    out.push_back({std::string(entry.substr(open - at + 1, comma - (open - at) - 1)), std::string(entry), field(entry, "author"),
                   field(entry, "title"), field(entry, "year")});
    at = text.find('@', end);
  }
  return out;
}

}  // namespace

const std::vector<Source>& sources() {
  static const std::vector<Source> all = read_sources();
  return all;
}

const Source* find_source(std::string_view key) {
  const auto& all = sources();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Source& source) { return source.key == key; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> split_keys(std::string_view keys) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < keys.size();) {
    const std::size_t end = std::min(keys.find(' ', at), keys.size());
    if (end > at) out.emplace_back(keys.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string bibliography(const std::vector<std::string>& lists) {
  std::vector<std::string> done;
  std::string out;
  for (const std::string& list : lists)
    for (const std::string& key : split_keys(list)) {
      if (std::find(done.begin(), done.end(), key) != done.end()) continue;
      done.push_back(key);
      const Source* source = find_source(key);
      PENCHANT_CHECK(source != nullptr);  // every key of an entry is in sources.bib; a test holds it
      out += source->bibtex + "\n\n";
    }
  return out;
}

}  // namespace penchant
