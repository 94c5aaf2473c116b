// What a figure's page says.
#include <algorithm>
#include <map>

#include "penchant/core/text.h"
#include "penchant/lab/figure.h"
#include "penchant/lab/provenance.h"
#include "penchant/theory/bibliography.h"

namespace penchant {

namespace {

std::string size_words(FigureSize size) {
  switch (size) {
    case FigureSize::quick: return "quick size: fewer trials than the figure is meant to have";
    case FigureSize::full: return "full size";
    case FigureSize::standard: return "standard size";
  }
  return {};
}

std::string citation(const std::string& key) {
  const Source* source = find_source(key);
  return source ? cat(source->author, ": ", source->title, ", ", source->year) : key;
}

ReportTable checks_table(const FigureResult& result) {
  ReportTable table{"What the figure is held to", {"statement", "holds", "in"}, {}};
  for (const CheckResult& check : result.checks)
    table.rows.push_back({Cell(check.check->text), Cell(check.passed() ? "yes" : "NO", check.passed() ? Tone::yes : Tone::no),
                          Cell(cat(check.holds, " of ", check.trials, " trials"), Tone::number)});
  return table;
}

ReportTable parts_table(const FigureResult& result) {
  ReportTable table{"What was run", {"part", "trials", "refused", "failed", "seconds"}, {}};
  for (const FigurePartSummary& part : result.parts)
    table.rows.push_back({Cell(part.part), Cell(std::to_string(part.trials), Tone::number),
                          Cell(std::to_string(part.refused), Tone::number), Cell(std::to_string(part.failed), Tone::number),
                          Cell::number(part.seconds, 3)});
  return table;
}

std::string values_text(const SweepAxis& axis) {
  const auto text = [](const Value& v) {
    return v.is_number() ? short_text(v.number(), 6) : v.as_string() ? *v.as_string() : v.describe();
  };
  if (axis.size() <= 6) {
    std::vector<std::string> all;
    for (std::uint64_t i = 0; i < axis.size(); ++i) all.push_back(text(axis.at(i)));
    return join(all, ", ");
  }
  return cat(axis.size(), " values from ", text(axis.at(0)), " to ", text(axis.at(axis.size() - 1)));
}

ReportTable ranges_table(const FigureSpec& figure) {
  ReportTable table{"Ranges", {"part", "what varies", "values"}, {}};
  for (const FigurePart& part : figure.parts)
    for (const SweepAxis& axis : part.sweep.axes)
      table.rows.push_back({Cell(part.name), Cell(axis.key, Tone::code), Cell(values_text(axis))});
  return table;
}

ReportTable origins_table(const FigureSpec& figure) {
  ReportTable table{"Where every number comes from", {"number", "origin"}, {}};
  for (const auto& [key, origin] : figure.origin) table.rows.push_back({Cell(key, Tone::code), Cell(origin)});
  return table;
}

std::string sources_text(const FigureSpec& figure) {
  std::vector<std::string> sources;
  if (!figure.deck.empty()) sources.push_back(figure.deck);
  for (const std::string& key : split_keys(figure.source)) sources.push_back(citation(key));
  return join(sources, "; ");
}

std::string how_text(FigureSize size) {
  const Value made = provenance();
  const auto text = [&](const char* key) {
    const Value* value = made.find(key);
    return value && value->as_string() ? *value->as_string() : std::string("?");
  };
  return cat("Penchant ", text("version"), ", ", text("compiler"), ", instruction set ", text("isa"), "; ", size_words(size), ".");
}

Banner banner(const FigureResult& result) {
  const auto failed = std::count_if(result.checks.begin(), result.checks.end(), [](const CheckResult& c) { return !c.passed(); });
  if (result.checks.empty()) return {"undecided", "shown", "nothing is asserted of this figure"};
  if (failed == 0) return {"agrees", "agrees", cat("with the statement: all ", result.checks.size(), " checks hold")};
  return {"disagrees", "disagrees", cat(failed, " of ", result.checks.size(), " checks do not hold")};
}

}  // namespace

Document figure_document(const FigureSpec& figure, const FigureResult& result, FigureSize size) {
  Document out;
  out.title = figure.title;
  out.subtitle = sources_text(figure);
  out.add(Paragraph{figure.statement});
  out.add(banner(result));
  for (const Chart& chart : result.charts) out.add(chart);
  if (!result.checks.empty()) {
    out.add(Heading{"Checks"});
    out.add(checks_table(result));
  }
  out.add(Heading{"How it was made"});
  out.add(ranges_table(figure));
  out.add(parts_table(result));
  for (const FigurePartSummary& part : result.parts)
    for (const std::string& sentence : part.sentences) out.add(Paragraph{cat(part.part, ": ", sentence), true});
  out.add(origins_table(figure));
  out.add(Paragraph{how_text(size), true});
  return out;
}

Document gallery_document(const std::vector<GalleryEntry>& entries) {
  Document out;
  out.title = "Figures";
  out.subtitle = cat(entries.size(), " figures, each made by one command from one description");
  for (const GalleryEntry& entry : entries) {
    out.add(Heading{entry.figure.title});
    out.add(Paragraph{entry.figure.statement});
    out.add(banner(entry.result));
    if (!entry.result.charts.empty()) out.add(entry.result.charts.front());
    out.add(
        Link{cat(entry.figure.name, "/index.html"), cat("all of ", entry.figure.name, ": charts, checks, origin of every number")});
  }
  return out;
}

}  // namespace penchant
