// figure: one figure, or all of them, from their descriptions.
#include "penchant/lab/figure.h"

#include <filesystem>
#include <iostream>

#include "options.h"
#include "penchant/core/error.h"
#include "penchant/core/file.h"
#include "penchant/core/text.h"
#include "penchant/lab/output_folder.h"
#include "progress.h"
#include "signals.h"

namespace penchant::app {

namespace {

namespace fs = std::filesystem;

FigureSize size_of(const Options& options) {
  if (options.quick && options.full) throw InvalidInput("--quick and --full: choose one of the two");
  return options.quick ? FigureSize::quick : options.full ? FigureSize::full : FigureSize::standard;
}

// Beside the installed program, or where it was built from.
std::string figures_folder() {
  std::error_code code;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  const fs::path installed = program.parent_path().parent_path() / "share" / "penchant" / "examples" / "figures";
  if (!code && fs::is_directory(installed)) return installed.string();
  return PENCHANT_FIGURES;
}

// A name, or a description of one's own.
std::vector<FigureFile> wanted(const Options& options) {
  if (options.spec.ends_with(".toml")) return {{fs::path(options.spec).stem().string(), options.spec}};
  const std::vector<FigureFile> all = figures_in(figures_folder());
  if (options.all) {
    if (!options.spec.empty()) throw InvalidInput(cat("--all and ", in_quotes(options.spec), ": choose one of the two"));
    return all;
  }
  if (options.spec.empty()) throw InvalidInput("figure: which one? penchant figure --list names them");
  return {find_figure(options.spec, all)};
}

int list_figures(const Options& options) {
  for (const FigureFile& file : figures_in(figures_folder())) {
    const FigureSpec figure = read_figure(file.path);
    std::cout << file.name << std::string(file.name.size() < 24 ? 24 - file.name.size() : 1, ' ') << figure.title << "\n";
  }
  (void)options;
  return 0;
}

StopRequest stop_request() {
  if (interrupted()) return StopRequest::abandon;
  return checkpoint_requested() ? StopRequest::finish : StopRequest::none;
}

std::string progress_text(const std::string& figure, const std::string& part, const SweepProgress& now) {
  return cat(figure, ", ", part, ": ", pace_text({now.existing + now.finished, now.trials, now.finished, now.seconds}, "trials"));
}

void print(const FigureSpec& figure, const FigureResult& result, const WrittenFigure& written, const std::string& folder) {
  std::cout << figure.name << ": " << figure.title << "\n";
  for (const CheckResult& check : result.checks) std::cout << "  check      " << check.text() << "\n";
  for (const FigurePartSummary& part : result.parts)
    for (const std::string& sentence : part.sentences) std::cout << "  " << part.part << "  " << sentence << "\n";
  for (const std::string& problem : written.problems) std::cout << "  charts     " << problem << "\n";
  std::cout << "  page       " << (fs::path(folder) / "index.html").string() << "\n";
}

}  // namespace

int figure_command(const Options& options) {
  constexpr int kNotAsStated = 3;
  if (options.list) return list_figures(options);
  const FigureSize size = size_of(options);
  const fs::path out = options.out.empty() ? fs::path("penchant-out") / "figures" : fs::path(options.out);
  const std::vector<FigureFile> files = wanted(options);
  // All of them before any: a misprint in the last should not wait for the first to be run.
  std::vector<GalleryEntry> entries;
  for (const FigureFile& file : files) entries.push_back({read_figure(file.path, size), {}});
  listen_for_checkpoint();
  bool passed = true;
  for (GalleryEntry& entry : entries) {
    const std::string folder = (out / entry.figure.name).string();
    const OutputFolder held(folder);
    FigureOptions run;
    run.threads = options.threads;
    run.stop = stop_request;
    Progress progress(options.quiet);
    if (progress.shown())
      run.progress = [&](const std::string& part, const SweepProgress& now) {
        progress.show(progress_text(entry.figure.name, part, now));
      };
    entry.result = run_figure(entry.figure, folder, run);
    progress.clear();
    if (entry.result.stopped != StopRequest::none) {
      if (!options.quiet) std::cout << entry.figure.name << ": stopped; the same command goes on\n" << std::flush;
      return entry.result.stopped == StopRequest::abandon ? kExitInterrupted : kExitCheckpointed;
    }
    const WrittenFigure written = write_figure(entry.figure, entry.result, size, folder);
    if (!options.quiet) print(entry.figure, entry.result, written, folder);
    std::cout.flush();
    passed = passed && entry.result.passed();
  }
  if (options.all) {
    const std::string page = (out / "index.html").string();
    write_file(page, write_document(gallery_document(entries), ReportFormat::html));
    if (!options.quiet) std::cout << "gallery: " << page << "\n";
  }
  return passed ? 0 : kNotAsStated;
}

}  // namespace penchant::app
