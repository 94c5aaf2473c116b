#include "penchant/lab/report_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "penchant/core/number_words.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

bool word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.'; }
bool digit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }

// A decimal number with an exponent that starts at `begin` and stands by itself: not inside a hash, a name or a version.
struct PowerNumber {
  std::size_t length;
  std::string mantissa;
  int exponent;
};
std::optional<PowerNumber> power_number(std::string_view text, std::size_t begin) {
  if (!digit(text[begin]) || (begin > 0 && word_character(text[begin - 1]))) return std::nullopt;
  std::size_t i = begin;
  while (i < text.size() && digit(text[i])) ++i;
  if (i + 1 < text.size() && text[i] == '.' && digit(text[i + 1]))
    for (++i; i < text.size() && digit(text[i]);) ++i;
  const std::string mantissa(text.substr(begin, i - begin));
  if (i >= text.size() || text[i] != 'e') return std::nullopt;
  const bool negative = ++i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  int exponent = 0;
  std::size_t digits = 0;
  for (; i < text.size() && digit(text[i]) && digits < 4; ++i, ++digits) exponent = 10 * exponent + (text[i] - '0');
  const bool ends =
      i >= text.size() || !word_character(text[i]) || (text[i] == '.' && (i + 1 >= text.size() || !word_character(text[i + 1])));
  if (digits == 0 || !ends) return std::nullopt;
  return PowerNumber{i - begin, mantissa, negative ? -exponent : exponent};
}

struct Letter {
  std::string_view utf8, latex;
};
constexpr Letter kLetters[] = {
    {"\\", "\\textbackslash{}"}, {"{", "\\{"}, {"}", "\\}"}, {"$", "\\$"}, {"&", "\\&"}, {"#", "\\#"}, {"%", "\\%"}, {"_", "\\_"},
    {"^", "\\textasciicircum{}"}, {"~", "\\textasciitilde{}"}, {"<", "$<$"}, {">", "$>$"}, {"|", "$|$"},
    {"ℓ1", "$\\ell_1$"}, {"ℓ2", "$\\ell_2$"}, {"ℓ∞", "$\\ell_\\infty$"}, {"ℓ", "$\\ell$"}, {"°", "$^\\circ$"}, {"\u00a0", "~"},
    {"α", "$\\alpha$"}, {"β", "$\\beta$"}, {"γ", "$\\gamma$"}, {"δ", "$\\delta$"}, {"ε", "$\\varepsilon$"}, {"ζ", "$\\zeta$"},
    {"η", "$\\eta$"}, {"θ", "$\\theta$"}, {"λ", "$\\lambda$"}, {"μ", "$\\mu$"}, {"ν", "$\\nu$"}, {"π", "$\\pi$"}, {"ρ", "$\\rho$"},
    {"σ", "$\\sigma$"},
    {"τ", "$\\tau$"}, {"φ", "$\\varphi$"}, {"ψ", "$\\psi$"}, {"Σ", "$\\Sigma$"}, {"∇", "$\\nabla$"}, {"‖", "$\\|$"}, {"∣", "$|$"},
    {"≤", "$\\le$"},
    {"≥", "$\\ge$"}, {"≠", "$\\ne$"}, {"≈", "$\\approx$"}, {"∝", "$\\propto$"}, {"→", "$\\to$"}, {"∞", "$\\infty$"}, {"×",
                                                                                                                      "$\\times$"},
    {"·", "$\\cdot$"}, {"⊙", "$\\odot$"}, {"√", "$\\surd$"}, {"∈", "$\\in$"}, {"⟨", "$\\langle$"}, {"⟩", "$\\rangle$"},
    {"−", "$-$"}, {"±", "$\\pm$"},
    {"½", "$\\frac12$"}, {"¼", "$\\frac14$"}, {"⁺", "$^+$"}, {"⁻", "$^-$"}, {"ᵀ", "$^T$"}, {"ᴺ", "$^N$"}, {"⁰", "$^0$"},
    {"¹", "$^1$"}, {"²", "$^2$"}, {"³", "$^3$"},
    {"⁴", "$^4$"}, {"⁵", "$^5$"}, {"⁶", "$^6$"}, {"⁷", "$^7$"}, {"⁸", "$^8$"}, {"⁹", "$^9$"}, {"₀", "$_0$"}, {"₁", "$_1$"},
    {"₂", "$_2$"}, {"ᵢ", "$_i$"}, {"ⱼ", "$_j$"},
    {"–", "--"}, {"—", "---"}, {"…", "\\dots{}"}, {"“", "``"}, {"”", "''"}, {"’", "'"}, {"⋆", "$\\star$"}};

bool letter(char c) { return std::isalpha(static_cast<unsigned char>(c)); }

// Words as they are, whatever foreign names stand in them: no tag, no link, no emphasis. Tags begin with < before a letter, /, ! or
// ?; an underscore inside a word emphasises nothing.
std::string markdown_text(std::string_view text) {
  const std::string words = with_powers(text);
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char c = words[i], before = i > 0 ? words[i - 1] : ' ', next = i + 1 < words.size() ? words[i + 1] : ' ';
    const bool tag = c == '<' && (letter(next) || next == '/' || next == '!' || next == '?');
    const bool entity = c == '&' && (letter(next) || next == '#');
    const bool emphasis = c == '*' || c == '~' || (c == '_' && !(word_character(before) && word_character(next)));
    if (tag || entity || emphasis || c == '[' || c == '`' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

// Pipes would end a cell of a table.
std::string without_pipes(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '|' ? "\\|" : std::string(1, c == '\n' ? ' ' : c);
  return out;
}

// More backticks than stand one after another in `text`, and at least `least`.
std::string backticks(std::string_view text, std::size_t least) {
  std::size_t longest = 0, run = 0;
  for (char c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  return std::string(std::max(least, longest + 1), '`');
}

std::string markdown_code(std::string_view text) {
  const std::string fence = backticks(text, 1), space = fence.size() > 1 ? " " : "";
  return cat(fence, space, text, space, fence);
}

std::string markdown_cell(const Cell& cell) {
  return without_pipes(cell.tone == Tone::code ? markdown_code(cell.text) : markdown_text(cell.text));
}

std::string markdown_target(const std::string& path) {
  return path.find_first_of(" ()<>") == std::string::npos ? path : cat("<", path, ">");
}

struct Markdown {
  const std::string& assets;
  std::string out;

  void operator()(const Heading& h) { out += cat("## ", markdown_text(h.text), "\n\n"); }
  void operator()(const Link& link) { out += cat("[", markdown_text(link.text), "](", markdown_target(link.target), ")\n\n"); }
  void operator()(const Paragraph& p) { out += markdown_text(p.text) + "\n\n"; }
  void operator()(const Banner& b) { out += cat("> **", markdown_text(b.word), "** ", markdown_text(b.text), "\n\n"); }
  void operator()(const Terms& terms) {
    for (const auto& [word, meaning] : terms.entries) out += cat("- **", markdown_text(word), "**: ", markdown_text(meaning), "\n");
    out += "\n";
  }
  void operator()(const CodeBlock& code) {
    const std::string fence = backticks(code.text, 3);
    out += cat(fence, "\n", code.text, code.text.ends_with("\n") ? "" : "\n", fence, "\n\n");
  }
  void operator()(const Chart& chart) {
    if (assets.empty()) return;
    out += cat("![", markdown_text(chart.title), "](", markdown_target(cat(assets, "/", file_stem(chart), ".svg")), ")\n\n",
               markdown_text(chart.caption), "\n\n");
  }
  void operator()(const ReportTable& table) {
    if (!table.caption.empty()) out += cat("**", markdown_text(table.caption), "**\n\n");
    std::vector<std::string> columns;
    for (const std::string& column : table.columns) columns.push_back(without_pipes(markdown_text(column)));
    row(columns);
    std::string rule = "|";
    for (std::size_t j = 0; j < table.columns.size(); ++j) rule += is_number_column(table, j) ? " ---: |" : " --- |";
    out += rule + "\n";
    for (const auto& cells : table.rows) {
      std::vector<std::string> texts;
      for (const Cell& cell : cells) texts.push_back(markdown_cell(cell));
      row(texts);
    }
    out += "\n";
  }

 private:
  void row(const std::vector<std::string>& texts) { out += cat("| ", join(texts, " | "), " |\n"); }
};

struct Latex {
  const std::string& assets;
  std::string out;

  void operator()(const Heading& h) { out += cat("\\subsection*{", latex_text(h.text), "}\n"); }
  void operator()(const Link& link) { out += latex_text(cat(link.text, ": ", link.target)) + "\n\n"; }
  void operator()(const Paragraph& p) { out += latex_text(p.text) + "\n\n"; }
  void operator()(const Banner& b) { out += cat("\\paragraph{", latex_text(b.word), "} ", latex_text(b.text), "\n\n"); }
  void operator()(const Terms& terms) {
    out += "\\begin{description}\n";
    for (const auto& [word, meaning] : terms.entries) out += cat("\\item[", latex_text(word), "] ", latex_text(meaning), "\n");
    out += "\\end{description}\n\n";
  }
  // A listing belongs into a repository, not into a paper.
  void operator()(const CodeBlock&) {}
  void operator()(const Chart& chart) {
    if (assets.empty()) return;
    out += cat("\\begin{figure}[t]\\centering\n\\includegraphics[width=.8\\linewidth]{", assets, "/", file_stem(chart),
               ".pdf}\n\\caption{", latex_text(chart.title), ". ", latex_text(chart.caption), "}\n\\end{figure}\n\n");
  }
  void operator()(const ReportTable& table) {
    out += "\\begin{table}[t]\\centering\\small\n";
    if (!table.caption.empty()) out += cat("\\caption{", latex_text(table.caption), "}\n");
    out += cat("\\begin{tabular}{", columns(table), "}\n\\toprule\n");
    std::vector<std::string> texts;
    for (const std::string& column : table.columns) texts.push_back(latex_text(column));
    out += join(texts, " & ") + " \\\\\n\\midrule\n";
    for (const auto& cells : table.rows) {
      texts.clear();
      for (const Cell& cell : cells)
        texts.push_back(cell.tone == Tone::code ? cat("\\texttt{", latex_text(cell.text), "}") : latex_text(cell.text));
      out += join(texts, " & ") + " \\\\\n";
    }
    out += "\\bottomrule\n\\end{tabular}\n\\end{table}\n\n";
  }

 private:
  // Long words wrap; numbers stand right.
  static std::string columns(const ReportTable& table) {
    constexpr std::size_t kWrapped = 32;
    std::string out;
    std::size_t wrapped = 0;
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      std::size_t longest = 0;
      for (const auto& row : table.rows) longest = std::max(longest, row[j].text.size());
      out += is_number_column(table, j) ? 'r' : longest > kWrapped ? 'p' : 'l';
      wrapped += out.back() == 'p';
    }
    const std::string width = wrapped <= 1 ? "{.45\\linewidth}" : wrapped == 2 ? "{.3\\linewidth}" : "{.2\\linewidth}";
    std::string spelled;
    for (char c : out) spelled += c == 'p' ? "p" + width : std::string(1, c);
    return spelled;
  }
};

}  // namespace

std::string with_powers(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (const auto number = power_number(text, i)) {
      out += number->mantissa == "1" ? cat("10", superscript(std::to_string(number->exponent)))
                                     : cat(number->mantissa, "\u00a0×\u00a010", superscript(std::to_string(number->exponent)));
      i += number->length;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string latex_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (const auto number = power_number(text, i)) {
      out += number->mantissa == "1" ? cat("$10^{", number->exponent, "}$")
                                     : cat("$", number->mantissa, "\\times 10^{", number->exponent, "}$");
      i += number->length;
      continue;
    }
    if (text[i] == '-' && i + 1 < text.size() && digit(text[i + 1]) && (i == 0 || !word_character(text[i - 1]))) {
      out += "$-$";
      ++i;
      continue;
    }
    const auto letter =
        std::find_if(std::begin(kLetters), std::end(kLetters), [&](const Letter& l) { return text.substr(i).starts_with(l.utf8); });
    if (letter == std::end(kLetters)) {
      out += text[i++];
    } else {
      // Neighbours in math mode are one formula: $\ell$$_1$ would come apart.
      if (letter->latex.front() == '$' && out.ends_with('$') && !out.ends_with("\\$")) {
        out.pop_back();
        if (out.ends_with("\\surd") || std::isalpha(static_cast<unsigned char>(out.back()))) out += ' ';
        out += letter->latex.substr(1);
      } else {
        out += letter->latex;
      }
      i += letter->utf8.size();
    }
  }
  return out;
}

std::string markdown(const Document& document, const std::string& assets) {
  Markdown writer{assets, cat("# ", markdown_text(document.title), "\n\n")};
  if (!document.subtitle.empty()) writer.out += markdown_text(document.subtitle) + "\n\n";
  for (const Block& block : document.blocks) std::visit(writer, block);
  return writer.out;
}

std::string latex(const Document& document, const std::string& assets) {
  Latex writer{assets,
               cat("% ", printable(document.title), ": \\usepackage{booktabs,amssymb", assets.empty() ? "" : ",graphicx", "}\n")};
  for (const Block& block : document.blocks) std::visit(writer, block);
  return writer.out;
}

}  // namespace penchant
