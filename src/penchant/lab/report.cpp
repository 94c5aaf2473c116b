#include "penchant/lab/report.h"

#include <cmath>

#include "penchant/core/embedded.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/lab/report_charts.h"

namespace penchant {

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

// JSON inside <script> must not close it.
std::string script_json(const Value& value) {
  std::string out;
  for (char c : to_json(value, -1)) out += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return out;
}

const Value& at(const Value& table, std::string_view key) {
  static const Value nothing;
  const Value* value = table.find(key);
  return value ? *value : nothing;
}

std::string shown(const Value& value) {
  if (value.is_null()) return "–";
  if (const auto* s = value.as_string()) return escaped(*s);
  if (const auto* b = value.as_bool()) return *b ? "yes" : "no";
  if (value.as_integer()) return value.describe();
  if (const auto* x = value.as_double()) return std::isfinite(*x) ? short_text(*x, 6) : "–";
  return escaped(to_json(value, -1));
}

class Page {
 public:
  void heading(std::string_view text) { html_ += cat("<h2>", escaped(text), "</h2>\n"); }
  void paragraph(std::string_view text, std::string_view style = {}) {
    html_ += style.empty() ? cat("<p>", escaped(text), "</p>\n") : cat("<p class=\"", style, "\">", escaped(text), "</p>\n");
  }
  void verdict(std::string_view style, std::string_view word, std::string_view text) {
    html_ += cat("<div class=\"verdict ", style, "\"><strong>", escaped(word), "</strong><br>", escaped(text), "</div>\n");
  }
  void begin_table(const std::vector<std::string>& columns) {
    html_ += "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>";
    for (const std::string& column : columns) html_ += cat("<th scope=\"col\">", escaped(column), "</th>");
    html_ += "</tr></thead><tbody>\n";
  }
  void row(const std::vector<std::string>& cells) {
    html_ += "<tr>";
    for (const std::string& cell : cells) html_ += cat("<td>", cell, "</td>");
    html_ += "</tr>\n";
  }
  void end_table() { html_ += "</tbody></table></div>\n"; }
  void chart(const Chart& c) { html_ += cat("<script type=\"application/json\" class=\"chart\">", script_json(to_value(c)), "</script>\n"); }
  void code(std::string_view text) { html_ += cat("<pre tabindex=\"0\">", escaped(text), "</pre>\n"); }
  const std::string& html() const { return html_; }

 private:
  std::string html_;
};

void add_verdicts(Page& page, const Value& record) {
  if (const Value& refusal = at(record, "refusal"); refusal.as_object())
    page.verdict("refused", "refused", cat(*at(refusal, "reason").as_string(), " Nearest known result: ", *at(refusal, "nearest").as_string()));
  for (const Value& c : *at(record, "comparisons").as_list()) {
    const std::string evidence = *at(c, "independent").as_bool()
                                     ? "Independent evidence: the run shares nothing with the solver but the data."
                                     : "Not independent evidence: the run's coordinates assume part of the theorem.";
    const std::string& verdict = *at(c, "verdict").as_string();
    page.verdict(verdict, cat(verdict, " · ", *at(c, "prediction").as_string()), cat(*at(c, "text").as_string(), ". ", evidence));
  }
}

void add_predictions(Page& page, const Value& record) {
  for (const Value& p : *at(record, "predictions").as_list()) {
    page.heading(cat("Theory: ", *at(p, "title").as_string()));
    page.paragraph(cat("Strength: ", *at(p, "strength").as_string(), ". Source: ", *at(p, "source").as_string(), "."), "soft");
    page.begin_table({"hypothesis", "holds", "measured", "threshold", "in words"});
    for (const Value& h : *at(p, "hypotheses").as_list()) {
      const Value& holds = at(h, "holds");
      const std::string mark = holds.is_null() ? "<span class=\"open\">not checked</span>"
                               : *holds.as_bool() ? "<span class=\"yes\">holds</span>" : "<span class=\"no\">fails</span>";
      page.row({shown(at(h, "name")), mark, shown(at(h, "measured")), shown(at(h, "threshold")), shown(at(h, "text"))});
    }
    page.end_table();
    for (const Value& note : *at(p, "notes").as_list()) page.paragraph(*note.as_string());
  }
}

void add_solutions(Page& page, const Value& record) {
  const auto& solutions = *at(record, "solutions").as_list();
  if (solutions.empty()) return;
  page.heading("The limit, solved and certified");
  page.begin_table({"limit", "status", "lower bound", "upper bound", "relative gap", "feasibility", "test error", "in words"});
  for (const Value& s : solutions) {
    const Value& c = at(s, "certificate");
    page.row({shown(at(s, "kind")), shown(at(s, "status")), shown(at(c, "lower")), shown(at(c, "upper")), shown(at(c, "relative_gap")),
              shown(at(c, "feasibility")), shown(at(s, "test_error")), shown(at(c, "text"))});
  }
  page.end_table();
}

void add_run(Page& page, const Value& record) {
  const Value& run = at(record, "trajectory");
  if (!run.as_object()) return;
  page.heading("The run");
  page.begin_table({"quantity", "value"});
  page.row({"coordinates, clock", cat(shown(at(run, "coordinates")), ", ", shown(at(run, "clock")))});
  page.row({"stopped because", shown(at(at(run, "stop"), "text"))});
  page.row({"steps", shown(at(run, "steps"))});
  page.row({"log10 of time", shown(at(run, "log10_time"))});
  page.row({"log10 of loss", shown(at(run, "log10_loss"))});
  page.row({"test error", shown(at(run, "test_error"))});
  page.row({"integration error (relative)", shown(at(record, "integration_error"))});
  page.row({"seconds", shown(at(run, "seconds"))});
  page.end_table();
  for (const Value& c : *at(record, "comparisons").as_list())
    for (const Value& r : *at(c, "rates").as_list())
      page.paragraph(cat("Measured rate: ", *at(r, "quantity").as_string(), " ∝ ", *at(r, "variable").as_string(), "^", short_text(at(r, "exponent").number(), 6),
                         " (95 % interval ", short_text(at(r, "low").number(), 6), " … ", short_text(at(r, "high").number(), 6), "), theory ",
                         short_text(at(r, "expected").number()), "."));
}

void add_provenance(Page& page, const Value& record) {
  page.heading("Data and provenance");
  page.begin_table({"quantity", "value"});
  const Value& data = at(record, "data");
  page.row({"data", cat(shown(at(data, "origin")), ": ", shown(at(data, "samples")), " samples, ", shown(at(data, "features")), " features, rank ",
                        shown(at(data, "rank")))});
  page.row({"data hash", shown(at(data, "hash"))});
  for (const auto& [key, value] : *at(record, "provenance").as_object()) page.row({escaped(key), shown(value)});
  page.end_table();
  page.paragraph("The spec, with every default filled in:", "soft");
  page.code(to_json(at(record, "spec")));
}

}  // namespace

std::string html_report(const Value& record) {
  Page page;
  add_verdicts(page, record);
  for (const Chart& chart : charts_of(record)) page.chart(chart);
  add_predictions(page, record);
  add_solutions(page, record);
  add_run(page, record);
  add_provenance(page, record);
  const std::string name = escaped(*at(record, "name").as_string());
  return cat("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>", name, " · Penchant</title>\n<style>\n",
             embedded::report_css(), "</style>\n</head>\n<body>\n<main>\n<h1>", name, "</h1>\n",
             "<p class=\"soft\">Which of the parameters that fit the data does training pick, and why?</p>\n", page.html(),
             "</main>\n<script>\n", embedded::report_js(), "</script>\n</body>\n</html>\n");
}

}  // namespace penchant
