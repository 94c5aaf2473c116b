// report: a record as a page, or as tables and sentences to paste.
#include "penchant/lab/report.h"

#include <filesystem>
#include <iostream>

#include "options.h"
#include "penchant/core/error.h"
#include "penchant/core/file.h"
#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"

namespace penchant::app {

namespace {

// Beside the record, so that `report RECORD` renews the page that `run` wrote.
std::string beside(const std::string& record) {
  const std::filesystem::path path(record);
  return ((std::filesystem::is_directory(path) ? path : path.parent_path()) / "report.html").string();
}

}  // namespace

int report_command(const Options& options) {
  const ReportFormat format = report_format(options.format.empty() ? "html" : options.format);
  if (std::filesystem::is_directory(options.spec) && !std::filesystem::exists(std::filesystem::path(options.spec) / "record.json"))
    throw InvalidInput(cat(options.spec, ": holds no record.json"));
  const std::string text = write_document(record_document(read_record(options.spec)), format);
  const std::string out = !options.out.empty() ? options.out : format == ReportFormat::html ? beside(options.spec) : std::string();
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
