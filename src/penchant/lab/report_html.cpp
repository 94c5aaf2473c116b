#include "penchant/lab/report_html.h"

#include "penchant/core/embedded.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/lab/report_text.h"

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

std::string prose(std::string_view text) { return escaped(with_powers(text)); }

// JSON inside <script> must not close it.
std::string script_json(const Value& value) {
  const std::string json = to_json(value, -1);
  std::string out;
  out.reserve(json.size());
  for (char c : json) {
    if (c == '<') out += "\\u003c";
    else out += c;
  }
  return out;
}

std::string cell_html(const Cell& cell) {
  switch (cell.tone) {
    case Tone::plain: return cat("<td>", prose(cell.text), "</td>");
    case Tone::number: return cat("<td class=\"number\">", prose(cell.text), "</td>");
    case Tone::yes: return cat("<td><span class=\"yes\">", prose(cell.text), "</span></td>");
    case Tone::no: return cat("<td><span class=\"no\">", prose(cell.text), "</span></td>");
    case Tone::open: return cat("<td><span class=\"open\">", prose(cell.text), "</span></td>");
    case Tone::code: return cat("<td><code>", escaped(cell.text), "</code></td>");
  }
  return {};
}

struct Html {
  std::string out;

  void operator()(const Heading& h) { out += cat("<h2>", prose(h.text), "</h2>\n"); }
  void operator()(const Link& link) { out += cat("<p><a href=\"", escaped(link.target), "\">", prose(link.text), "</a></p>\n"); }
  void operator()(const Paragraph& p) { out += cat(p.soft ? "<p class=\"soft\">" : "<p>", prose(p.text), "</p>\n"); }
  void operator()(const Banner& b) {
    out +=
        cat("<div class=\"verdict ", escaped(b.style), "\"><strong>", prose(b.word), "</strong><p>", prose(b.text), "</p></div>\n");
  }
  // A wide table scrolls inside its region, which the keyboard reaches.
  void operator()(const ReportTable& table) {
    const std::string label = table.caption.empty() ? "table" : escaped(table.caption);
    out += cat("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", label, "\"><table>");
    if (!table.caption.empty()) out += cat("<caption>", prose(table.caption), "</caption>");
    out += "<thead><tr>";
    for (std::size_t j = 0; j < table.columns.size(); ++j)
      out += cat("<th scope=\"col\"", is_number_column(table, j) ? " class=\"number\">" : ">", prose(table.columns[j]), "</th>");
    out += "</tr></thead><tbody>\n";
    for (const auto& row : table.rows) {
      out += "<tr>";
      for (const Cell& cell : row) out += cell_html(cell);
      out += "</tr>\n";
    }
    out += "</tbody></table></div>\n";
  }
  void operator()(const Terms& terms) {
    out += "<dl>\n";
    for (const auto& [word, meaning] : terms.entries) out += cat("<dt>", prose(word), "</dt><dd>", prose(meaning), "</dd>\n");
    out += "</dl>\n";
  }
  void operator()(const CodeBlock& code) {
    if (!code.folded.empty()) out += cat("<details><summary>", escaped(code.folded), "</summary>\n");
    out += cat("<pre tabindex=\"0\">", escaped(code.text), "</pre>\n");
    if (!code.folded.empty()) out += "</details>\n";
  }
  void operator()(const Chart& chart) {
    out += cat("<script type=\"application/json\" class=\"chart\">", script_json(to_value(chart)), "</script>\n");
  }
};

}  // namespace

std::string html_page(const Document& document) {
  Html writer;
  for (const Block& block : document.blocks) std::visit(writer, block);
  const std::string title = escaped(document.title);
  return cat("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>", title,
             " · Penchant</title>\n<style>\n", embedded::report_css(), "</style>\n</head>\n<body>\n<main>\n<header><h1>", title,
             "</h1>\n<p class=\"soft\">", prose(document.subtitle),
             "</p></header>\n<noscript><p>The charts of this page are drawn by the script inside it; tables and words stand "
             "without it.</p></noscript>\n",
             writer.out, "</main>\n<script>\n", embedded::report_js(), "</script>\n</body>\n</html>\n");
}

}  // namespace penchant
