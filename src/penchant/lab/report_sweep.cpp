#include "penchant/lab/report_sweep.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "penchant/core/hash.h"
#include "penchant/core/json.h"
#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"
#include "penchant/lab/report_sweep_charts.h"
#include "penchant/lab/report_sweep_words.h"
#include "penchant/lab/spec_toml.h"
#include "penchant/lab/sweep_slopes.h"
#include "penchant/theory/bibliography.h"
#include "penchant/theory/prediction.h"

namespace penchant {

namespace {

constexpr std::size_t kMostRows = 24;     // of a table of numbers; the CSV of the store holds all
constexpr std::size_t kMostTables = 3;
constexpr std::size_t kMostTheoryLines = 3;  // of different slopes in one chart; more are a fan
constexpr std::size_t kMostSentences = 12;

const AtlasRow* atlas_row(const std::string& id) {
  static const std::vector<AtlasRow> rows = atlas();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const AtlasRow& r) { return r.id == id; });
  return found == rows.end() ? nullptr : &*found;
}

class SweepPage {
 public:
  SweepPage(const Value& sweep, const Value& maker, const StoreTable& table, const SweepReportOptions& options,
            const std::string& folder)
      : sweep_(sweep), maker_(maker), table_(table), folder_(folder), count_(count_trials(table)), statistics_(options.incomplete ||
                                                                                                               count_.complete()),
        view_(sweep_view(sweep, table, options.view)) {
    if (statistics_) slopes_ = sweep_slopes(sweep, table);
    verdicts_ = slope_verdicts(slopes_);
  }

  Document document() {
    page_.title = text_of(sweep_, "name");
    page_.subtitle = "Which of the parameters that fit the data does training pick, and why?";
    add_progress();
    add_slope_banners();
    add_words();
    add_charts();
    if (statistics_) {
      add_slopes();
      add_tables();
    }
    add_predictions();
    add_failures();
    add_meanings();
    add_reproduction();
    return std::move(page_);
  }

 private:
  void add_progress() {
    if (count_.complete()) {
      page_.add(Banner{"agrees", cat("complete · ", count_.text()), agreement_words()});
      return;
    }
    page_.add(Banner{"progress", cat(count_.missing() > 0 ? "incomplete · " : "with failures · ", count_.text()),
                     statistics_
                         ? "The sweep is incomplete; missing trials are not a random sample, so these statistics may be biased."
                         : cat("No statistic is shown over an incomplete sweep, because who is missing is not drawn at "
                               "random. Trials are shown one by one; penchant report ",
                               folder_, " --incomplete sums up what is there.")});
  }

  // Over the strongest predictions of all trials.
  std::string agreement_words() const {
    const auto counts = verdict_counts("");
    std::uint64_t agree = 0, disagree = 0, undecided = 0, trivial = 0;
    for (const auto& [id, c] : counts) agree += c[0], disagree += c[1], undecided += c[2], trivial += c[3];
    if (agree + disagree + undecided + trivial == 0) return "No trial compares a run with a limit.";
    return cat("Run and predicted limit agree in ", agree, ", disagree in ", disagree, " and are undecided in ",
               count_of(undecided, "trial", "trials"), ".",
               trivial == 0
                   ? std::string()
                   : cat(" Not counted: ", count_of(trivial, "trial", "trials"), " in which nothing else could have come out."));
  }

  void add_slope_banners() {
    for (const SlopeVerdict& v : verdicts_) {
      const std::string word(name(v.verdict));
      page_.add(Banner{word, cat(word, " · ", v.prediction, ", by its slope in ", v.parameter),
                       cat(v.text.starts_with(word) ? v.text.substr(word.size() + 2) : v.text, ".")});
    }
  }

  void add_words() {
    page_.add(Heading{"In plain words"});
    std::vector<std::string> parts;
    for (const Value& axis : list_of(sweep_, "axes")) parts.push_back(cat(text_of(axis, "key"), " (", values_words(axis), ")"));
    std::string together;
    for (const Value& group : list_of(sweep_, "zip")) together += cat(" ", to_json(group, -1), " advance together.");
    page_.add(Paragraph{cat("One training was run again and again with different values of ", join(parts, "; "), ": ",
                            count_of(table_.trials, "trial", "trials"), " in all.", together)});
    if (!view_.seeds.empty() && statistics_ && view_.x)
      page_.add(
          Paragraph{"Chance is in the seeds: each curve is the median over them, and its band holds the middle 80 % of the trials "
                    "(between their 10 % and 90 % quantiles)."});
    for (const SlopeVerdict& v : verdicts_) page_.add(Paragraph{slope_words(v)});
  }

  void add_charts() {
    std::vector<TheorySlope> lines;
    for (const SlopeVerdict& v : verdicts_)
      if (v.from > 0.0 && v.to > v.from && v.expected.size() <= kMostTheoryLines)
        for (double exponent : v.expected) lines.push_back({v.column, v.parameter, exponent, v.from, v.to});
    SweepCharts drawn = sweep_charts(table_, view_, lines, statistics_);
    if (drawn.charts.empty()) return;
    page_.add(Heading{"What was found"});
    for (Chart& chart : drawn.charts) page_.add(std::move(chart));
    if (drawn.left_out > 0)
      page_.add(Paragraph{
          cat(count_of(drawn.left_out, "chart is", "charts are"), " left out; --x, --y and --by choose what is drawn."), true});
  }

  void add_slopes() {
    if (slopes_.empty()) return;
    page_.add(Heading{"Slopes, with 95 % intervals"});
    ReportTable out{"Fitted over the whole window, every trial in it",
                    {"prediction", "in", "where", "slope", "±", "theory", "from", "to", "points", "verdict"},
                    {}};
    for (std::size_t k = 0; k < slopes_.size() && k < kMostRows; ++k) {
      const SweepSlope& s = slopes_[k];
      const double none = std::nan("");
      out.rows.push_back({s.prediction, s.parameter, s.where, Cell::number(s.answer.fit ? s.answer.fit->slope : none, 5),
                          Cell::number(s.answer.fit ? s.answer.fit->half_width : none, 2), Cell::number(s.expected, 5),
                          Cell::number(s.answer.from), Cell::number(s.answer.to),
                          Cell::number(s.answer.fit ? double(s.answer.fit->points) : none, 6),
                          Cell(s.answer.text, s.answer.verdict == Verdict::agrees      ? Tone::yes
                                              : s.answer.verdict == Verdict::disagrees ? Tone::no
                                                                                       : Tone::open)});
    }
    for (auto& row : out.rows) row.back().text = row.back().text.substr(0, row.back().text.find(": slope"));
    page_.add(std::move(out));
    if (slopes_.size() > kMostRows) page_.add(Paragraph{cat("The first ", kMostRows, " of ", slopes_.size(), " fits."), true});
  }

  // Count, mean, error, median and quantiles over the seeds, for the first metrics.
  void add_tables() {
    std::vector<const Levels*> by;
    std::vector<std::string> names;
    for (const SweepAxisInfo& axis : view_.axes) {
      if (axis.seed) continue;
      by.push_back(&axis.levels);
      names.push_back(axis.label);
    }
    const std::vector<RowGroup> groups = group_rows(all_rows(table_), by);
    if (groups.empty() || view_.metrics.empty()) return;
    page_.add(Heading{"Numbers"});
    for (std::size_t m = 0; m < std::min(view_.metrics.size(), kMostTables); ++m) {
      const Metric& metric = view_.metrics[m];
      ReportTable out{cat(metric.power ? "log10 of " : "", metric.label,
                          groups.size() > kMostRows ? cat(" (", kMostRows, " of ", groups.size(),
                                                          " combinations; the chart's CSV and penchant store export hold all)")
                                                    : ""),
                      names,
                      {}};
      for (const char* column : {"trials", "mean", "standard error", "10 %", "median", "90 %"}) out.columns.emplace_back(column);
      const std::size_t shown = std::min(groups.size(), kMostRows);
      for (std::size_t k = 0; k < shown; ++k) {
        const RowGroup& group = groups[shown < 2 ? 0 : k * (groups.size() - 1) / (shown - 1)];
        const Summary s = summary_of(*table_.find(metric.name), group.rows);
        std::vector<Cell> row;
        for (std::size_t a = 0; a < by.size(); ++a)
          row.emplace_back(level_text(by[a]->values[group.levels[a]]), by[a]->numeric ? Tone::number : Tone::plain);
        row.emplace_back(std::to_string(s.count), Tone::number);
        for (double v : {s.mean, s.standard_error, s.low, s.median, s.high}) row.push_back(Cell::number(v));
        out.rows.push_back(std::move(row));
      }
      page_.add(std::move(out));
    }
  }

  // Trials by prediction: agrees, disagrees, undecided, trivial. `prefix` "" is the strongest of each trial.
  std::map<std::string, std::array<std::uint64_t, 4>> verdict_counts(const std::string& prefix) const {
    std::map<std::string, std::array<std::uint64_t, 4>> out;
    const StoreColumn* verdict = table_.find(prefix + "verdict");
    const StoreColumn* prediction = prefix.empty() ? table_.find("prediction") : nullptr;
    if (!verdict || verdict->words.empty() || (prefix.empty() && (!prediction || prediction->words.empty()))) return out;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (verdict->words[row] < 0 || (prediction && prediction->words[row] < 0)) continue;
      const std::string& word = verdict->dictionary[static_cast<std::size_t>(verdict->words[row])];
      const std::string id = prediction ? prediction->dictionary[static_cast<std::size_t>(prediction->words[row])]
                                        : prefix.substr(0, prefix.size() - 1);
      ++out[id][is_trivial(table_, row, prefix) ? 3 : word == "agrees" ? 0 : word == "disagrees" ? 1 : 2];
    }
    return out;
  }

  void add_predictions() {
    ReportTable out{"Predictions, each trial compared with its own limit",
                    {"prediction", "what theory says", "strength", "agrees", "disagrees", "undecided", "trivial"},
                    {}};
    std::vector<std::string> prefixes = {""};
    for (const StoreColumn& column : table_.columns)
      if (!column.axis && column.name.ends_with(".verdict")) prefixes.push_back(column.name.substr(0, column.name.size() - 7));
    for (const std::string& prefix : prefixes)
      for (const auto& [id, counts] : verdict_counts(prefix)) {
        const AtlasRow* row = atlas_row(id);
        cited_.push_back(row ? row->source : "");
        out.rows.push_back({id, row ? row->text : "", row ? row->strength : ""});
        for (std::uint64_t n : counts) out.rows.back().emplace_back(std::to_string(n), Tone::number);
      }
    if (out.rows.empty()) return;
    page_.add(Heading{"Predictions and hypotheses"});
    page_.add(std::move(out));
    add_hypotheses();
  }

  void add_hypotheses() {
    const StoreColumn* fails = table_.find("hypotheses_fail");
    const StoreColumn* open = table_.find("hypotheses_open");
    const StoreColumn* holds = table_.find("hypotheses_hold");
    if (!fails || !open || !holds) return;
    std::uint64_t all = 0, some_fail = 0, some_open = 0;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (!std::isfinite(holds->numbers[row])) continue;
      ++(fails->numbers[row] > 0.0 ? some_fail : open->numbers[row] > 0.0 ? some_open : all);
    }
    ReportTable out{"Hypotheses of the strongest prediction, checked on the data of each trial", {"hypotheses", "trials"}, {}};
    out.rows.push_back({Cell("all hold", Tone::yes), Cell(std::to_string(all), Tone::number)});
    out.rows.push_back({Cell("some could not be checked, none fails", Tone::open), Cell(std::to_string(some_open), Tone::number)});
    out.rows.push_back({Cell("some fail", Tone::no), Cell(std::to_string(some_fail), Tone::number)});
    page_.add(std::move(out));
  }

  std::string assignments(std::size_t row) const {
    std::vector<std::string> parts;
    for (const StoreColumn& column : table_.columns)
      if (column.axis) parts.push_back(cat(column.name, " = ", level_text(column.value(row))));
    return join(parts, ", ");
  }

  // Equal sentences once, with their number.
  void add_failures() {
    struct Sentence {
      TrialOutcome outcome;
      std::size_t first, count;
    };
    std::map<std::pair<int, std::string>, Sentence> sentences;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      if (table_.outcomes[row] == TrialOutcome::done) continue;
      const auto key = std::pair{table_.outcomes[row] == TrialOutcome::failed ? 0 : 1, table_.texts[row]};
      ++sentences.emplace(key, Sentence{table_.outcomes[row], row, 0}).first->second.count;
    }
    if (sentences.empty()) return;
    page_.add(Heading{"What failed, and what was refused"});
    ReportTable out{cat(count_of(count_.failed, "trial", "trials"), " failed, ", count_.refused, " refused"),
                    {"outcome", "trials", "first at", "in words"},
                    {}};
    for (const auto& [key, s] : sentences) {
      if (out.rows.size() == kMostSentences) break;
      out.rows.push_back({Cell(std::string(name(s.outcome)), s.outcome == TrialOutcome::failed ? Tone::no : Tone::open),
                          Cell(std::to_string(s.count), Tone::number), assignments(s.first), key.second});
    }
    page_.add(std::move(out));
    if (sentences.size() > kMostSentences)
      page_.add(
          Paragraph{cat(kMostSentences, " of ", sentences.size(), " different sentences; penchant store export lists all."), true});
  }

  void add_meanings() {
    Terms terms;
    if (statistics_)
      terms.entries.emplace_back("median, band",
                                 "half of the trials lie below the median; the band reaches from the 10 % to the 90 % quantile. "
                                 "One outlier moves neither.");
    if (table_.find("distance"))
      terms.entries.emplace_back(
          "distance",
          "‖β of the run − β of the limit‖₂ / ‖β of the limit‖₂ (angles in radians where only the direction is predicted).");
    if (!slopes_.empty())
      terms.entries.emplace_back("slope", cat("of log distance against log parameter, least squares over every trial of a window "
                                              "that the spec names beforehand, at least ",
                                              kSlopeDecades, " decades. It agrees with theory within ", kSlopeTolerance,
                                              ", if its 95 % interval is no wider."));
    if (terms.entries.empty()) return;
    page_.add(Heading{"What the numbers mean"});
    page_.add(std::move(terms));
  }

  void add_reproduction() {
    page_.add(Heading{"To run it again"});
    double total = 0.0;
    for (double s : table_.seconds) total += std::isfinite(s) ? s : 0.0;
    const Summary each = summary_of(table_.seconds);
    ReportTable out{"What a paper has to say", {"quantity", "value"}, {}};
    const auto row = [&](const std::string& what, Cell value) { out.rows.push_back({what, std::move(value)}); };
    row("trials", count_.text());
    for (const Value& axis : list_of(sweep_, "axes")) row(cat("range of ", text_of(axis, "key")), values_words(axis));
    row("base seed", short_text(number_of(sweep_, "seed"), 20));
    row("time of computing, all trials", seconds_text(total));
    if (each.count > 0)
      row("time of one trial (10 %, median, 90 %)",
          cat(seconds_text(each.low), ", ", seconds_text(each.median), ", ", seconds_text(each.high)));
    if (const auto* parts = maker_.as_object())
      for (const auto& [key, value] : *parts) row(key == "threads" ? "processor threads" : key, level_text(value));
    row("hash of the sweep", Cell(content_hash(to_json(sweep_, -1)), Tone::code));
    page_.add(std::move(out));
    page_.add(
        Paragraph{"Save the spec below as sweep.toml where its data file is found, and type: penchant sweep sweep.toml --out store "
                  "&& penchant report store",
                  true});
    page_.add(CodeBlock{spec_toml(spec_of_sweep()), "The spec of the sweep"});
    std::vector<std::string> known;
    for (const std::string& list : cited_)
      for (std::string& key : split_keys(list))
        if (find_source(key)) known.push_back(std::move(key));
    if (const std::string bibtex = bibliography(known); !bibtex.empty())
      page_.add(CodeBlock{bibtex, "The results this sweep rests on (BibTeX)"});
  }

  Value spec_of_sweep() const {
    Value spec = member(sweep_, "spec");
    Value table = Value::Object{};
    for (const Value& axis : list_of(sweep_, "axes")) table.set(text_of(axis, "key"), member(axis, "values"));
    for (const char* key : {"zip", "keep", "window"}) {
      const Value& value = member(sweep_, key);
      const bool empty = (value.as_list() && value.as_list()->empty()) || (value.as_object() && value.as_object()->empty());
      if (!value.is_null() && !empty) table.set(key, value);
    }
    if (list_of(sweep_, "verbs").size() != 3) table.set("verbs", member(sweep_, "verbs"));
    spec.set("sweep", std::move(table));
    return spec;
  }

  const Value& sweep_;
  const Value& maker_;
  const StoreTable& table_;
  std::string folder_;
  SweepCount count_;
  bool statistics_;
  SweepView view_;
  std::vector<SweepSlope> slopes_;
  std::vector<SlopeVerdict> verdicts_;
  std::vector<std::string> cited_;
  Document page_;
};

}  // namespace

Document sweep_document(const Value& sweep, const Value& maker, const StoreTable& table, const SweepReportOptions& options,
                        const std::string& folder) {
  return SweepPage(sweep, maker, table, options, folder).document();
}

}  // namespace penchant
