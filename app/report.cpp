// report: a record or a sweep as a page, or as tables and sentences to paste.
#include "penchant/lab/report.h"

#include <filesystem>
#include <iostream>
#include <optional>

#include "options.h"
#include "penchant/core/error.h"
#include "penchant/core/file.h"
#include "penchant/core/text.h"
#include "penchant/lab/gnuplot.h"
#include "penchant/lab/output_folder.h"
#include "penchant/lab/record_file.h"
#include "penchant/lab/report_sweep.h"
#include "penchant/lab/store.h"

namespace penchant::app {

namespace {

bool holds(const std::string& folder, const char* file) { return std::filesystem::exists(std::filesystem::path(folder) / file); }

std::string folder_of(const std::string& what) {
  const std::filesystem::path path(what);
  const std::filesystem::path folder = std::filesystem::is_directory(path) ? path : path.parent_path();
  return folder.empty() ? std::string(".") : folder.string();
}

Document store_document(const Options& options) {
  const Store store = Store::open(options.spec);
  const StoreTable table = store.table();
  SweepReportOptions wanted{{options.x, options.by, options.y}, options.incomplete};
  return sweep_document(store.sweep().sweep, store.sweep().provenance, table, wanted, options.spec);
}

Document document_of(const Options& options) {
  const bool folder = std::filesystem::is_directory(options.spec);
  if (folder && holds(options.spec, "sweep.json")) return store_document(options);
  if (!options.x.empty() || !options.y.empty() || !options.by.empty() || options.incomplete)
    throw InvalidInput(
        cat(options.spec, ": --x, --y, --by and --incomplete are for the store of a sweep, and there is no sweep.json here"));
  if (folder && !holds(options.spec, "record.json"))
    throw InvalidInput(cat(options.spec, ": holds neither record.json nor sweep.json"));
  return record_document(read_record(options.spec));
}

// Every chart as .svg, .pdf and .csv; without gnuplot the .csv alone, and a sentence says so.
void write_assets(const Document& document, const Options& options) {
  std::error_code code;
  std::filesystem::create_directories(options.assets, code);
  if (code) throw InvalidInput(cat("--assets ", options.assets, ": ", code.message()));
  std::string complaint;
  for (const Block& block : document.blocks) {
    const auto* chart = std::get_if<Chart>(&block);
    if (!chart) continue;
    for (const char* ending : {".svg", ".pdf"}) {
      const RenderOutcome outcome = render(*chart, (std::filesystem::path(options.assets) / (file_stem(*chart) + ending)).string());
      if (!outcome.drawn && complaint.empty()) complaint = outcome.text;
    }
  }
  if (!complaint.empty()) std::cerr << "penchant: " << complaint << "\n";
}

}  // namespace

int report_command(const Options& options) {
  const ReportFormat format = report_format(options.format.empty() ? "html" : options.format);
  const bool beside = options.out.empty() && format == ReportFormat::html;  // renews the page that `run` wrote
  std::optional<OutputFolder> held;  // from reading the record to writing its page: a run may write a new one
  if (beside && std::filesystem::exists(options.spec)) held.emplace(folder_of(options.spec));
  const Document document = document_of(options);
  if (!options.assets.empty()) write_assets(document, options);
  const std::string text = write_document(document, format, options.assets);
  const std::string out = beside ? (std::filesystem::path(folder_of(options.spec)) / "report.html").string() : options.out;
  if (out.empty()) {
    std::cout << text << std::flush;
    if (!std::cout) throw InvalidInput("cannot write to standard output");
    return 0;
  }
  write_file(out, text);
  if (!options.quiet) std::cout << out << "\n";
  return 0;
}

}  // namespace penchant::app
