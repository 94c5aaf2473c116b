// Charts as files for papers: SVG and PDF, drawn by the program gnuplot (5.4 or newer) from a script made of the same description,
// scales and colours as the HTML (light paper). The script is also a thing to keep: `gnuplot script > chart.svg`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "penchant/lab/chart.h"

namespace penchant {

enum class ChartFormat { svg, pdf };

// `text` as gnuplot's enhanced text that shows it letter by letter, in single quotes: ^ _ { } @ & ~ ' and backslash lose their
// meaning, control characters and bytes that are not UTF-8 become spaces.
std::string gnuplot_text(std::string_view text);

// Data and commands; writes the picture to standard output. Equal charts give equal scripts. A text longer than the picture ends in
// "…".
std::string gnuplot_script(const Chart& chart, ChartFormat format);

struct RenderOptions {
  std::string program = "gnuplot";  // looked up in PATH
};

struct RenderOutcome {
  bool drawn = false;
  std::string text;                // why not, or gnuplot's warnings; empty if all went well
  std::vector<std::string> files;  // written: the CSV, then the picture
};

// The picture at `path`, which ends in .svg or .pdf, and the numbers beside it in .csv. gnuplot missing or failing is an outcome,
// and the CSV is written all the same. The bytes of an SVG depend on the chart and gnuplot's version alone. Throws InvalidInput for
// another ending, a chart that check() refuses, or a path that cannot be written.
RenderOutcome render(const Chart& chart, const std::string& path, const RenderOptions& options = {});

}  // namespace penchant
