// A report before it is written down: blocks that become HTML, Markdown or LaTeX. What is said is decided once, for all three.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "penchant/lab/chart.h"

namespace penchant {

enum class Tone { plain, number, yes, no, open, code };  // `open`: neither yes nor no; `code`: shown letter by letter

struct Cell {
  std::string text;
  Tone tone = Tone::plain;

  Cell() = default;
  Cell(std::string words, Tone how = Tone::plain) : text(std::move(words)), tone(how) {}
  Cell(const char* words) : text(words) {}
  static Cell number(double value, int digits = 4);  // "–" where it is not finite
};

struct Heading {
  std::string text;
};
struct Paragraph {
  std::string text;
  bool soft = false;
};
// The answer of a report, in a box. `style`: agrees, disagrees, undecided, refused, progress.
struct Banner {
  std::string style, word, text;
};
struct ReportTable {
  std::string caption;
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;  // each as long as `columns`
};
// Every cell below its head is a number.
bool is_number_column(const ReportTable& table, std::size_t column);
// Words and what they mean.
struct Terms {
  std::vector<std::pair<std::string, std::string>> entries;
};
// To another page.
struct Link {
  std::string target, text;
};
// `folded`: shown on demand under this line; empty: always shown.
struct CodeBlock {
  std::string text, folded;
};

using Block = std::variant<Heading, Paragraph, Banner, ReportTable, Terms, Link, CodeBlock, Chart>;

struct Document {
  std::string title, subtitle;
  std::vector<Block> blocks;

  void add(Block block) { blocks.push_back(std::move(block)); }
};

enum class ReportFormat { html, markdown, latex };
// "html", "md", "tex"; throws InvalidInput naming the nearest for anything else.
ReportFormat report_format(std::string_view name);

// HTML: one self-contained offline page. Markdown and LaTeX (booktabs; ASCII but for letters of names):
// charts are named by their titles, and shown where `assets` names the folder that holds NAME.svg and NAME.pdf of each.
std::string write_document(const Document& document, ReportFormat format, const std::string& assets = {});

}  // namespace penchant
