#include "penchant/lab/sweep_slopes.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"
#include "penchant/lab/report_sweep_view.h"

namespace penchant {

namespace {

constexpr std::string_view kSuffix = "slope_expected";

std::optional<std::pair<double, double>> window_of(const Value& sweep, const std::string& parameter) {
  const std::vector<double> ends = numbers_of(member(sweep, "window"), parameter);
  return ends.size() == 2 ? std::optional(std::pair{ends[0], ends[1]}) : std::nullopt;
}

const std::string* word(const StoreColumn* column, std::size_t row) {
  return column && !column->words.empty() && column->words[row] >= 0
             ? &column->dictionary[static_cast<std::size_t>(column->words[row])]
             : nullptr;
}

// One prediction's columns, "" or "ID." before their names.
class Prefixed {
 public:
  Prefixed(const Value& sweep, const StoreTable& table, std::string prefix)
      : sweep_(sweep), table_(table), prefix_(std::move(prefix)) {}

  void decide(std::vector<SweepSlope>& out) const {
    const StoreColumn* variable = column("slope_variable");
    const StoreColumn* distance = column("distance");
    if (!variable || variable->words.empty() || !distance) return;
    for (const std::string& parameter : variable->dictionary) {
      const StoreColumn* axis = table_.find(parameter);
      if (!axis || !axis->axis || levels_of(table_, parameter).values.size() < 2) continue;
      std::vector<Levels> others;
      for (const StoreColumn& other : table_.columns)
        if (other.axis && other.name != parameter) others.push_back(levels_of(table_, other.name));
      std::vector<const Levels*> by;
      for (const Levels& levels : others) by.push_back(&levels);
      for (const RowGroup& group : group_rows(all_rows(table_), by)) {
        // Axes that advance together with others, or alone, say nothing here.
        std::vector<std::string> where;
        for (std::size_t k = 0; k < by.size(); ++k)
          if (by[k]->values.size() > 1) where.push_back(cat(by[k]->name, " = ", level_text(by[k]->values[group.levels[k]])));
        if (auto slope = decided(group.rows, parameter, *axis, *distance)) {
          slope->where = join(where, ", ");
          out.push_back(std::move(*slope));
        }
      }
    }
  }

 private:
  const StoreColumn* column(std::string_view name) const { return table_.find(cat(prefix_, name)); }

  std::optional<SweepSlope> decided(const Rows& rows, const std::string& parameter, const StoreColumn& axis,
                                    const StoreColumn& distance) const {
    const StoreColumn* run = column("budget_run");
    const StoreColumn* limit = column("budget_limit");
    const StoreColumn* bound = column("slope_is_bound");
    const StoreColumn& expected = *column(kSuffix);
    std::vector<SlopePoint> points;
    SlopeQuestion question;
    question.window = window_of(sweep_, parameter);
    question.expected = std::nan("");
    std::string id = prefix_.empty() ? std::string() : prefix_.substr(0, prefix_.size() - 1);
    for (std::uint32_t row : rows) {
      const double error = run && limit ? run->numbers[row] + limit->numbers[row] : std::nan("");
      points.push_back({axis.numbers[row], distance.numbers[row], error});
      const std::string* named = word(column("slope_variable"), row);
      if (!named || *named != parameter) continue;
      question.expected = expected.numbers[row];
      question.upper_bound = bound && bound->numbers[row] == 1.0;
      if (id.empty())
        if (const std::string* own = word(table_.find("prediction"), row)) id = *own;
    }
    if (std::isnan(question.expected)) return without_exponent(id, parameter, distance, rows);
    return SweepSlope{id, cat(prefix_, "distance"), parameter, "", question.expected, decide_slope(points, question)};
  }

  // Trials that name a limit and no speed towards it are counted, not dropped.
  std::optional<SweepSlope> without_exponent(const std::string& id, const std::string& parameter, const StoreColumn& distance,
                                             const Rows& rows) const {
    const auto has_distance = [&](std::uint32_t row) { return std::isfinite(distance.numbers[row]); };
    if (id.empty() || std::none_of(rows.begin(), rows.end(), has_distance)) return std::nullopt;
    SlopeAnswer answer;
    answer.text = "undecided: theory names no exponent on these data";
    return SweepSlope{id, cat(prefix_, "distance"), parameter, "", std::nan(""), answer};
  }

  const Value& sweep_;
  const StoreTable& table_;
  std::string prefix_;
};

// "2 of 3 fits agree, 1 is undecided".
std::string tally(const SlopeVerdict& v) {
  const std::size_t all = v.agree + v.disagree + v.undecided;
  if (v.agree == all) return cat("all ", all, " fits agree");
  if (v.disagree == all) return cat("all ", all, " fits disagree");
  if (v.undecided == all) return cat("all ", all, " fits are undecided");
  std::vector<std::string> parts = {cat(v.agree, " of ", all, v.agree == 1 ? " fits agrees" : " fits agree")};
  if (v.disagree > 0) parts.push_back(cat(v.disagree, v.disagree == 1 ? " disagrees" : " disagree"));
  if (v.undecided > 0) parts.push_back(cat(v.undecided, v.undecided == 1 ? " is undecided" : " are undecided"));
  return join(parts, ", ");
}

std::vector<double> distinct(std::vector<double> exponents) {
  std::sort(exponents.begin(), exponents.end());
  std::vector<double> out;
  for (double exponent : exponents)
    if (out.empty() || exponent > out.back() + kSlopeTolerance) out.push_back(exponent);
  return out;
}

}  // namespace

std::vector<SweepSlope> sweep_slopes(const Value& sweep, const StoreTable& table) {
  std::vector<SweepSlope> out;
  for (const StoreColumn& column : table.columns)
    if (!column.axis && column.name.ends_with(kSuffix))
      Prefixed(sweep, table, column.name.substr(0, column.name.size() - kSuffix.size())).decide(out);
  return out;
}

std::vector<SlopeVerdict> slope_verdicts(const std::vector<SweepSlope>& slopes) {
  std::vector<SlopeVerdict> out;
  std::vector<std::vector<double>> expected;
  const auto place = [&](const SweepSlope& slope) {
    return std::find_if(out.begin(), out.end(), [&](const SlopeVerdict& v) {
      return v.column == slope.column && v.parameter == slope.parameter && v.prediction == slope.prediction;
    });
  };
  for (const SweepSlope& slope : slopes) {
    if (std::isnan(slope.expected)) continue;
    auto at = place(slope);
    if (at == out.end()) {
      SlopeVerdict fresh;
      fresh.prediction = slope.prediction;
      fresh.parameter = slope.parameter;
      fresh.column = slope.column;
      fresh.from = slope.answer.from;
      fresh.to = slope.answer.to;
      out.push_back(std::move(fresh));
      expected.emplace_back();
      at = out.end() - 1;
    }
    ++(slope.answer.verdict == Verdict::agrees      ? at->agree
       : slope.answer.verdict == Verdict::disagrees ? at->disagree
                                                    : at->undecided);
    // The sentence of the first that does not agree, if any.
    if (at->text.empty() || (slope.answer.verdict != Verdict::agrees && at->text.starts_with("agrees")))
      at->text = slope.answer.text;
    expected[static_cast<std::size_t>(at - out.begin())].push_back(slope.expected);
  }
  for (const SweepSlope& slope : slopes)
    if (const auto at = place(slope); std::isnan(slope.expected) && at != out.end()) ++at->without_exponent;
  for (std::size_t k = 0; k < out.size(); ++k) {
    SlopeVerdict& v = out[k];
    v.expected = distinct(std::move(expected[k]));
    v.verdict = v.disagree > 0 ? Verdict::disagrees : v.undecided > 0 ? Verdict::undecided : Verdict::agrees;
    const std::size_t all = v.agree + v.disagree + v.undecided;
    if (all > 1)
      v.text = cat(tally(v), v.verdict == Verdict::agrees ? "" : cat("; the first of these is ", v.text));
    if (v.without_exponent > 0)
      v.text +=
          cat("; not among them: ", v.without_exponent, " where theory names no exponent (no dual pins the limit's point down)");
  }
  return out;
}

}  // namespace penchant
