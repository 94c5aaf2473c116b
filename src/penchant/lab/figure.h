// Runs a figure: its parts as sweeps that last, then its charts, checks and page.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "penchant/lab/engine.h"
#include "penchant/lab/figure_chart.h"
#include "penchant/lab/report_document.h"

namespace penchant {

struct FigureOptions {
  int threads = 0;  // 0: as many as there are processors
  std::function<StopRequest()> stop;
  std::function<void(const std::string& part, const SweepProgress&)> progress;
};

struct FigurePartSummary {
  std::string part;
  std::uint64_t trials = 0, refused = 0, failed = 0;
  double seconds = 0.0;                 // of all its trials, whenever they ran
  std::vector<std::string> sentences;   // of what was refused or failed, each once
};

struct FigureResult {
  std::vector<FigurePartSummary> parts;
  std::vector<Chart> charts;
  std::vector<CheckResult> checks;      // point into the spec
  StopRequest stopped = StopRequest::none;  // before all trials were there: no charts then
  bool passed() const;                  // nothing failed and every check holds
};

// The stores are FOLDER/parts/PART-HASH, so that a figure that is described anew does not meet its old trials,
// and one that was interrupted goes on. Throws InvalidInput for a figure that cannot be drawn,
// StoreError for a folder that cannot be written.
FigureResult run_figure(const FigureSpec& figure, const std::string& folder, const FigureOptions& options = {});

// What it shows, its charts, checks, the origin of every number, and how it was made.
Document figure_document(const FigureSpec& figure, const FigureResult& result, FigureSize size);

struct WrittenFigure {
  std::vector<std::string> files;
  std::vector<std::string> problems;    // what gnuplot could not do
};
// FOLDER/index.html, and CHART.svg, CHART.pdf, CHART.csv of each chart.
WrittenFigure write_figure(const FigureSpec& figure, const FigureResult& result, FigureSize size, const std::string& folder);

struct FigureFile {
  std::string name, path;
};
// The figures in a folder, by name.
std::vector<FigureFile> figures_in(const std::string& folder);
// Throws InvalidInput with the nearest name.
FigureFile find_figure(const std::string& name, const std::vector<FigureFile>& figures);

// A page that shows the first chart of each, with its statement and a link to its own page: `FOLDER/NAME/index.html`.
struct GalleryEntry {
  FigureSpec figure;
  FigureResult result;
};
Document gallery_document(const std::vector<GalleryEntry>& entries);

}  // namespace penchant
