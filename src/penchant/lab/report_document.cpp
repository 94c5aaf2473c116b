#include "penchant/lab/report_document.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/lab/report_html.h"
#include "penchant/lab/report_text.h"

namespace penchant {

Cell Cell::number(double value, int digits) {
  return std::isfinite(value) ? Cell(short_text(value, digits), Tone::number) : Cell("–", Tone::number);
}

bool is_number_column(const ReportTable& table, std::size_t column) {
  return !table.rows.empty() &&
         std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return row[column].tone == Tone::number; });
}

ReportFormat report_format(std::string_view name) {
  if (name == "html") return ReportFormat::html;
  if (name == "md") return ReportFormat::markdown;
  if (name == "tex") return ReportFormat::latex;
  throw InvalidInput(cat("--format ", printable(name), ": expected html, md or tex", suggestion(name, {"html", "md", "tex"})));
}

std::string write_document(const Document& document, ReportFormat format, const std::string& assets) {
  switch (format) {
    case ReportFormat::html: return html_page(document);
    case ReportFormat::markdown: return markdown(document, assets);
    case ReportFormat::latex: return latex(document, assets);
  }
  return html_page(document);
}

}  // namespace penchant
