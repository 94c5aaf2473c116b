#include "penchant/lab/figure.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "penchant/core/file.h"
#include "penchant/core/hash.h"
#include "penchant/core/json.h"
#include "penchant/core/npy.h"
#include "penchant/core/text.h"
#include "penchant/lab/gnuplot.h"
#include "penchant/lab/grid.h"
#include "penchant/lab/provenance.h"
#include "penchant/lab/store.h"

namespace penchant {

namespace {

constexpr std::uint64_t kMaxArrayBytes = 1'000'000'000;

std::string store_folder(const std::string& folder, const FigurePart& part) {
  const std::string hash = content_hash(to_json(to_value(part.sweep), -1)).substr(0, 12);
  return (std::filesystem::path(folder) / "parts" / cat(part.name, "-", hash)).string();
}

SweepSummary run_part(const FigurePart& part, const Grid& grid, const Store& store, const FigureOptions& options) {
  JournalWriter journal = store.writer("main");
  SweepOptions sweep;
  sweep.threads = options.threads;
  sweep.stop = options.stop;
  sweep.done = store.done_indices();
  if (options.progress) sweep.progress = [&](const SweepProgress& now) { options.progress(part.name, now); };
  return run_sweep(grid, [&](std::span<const TrialResult> results) { journal.append(results); }, sweep);
}

FigureRows rows_of(const FigurePart& part, const Store& store) {
  FigureRows rows;
  rows.part = &part;
  store.each_trial([&](const JournalEntry& entry) {
    TrialResult result = entry.result;
    for (const StoredArray& array : entry.arrays) {
      const std::string path = store.array_path(result.key, array.name);
      const Matrix values = from_npy(read_file(path, kMaxArrayBytes), path);
      result.arrays.emplace_back(array.name, Vector(values.reshaped<Eigen::RowMajor>()));
    }
    rows.trials.push_back(std::move(result));
  });
  return rows;
}

FigurePartSummary summary_of_part(const FigureRows& rows) {
  constexpr std::size_t kMostSentences = 5;
  FigurePartSummary out;
  out.part = rows.part->name;
  out.trials = rows.trials.size();
  std::set<std::string> seen;
  for (const TrialResult& trial : rows.trials) {
    out.seconds += trial.seconds;
    if (trial.outcome == TrialOutcome::done) continue;
    ++(trial.outcome == TrialOutcome::failed ? out.failed : out.refused);
    if (out.sentences.size() < kMostSentences && seen.insert(trial.text).second)
      out.sentences.push_back(cat(name(trial.outcome), " ", to_json(trial.assignments, -1), ": ", trial.text));
  }
  return out;
}

}  // namespace

bool FigureResult::passed() const {
  return std::all_of(parts.begin(), parts.end(), [](const FigurePartSummary& p) { return p.failed == 0; }) &&
         std::all_of(checks.begin(), checks.end(), [](const CheckResult& c) { return c.passed(); });
}

FigureResult run_figure(const FigureSpec& figure, const std::string& folder, const FigureOptions& options) {
  FigureResult out;
  std::vector<FigureRows> parts;
  for (const FigurePart& part : figure.parts) {
    const Grid grid(part.sweep);
    const Store store = Store::create_or_open(store_folder(folder, part), {to_value(part.sweep), grid.size(), provenance()});
    const SweepSummary summary = run_part(part, grid, store, options);
    if (summary.stopped != StopRequest::none) {
      out.stopped = summary.stopped;
      return out;
    }
    parts.push_back(rows_of(part, store));
    out.parts.push_back(summary_of_part(parts.back()));
  }
  const FigureData data(figure, std::move(parts));
  for (const FigureChart& chart : figure.charts) out.charts.push_back(figure_chart(figure, chart, data));
  out.checks = figure_checks(figure, data);
  return out;
}

WrittenFigure write_figure(const FigureSpec& figure, const FigureResult& result, FigureSize size, const std::string& folder) {
  WrittenFigure out;
  const std::filesystem::path path(folder);
  for (const Chart& chart : result.charts)
    for (const char* ending : {".svg", ".pdf"}) {
      const RenderOutcome drawn = render(chart, (path / (file_stem(chart) + ending)).string());
      for (const std::string& file : drawn.files)
        if (std::find(out.files.begin(), out.files.end(), file) == out.files.end()) out.files.push_back(file);
      if (!drawn.text.empty() && std::find(out.problems.begin(), out.problems.end(), drawn.text) == out.problems.end())
        out.problems.push_back(drawn.text);
    }
  const std::string page = (path / "index.html").string();
  write_file(page, write_document(figure_document(figure, result, size), ReportFormat::html));
  out.files.push_back(page);
  return out;
}

std::vector<FigureFile> figures_in(const std::string& folder) {
  std::vector<FigureFile> out;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code))
    if (entry.path().extension() == ".toml") out.push_back({entry.path().stem().string(), entry.path().string()});
  if (code) throw InvalidInput(cat(folder, ": ", code.message(), "; expected the folder of the figures"));
  std::sort(out.begin(), out.end(), [](const FigureFile& a, const FigureFile& b) { return a.name < b.name; });
  return out;
}

FigureFile find_figure(const std::string& name, const std::vector<FigureFile>& figures) {
  std::vector<std::string> names;
  for (const FigureFile& figure : figures) {
    if (figure.name == name) return figure;
    names.push_back(figure.name);
  }
  throw InvalidInput(cat("unknown figure ", in_quotes(name), suggestion(name, names)));
}

}  // namespace penchant
