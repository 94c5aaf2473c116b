#include "penchant/lab/report.h"

#include <cmath>

#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"
#include "penchant/lab/report_charts.h"
#include "penchant/lab/report_words.h"
#include "penchant/lab/spec_toml.h"
#include "penchant/theory/bibliography.h"
#include "penchant/theory/prediction.h"

namespace penchant {

namespace {

Cell shown(const Value& value) {
  if (value.is_null()) return "–";
  if (const auto* s = value.as_string()) return *s;
  if (const auto* b = value.as_bool()) return *b ? "yes" : "no";
  if (value.as_integer()) return {value.describe(), Tone::number};
  if (const auto* x = value.as_double()) return Cell::number(*x, 6);
  return value.describe();
}

Cell holds_cell(const Value& holds) {
  const bool* yes = holds.as_bool();
  return yes ? *yes ? Cell("holds", Tone::yes) : Cell("fails", Tone::no) : Cell("not checked", Tone::open);
}

Cell verdict_cell(const std::string& verdict) {
  return {verdict, verdict == "agrees" ? Tone::yes : verdict == "disagrees" ? Tone::no : Tone::open};
}

bool yes(const Value& table, std::string_view key, bool otherwise) {
  const bool* value = member(table, key).as_bool();
  return value ? *value : otherwise;
}

void add_verdicts(Document& page, const Value& record) {
  if (const Value& refusal = member(record, "refusal"); refusal.as_object())
    page.add(Banner{"refused", "refused", cat("No prediction: ", text_of(refusal, "reason"))});
  for (const Value& c : list_of(record, "comparisons")) {
    const std::string verdict = text_of(c, "verdict");
    page.add(Banner{verdict, cat(verdict, " · ", text_of(c, "prediction")),
                    cat(without_verdict(text_of(c, "text")),
                        yes(c, "trivial", false)       ? ". No evidence."
                        : yes(c, "independent", true) ? ". Independent evidence."
                                                      : ". Not independent evidence.")});
  }
}

void add_words(Document& page, const Value& record) {
  page.add(Heading{"In plain words"});
  for (std::string& paragraph : plain_words(record)) page.add(Paragraph{std::move(paragraph)});
}

void add_predictions(Document& page, const Value& record) {
  for (const Value& p : list_of(record, "predictions")) {
    page.add(Heading{cat("Theory: ", text_of(p, "title"))});
    page.add(Paragraph{cat("[", text_of(p, "id"), "] Strength: ", text_of(p, "strength"),
                           ". Source: ", join(split_keys(text_of(p, "source")), ", "), "."),
                       true});
    ReportTable table{cat("Hypotheses of ", text_of(p, "id"), ", checked on these data"),
                      {"hypothesis", "holds", "measured", "threshold", "in words"},
                      {}};
    for (const Value& h : list_of(p, "hypotheses"))
      table.rows.push_back({text_of(h, "name"), holds_cell(member(h, "holds")), Cell::number(number_of(h, "measured"), 6),
                            Cell::number(number_of(h, "threshold"), 6), text_of(h, "text")});
    if (!table.rows.empty()) page.add(std::move(table));
    for (const Value& note : list_of(p, "notes"))
      if (const auto* text = note.as_string()) page.add(Paragraph{*text});
  }
}

void add_solutions(Document& page, const Value& record) {
  ReportTable table{"Bounds on each optimum",
                    {"limit", "for", "status", "lower bound", "upper bound", "relative gap", "feasibility", "test error",
                     "in words"}, {}};
  for (const Value& s : list_of(record, "solutions")) {
    const Value& c = member(s, "certificate");
    table.rows.push_back({text_of(s, "kind"), text_of(s, "prediction"), text_of(s, "status"),
                          Cell::number(number_of(c, "lower"), 10), Cell::number(number_of(c, "upper"), 10),
                          Cell::number(number_of(c, "relative_gap"), 2), Cell::number(number_of(c, "feasibility"), 2),
                          Cell::number(number_of(s, "test_error")), text_of(c, "text")});
  }
  if (table.rows.empty()) return;
  page.add(Heading{"The limit, solved and certified"});
  page.add(std::move(table));
}

std::string time_words(const std::string& variable) {
  return variable == "log_time" ? "log t" : variable == "log_time_over_log_log_time" ? "log t / log log t" : "t";
}

void add_comparisons(Document& page, const Value& record) {
  ReportTable table{"Distance of the run from each limit, and what the known errors explain",
                    {"prediction", "verdict", "distance", "angle", "run error", "limit error", "theory error", "excess objective",
                     "independent", "trivial"}, {}};
  ReportTable rates{
      "Measured rates, with 95 % intervals",
                    {"prediction", "quantity", "in", "exponent", "from", "to", "theory", "constant", "in theory", "verdict"}, {}};
  for (const Value& c : list_of(record, "comparisons")) {
    const Value& budget = member(c, "budget");
    table.rows.push_back({text_of(c, "prediction"), verdict_cell(text_of(c, "verdict")), Cell::number(number_of(c, "distance")),
                          Cell::number(number_of(c, "angle")), Cell::number(number_of(budget, "run")),
                          Cell::number(number_of(budget, "limit")), Cell::number(number_of(budget, "theory")),
                          Cell::number(number_of(c, "excess_objective")), yes(c, "independent", true) ? "yes" : "no",
                          yes(c, "trivial", false) ? "yes" : "no"});
    for (const Value& r : list_of(c, "rates"))
      rates.rows.push_back({text_of(c, "prediction"), text_of(r, "quantity"), time_words(text_of(r, "variable")),
                            Cell::number(number_of(r, "exponent"), 6), Cell::number(number_of(r, "low"), 6),
                            Cell::number(number_of(r, "high"), 6),
                            cat(yes(r, "upper_bound_only", false) ? "≤ " : "", short_text(number_of(r, "expected"))),
                            Cell::number(number_of(r, "constant")), Cell::number(number_of(r, "expected_constant")),
                            text_of(r, "verdict")});
  }
  if (table.rows.empty()) return;
  page.add(Heading{"Run against limit"});
  page.add(std::move(table));
  if (!rates.rows.empty()) page.add(std::move(rates));
}

void add_run(Document& page, const Value& record) {
  const Value& run = member(record, "trajectory");
  if (!run.as_object()) return;
  page.add(Heading{"The run"});
  ReportTable table{"What the run did", {"quantity", "value"}, {}};
  const auto row = [&](std::string name, Cell cell) {
    if (cell.text != "–") table.rows.push_back({std::move(name), std::move(cell)});
  };
  row("coordinates, clock", cat(text_of(run, "coordinates"), ", ", text_of(run, "clock")));
  row("stopped because", shown(member(member(run, "stop"), "text")));
  row("steps", Cell(short_text(number_of(run, "steps"), 12)));
  row("log10 of time", shown(member(run, "log10_time")));
  row("log10 of loss", shown(member(run, "log10_loss")));
  row("last step size", shown(member(run, "step_size")));
  row("test error", shown(member(run, "test_error")));
  row("integration error (relative)", shown(member(record, "integration_error")));
  row("seconds", Cell(short_text(number_of(run, "seconds"), 3)));
  for (auto& cells : table.rows) cells[1].tone = Tone::plain;
  page.add(std::move(table));
}

// A record of another version may cite what this one does not know.
std::vector<std::string> known_sources(const Value& record) {
  std::vector<std::string> out;
  const auto take = [&](const Value& owner) {
    for (std::string& key : split_keys(text_of(owner, "source")))
      if (find_source(key)) out.push_back(std::move(key));
  };
  for (const Value& p : list_of(record, "predictions")) take(p);
  take(member(record, "refusal"));
  return out;
}

void add_provenance(Document& page, const Value& record) {
  page.add(Heading{"To run it again"});
  const Value& data = member(record, "data");
  ReportTable table{"Data and provenance", {"quantity", "value"}, {}};
  table.rows.push_back({"data", cat(text_of(data, "origin"), ": ", shown(member(data, "samples")).text, " samples, ",
                                    shown(member(data, "features")).text, " features, rank ", shown(member(data, "rank")).text)});
  table.rows.push_back({"data hash", Cell(text_of(data, "hash"), Tone::code)});
  if (const auto* provenance = member(record, "provenance").as_object())
    for (const auto& [key, value] : *provenance)
      table.rows.push_back({key, key == "spec_hash" ? Cell(shown(value).text, Tone::code) : Cell(shown(value).text)});
  page.add(std::move(table));
  page.add(Paragraph{"Save the spec below as spec.toml where its data file is found, and type: penchant run spec.toml", true});
  page.add(CodeBlock{spec_toml(member(record, "spec")), "The spec, with every default filled in"});
  const std::string bibtex = bibliography(known_sources(record));
  if (!bibtex.empty()) page.add(CodeBlock{bibtex, "The results this record rests on (BibTeX)"});
}

}  // namespace

Document record_document(const Value& record) {
  Document page;
  page.title = text_of(record, "name");
  page.subtitle = "Which of the parameters that fit the data does training pick, and why?";
  add_verdicts(page, record);
  add_words(page, record);
  for (Chart& chart : charts_of(record)) page.add(std::move(chart));
  add_comparisons(page, record);
  add_predictions(page, record);
  add_solutions(page, record);
  add_run(page, record);
  if (auto words = words_used(record); !words.empty()) {
    page.add(Heading{"What the numbers mean"});
    page.add(Terms{std::move(words)});
  }
  add_provenance(page, record);
  return page;
}

std::string html_report(const Value& record) { return write_document(record_document(record), ReportFormat::html); }

}  // namespace penchant
