#include "penchant/lab/sweep_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

const StoreColumn& require(const StoreTable& table, const std::string& name) {
  if (const StoreColumn* column = table.find(name)) return *column;
  std::vector<std::string> names;
  for (const StoreColumn& column : table.columns) names.push_back(column.name);
  throw InvalidInput(cat("the store has no ", in_quotes(name), suggestion(name, names)));
}

bool is_word(const StoreColumn& column, std::size_t row) { return !column.words.empty() && column.words[row] >= 0; }

bool holds(const StoreColumn& column, std::size_t row, const Value& wanted) {
  if (wanted.is_number()) return column.numbers[row] == wanted.number();
  if (const bool* b = wanted.as_bool()) return column.boolean && column.numbers[row] == (*b ? 1.0 : 0.0);
  const Value value = column.value(row);
  return same(value, wanted);
}

}  // namespace

std::string SweepCount::text() const {
  std::vector<std::string> parts;
  if (missing() > 0) parts.push_back(cat(missing(), " missing"));
  if (failed > 0) parts.push_back(cat(failed, " failed"));
  if (refused > 0) parts.push_back(cat(refused, " refused"));
  const std::string rest = parts.empty() ? "" : cat(": ", join(parts, ", "));
  return missing() == 0 ? cat("all ", trials, " trials", rest) : cat(present(), " of ", trials, " trials", rest);
}

SweepCount count_trials(const StoreTable& table) {
  SweepCount out;
  out.trials = std::max<std::uint64_t>(table.trials, table.rows());
  for (const TrialOutcome outcome : table.outcomes)
    ++(outcome == TrialOutcome::done ? out.done : outcome == TrialOutcome::refused ? out.refused : out.failed);
  return out;
}

void require_complete(const StoreTable& table, const std::string& where) {
  const SweepCount count = count_trials(table);
  if (!count.complete())
    throw InvalidInput(cat(where, ": the sweep is incomplete (", count.text(),
                           "): a statistic over the rest would mislead; --incomplete takes what is there"));
}

Rows all_rows(const StoreTable& table) {
  Rows rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

Rows rows_where(const StoreTable& table, const std::vector<std::pair<std::string, Value>>& conditions) {
  Rows rows = all_rows(table);
  for (const auto& [name, value] : conditions) {
    const StoreColumn& column = require(table, name);
    std::erase_if(rows, [&](std::uint32_t row) { return !holds(column, row, value); });
  }
  return rows;
}

Levels levels_of(const StoreTable& table, const std::string& name) {
  const StoreColumn& column = require(table, name);
  const std::size_t rows = table.rows();
  Levels out{name, true, {}, std::vector<std::int32_t>(rows, -1)};
  std::vector<double> numbers;
  for (std::size_t row = 0; row < rows; ++row) {
    if (is_word(column, row)) out.numeric = false;
    else if (!std::isnan(column.numbers[row])) numbers.push_back(column.numbers[row]);
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  if (column.boolean || numbers.empty()) out.numeric = false;
  for (double number : numbers) {
    if (column.boolean) out.values.emplace_back(number != 0.0);
    else if (column.integer) out.values.emplace_back(static_cast<std::int64_t>(number));
    else out.values.emplace_back(number);
  }
  std::map<std::int32_t, std::int32_t> words;
  for (std::size_t row = 0; row < rows; ++row) {
    if (is_word(column, row)) {
      const auto [at, fresh] = words.emplace(column.words[row], static_cast<std::int32_t>(out.values.size()));
      if (fresh) out.values.push_back(column.value(row));
      out.of_row[row] = at->second;
    } else if (!std::isnan(column.numbers[row])) {
      out.of_row[row] =
          static_cast<std::int32_t>(std::lower_bound(numbers.begin(), numbers.end(), column.numbers[row]) - numbers.begin());
    }
  }
  return out;
}

std::vector<RowGroup> group_rows(const Rows& rows, const std::vector<const Levels*>& by) {
  std::map<std::vector<std::size_t>, Rows> groups;
  std::vector<std::size_t> key(by.size());
  for (std::uint32_t row : rows) {
    bool known = true;
    for (std::size_t k = 0; k < by.size(); ++k) {
      known = known && by[k]->of_row[row] >= 0;
      key[k] = static_cast<std::size_t>(std::max(by[k]->of_row[row], 0));
    }
    if (known) groups[key].push_back(row);
  }
  std::vector<RowGroup> out;
  out.reserve(groups.size());
  for (auto& [levels, members] : groups) out.push_back({levels, std::move(members)});
  return out;
}

bool is_trivial(const StoreTable& table, std::size_t row, const std::string& prefix) {
  const StoreColumn* trivial = table.find(prefix + "trivial");
  return trivial && trivial->numbers[row] == 1.0;
}

Summary summary_of(const StoreColumn& column, const Rows& rows) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (std::uint32_t row : rows) values.push_back(column.numbers[row]);
  return summary_of(std::move(values));
}

}  // namespace penchant
