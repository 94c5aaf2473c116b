#include "penchant/data/select.h"

#include <algorithm>
#include <numeric>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/data/spec.h"

namespace penchant {

namespace {

constexpr std::size_t kMostListed = 12;

// One label of `classes`, ready to be compared with cells.
struct Label {
  std::string text;
  int group;
  bool numeric;
  double value;
  Index count = 0;

  Label(std::string text_in, int group_in) : text(std::move(text_in)), group(group_in), numeric(parse_number(text, value)) {}

  bool matches(const Table& table, Index row, Index column) const {
    if (numeric && table.numbers(row, column) == value) return true;
    return table.is_text(column) && table.text[static_cast<std::size_t>(column)][static_cast<std::size_t>(row)] == text;
  }
};

std::string group_name(const std::vector<std::string>& labels) { return join(labels, "+"); }

std::vector<std::string> distinct_labels(const Table& table, Index column, const std::vector<Index>& rows) {
  std::vector<std::string> found;
  for (const Index row : rows) {
    const bool text = table.is_text(column);
    std::string label = text ? std::string(table.text[static_cast<std::size_t>(column)][static_cast<std::size_t>(row)])
                             : number_text(table.numbers(row, column));
    if (std::find(found.begin(), found.end(), label) == found.end()) found.push_back(std::move(label));
    if (found.size() > kMostListed) break;
  }
  return found;
}

[[noreturn]] void fail_no_row(const Table& table, Index column, const std::vector<Index>& rows, const Label& label) {
  std::vector<std::string> found = distinct_labels(table, column, rows);
  const bool more = found.size() > kMostListed;
  if (more) found.resize(kMostListed);
  const std::string nearest = nearest_name(label.text, found);
  const std::string help = nearest.empty() ? cat("; known: ", printable(join(found, ", "), 400), more ? ", ..." : "")
                                           : cat(" (did you mean ", in_quotes(nearest), "?)");
  throw InvalidInput(cat(table.where, ": classes: no row has ", printable(table.names[static_cast<std::size_t>(column)]), " = ",
                         in_quotes(label.text), help));
}

}  // namespace

std::vector<Index> slice_rows(const Table& table, const std::string& rows) {
  const auto range =
      rows.empty() ? std::pair<long, long>{0, table.rows()} : row_range(rows, table.rows()).value_or(std::pair{-1L, -1L});
  if (range.first < 0) throw InvalidInput(cat(table.where, ": rows = ", in_quotes(rows), " but there are ", table.rows(), " rows"));
  std::vector<Index> out(static_cast<std::size_t>(range.second - range.first));
  std::iota(out.begin(), out.end(), Index{range.first});
  return out;
}

Labelled label_rows(const Table& table, Index column, const std::vector<Index>& rows,
                    const std::vector<std::vector<std::string>>& groups) {
  std::vector<Label> labels;
  int rest = -1;  // group that takes what no label matches
  for (int g = 0; g < 2; ++g)
    for (const std::string& text : groups[static_cast<std::size_t>(g)]) {
      if (text == "rest") rest = g;
      else labels.emplace_back(text, g);
    }
  Labelled out;
  out.names = {group_name(groups[0]), group_name(groups[1])};
  std::vector<int> chosen;
  for (const Index row : rows) {
    const auto label = std::find_if(labels.begin(), labels.end(), [&](const Label& l) { return l.matches(table, row, column); });
    if (label != labels.end()) ++label->count;
    const int group = label != labels.end() ? label->group : rest;
    if (group < 0) continue;
    out.rows.push_back(row);
    chosen.push_back(group);
  }
  for (const Label& label : labels)
    if (label.count == 0) fail_no_row(table, column, rows, label);
  out.targets.resize(static_cast<Index>(chosen.size()));
  for (std::size_t i = 0; i < chosen.size(); ++i) out.targets[static_cast<Index>(i)] = chosen[i] == 0 ? -1.0 : 1.0;
  for (int g = 0; g < 2; ++g)
    if (std::find(chosen.begin(), chosen.end(), g) == chosen.end())
      throw InvalidInput(cat(table.where, ": classes: no row is left for ", in_quotes(out.names[static_cast<std::size_t>(g)]),
                             ": one class only, expected two"));
  return out;
}

}  // namespace penchant
