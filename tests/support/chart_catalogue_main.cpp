// penchant_chart_catalogue FOLDER: every chart of the catalogue as SVG, PDF and CSV, and one page with all of them.
#include <cstdio>
#include <filesystem>

#include "penchant/core/file.h"
#include "penchant/lab/gnuplot.h"
#include "penchant/lab/report_html.h"
#include "support/chart_catalogue.h"

int main(int argc, char** argv) {
  using namespace penchant;
  if (argc != 2) return std::fprintf(stderr, "usage: penchant_chart_catalogue FOLDER\n"), 2;
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  Document page{.title = "Charts", .subtitle = "Every kind, light and dark, wide and narrow"};
  int failures = 0;
  for (const Chart& chart : testing::chart_catalogue()) {
    page.add(chart);
    for (const char* ending : {".svg", ".pdf"}) {
      const RenderOutcome outcome = render(chart, (folder / (file_stem(chart) + ending)).string());
      if (outcome.drawn && outcome.text.empty()) continue;
      std::fprintf(stderr, "%s%s: %s\n", file_stem(chart).c_str(), ending, outcome.text.c_str());
      ++failures;
    }
  }
  write_file((folder / "catalogue.html").string(), html_page(page));
  return failures ? 1 : 0;
}
