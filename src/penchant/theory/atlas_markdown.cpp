#include "penchant/core/text.h"
#include "penchant/theory/atlas_markdown.h"
#include "penchant/theory/bibliography.h"
#include "penchant/theory/prediction.h"

namespace penchant {

namespace {

std::string cell(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

std::string authors(const Source& source) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t next; (next = source.author.find(" and ", at)) != std::string::npos; at = next + 5)
    out += source.author.substr(at, next - at) + ", ";
  out += source.author.substr(at);
  // The accents that occur, out of their TeX form.
  for (const auto& [tex, letter] : {std::pair{"\\'u", "ú"}, {"\\'e", "é"}, {"\\\"i", "ï"}, {"\\\"o", "ö"}})
    for (std::size_t i; (i = out.find(tex)) != std::string::npos;) out.replace(i, 3, letter);
  return out;
}

std::string row_text(const AtlasRow& row) {
  const std::string limit = row.limit.empty() ? "–" : row.limit;
  return cat("| ", row.id, " | ", cell(row.model), " | ", cell(row.loss), " | ", cell(row.dynamics), " | ", limit, " | ",
             row.strength, " | ", cell(row.text), " | ", join(split_keys(row.source), ", "), " |\n");
}

}  // namespace

std::string atlas_markdown() {
  std::string out =
      "# What is known\n\n"
      "Written by `penchant atlas --format md`; do not edit. `theorem`: the limit is exact under hypotheses that are checked on "
      "the data (`conditional` in a record where one of them could not be). "
      "`theorem-limit`: exact only as a parameter goes to its limit; what is left is bounded where a bound is known. `conjecture`: "
      "stated or observed, and known not "
      "to hold in general. `none`: refused, with the reason. Names of models, losses, dynamics and limits are those of specs.\n\n"
      "| id | model | loss | dynamics | limit | strength | what it says | source |\n|---|---|---|---|---|---|---|---|\n";
  for (const AtlasRow& row : atlas()) out += row_text(row);
  out += "\n## Sources\n\n";
  for (const Source& source : sources())
    out += cat("- `", source.key, "`: ", authors(source), ". ", source.title, ". ", source.year, ".\n");
  return out;
}

}  // namespace penchant
