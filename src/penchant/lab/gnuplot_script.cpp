#include <algorithm>
#include <cmath>

#include "penchant/core/text.h"
#include "penchant/lab/chart_contour.h"
#include "penchant/lab/chart_palette.h"
#include "penchant/lab/chart_scale.h"
#include "penchant/lab/gnuplot.h"

namespace penchant {

namespace {

constexpr const char* kInk = "#1b1f24";
constexpr const char* kSoft = "#57606a";
constexpr std::size_t kLongestText = 76, kLongestUpright = 52;  // letters that fit across and up the picture
constexpr std::size_t kRows = 3;                                // of the legend, in the picture's usual height

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t bad = invalid_utf8_at(text);
    for (char c : text.substr(0, bad)) {
      // By its code: gnuplot 5.4 loses count of doubled quotes in a row.
      if (c == '\'') {
        out += "\\047";
        continue;
      }
      if (std::string_view("^_{}@&~\\").find(c) != std::string_view::npos) out += '\\';
      out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    }
    if (bad == std::string_view::npos) break;
    out += ' ';
    text.remove_prefix(bad + 1);
  }
  return out;
}

// What is longer than the picture would be cut by its edge.
std::string shortened(std::string_view text, std::size_t most) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (++letters == most) return i + 1 < text.size() && i > 0 ? cat(text.substr(0, i), "…") : std::string(text);
  }
  return std::string(text);
}

std::string quoted(const std::string& enhanced) { return cat("'", enhanced, "'"); }

std::string tick_text(const Tick& tick) {
  std::string out = escaped(tick.text);
  if (tick.power.empty()) return out;
  const std::size_t hat = tick.power.find('^');
  std::string power = tick.power.substr(0, hat);
  if (power[0] == '-') power = cat("−", power.substr(1));
  if (hat != std::string::npos) power += cat("^{", tick.power.substr(hat + 1), "}");
  return cat(out, "^{", power, "}");
}

std::string tick_list(const std::vector<Tick>& marks) {
  std::vector<std::string> out;
  for (const Tick& tick : marks) out.push_back(cat(quoted(tick_text(tick)), " ", number_text(tick.at)));
  return cat("(", join(out, ", "), ")");
}

std::string axis_commands(const char* axis, const Axis& described, Domain domain) {
  std::string out = cat("set ", axis, "range [", number_text(domain.low), ":", number_text(domain.high), "]\n");
  if (described.log) out += cat("set logscale ", axis, " 10\n");
  const bool below = axis[0] == 'x';  // gnuplot leaves the room of a line above the label
  out += cat("set ", axis, "tics ", tick_list(ticks(described, domain)), below ? " offset 0,0.3\n" : "\n");
  if (!described.label.empty())
    out += cat("set ", axis, "label ", gnuplot_text(shortened(described.label, below ? kLongestText : kLongestUpright)),
               below ? " offset 0,0.7\n" : "\n");
  return out;
}

// A curve without gaps; its points as lines of the script.
struct Run {
  std::string rows;
  std::size_t points = 0;
};

class Script {
 public:
  Script(const Chart& chart, ChartFormat format) : chart_(chart), format_(format), x_(x_domain(chart)), y_(y_domain(chart)) {}

  std::string text() {
    if (chart_.heat) add_heat(*chart_.heat);
    for (const Series& s : chart_.series)
      if (!s.band.empty() && s.kind != SeriesKind::dots && s.kind != SeriesKind::bars) add_band(s);
    for (const Rule& r : chart_.rules) add_rule(r);
    for (const Series& s : chart_.series)
      if (s.kind != SeriesKind::band) add_series(s);
    if (plots_.empty()) plots_.push_back("NaN notitle");
    return cat(head(), data_, "plot ", join(plots_, ", \\\n     "), "\n");
  }

 private:
  std::string head() const {
    // The picture grows with its legend: gnuplot cuts away what does not fit.
    const std::size_t rows = (entries_ + columns() - 1) / columns(), more = rows > kRows ? rows - kRows : 0;
    std::string out =
        format_ == ChartFormat::svg
            ? cat("set terminal svg enhanced size 720,", 450 + 19 * more, " font 'Arial,14' background rgb '#ffffff'\n")
            : cat("set terminal pdfcairo enhanced size 16cm,", number_text(10.0 + 0.45 * static_cast<double>(more)),
                  "cm font 'Sans,10' fontscale 0.7 linewidth 1.2\n");
    out += "set encoding utf8\n";
    out +=
        cat("set border 3 linecolor rgb '", kSoft, "' linewidth 1\nset tics nomirror out scale 0.6 textcolor rgb '", kInk, "'\n");
    if (!chart_.heat) out += "set grid xtics ytics linetype 1 linecolor rgb '#e3e7ec' linewidth 0.7\n";
    out += "set style fill solid 1 noborder\nset datafile missing 'NaN'\n";
    if (!chart_.title.empty())
      out += cat("set title ", gnuplot_text(shortened(chart_.title, kLongestText)), " textcolor rgb '", kInk, "'\n");
    out += axis_commands("x", chart_.x, x_) + axis_commands("y", chart_.y, y_);
    if (entries_ == 0)
      out += "unset key\n";
    else
      // Its own margin: gnuplot's "below" touches the label of the axis.
      out += cat("set key at screen 0.07,0.02 left bottom horizontal Left reverse samplen 2 spacing 1.1 textcolor rgb '", kInk,
                 "' maxcols ", columns(), "\nset bmargin ", number_text(3.6 + 1.15 * static_cast<double>(rows)), "\n");
    return out + head_;
  }

  // Long names in few columns: gnuplot cuts what does not fit into the picture.
  std::size_t columns() const {
    constexpr std::size_t kLine = 72, kSample = 6;
    return std::clamp<std::size_t>(kLine / (longest_ + kSample), 1, 5);
  }

  std::string title_of(const std::string& whole) {
    if (whole.empty()) return "notitle";
    const std::string name = shortened(whole, kLongestText);
    ++entries_;
    std::size_t letters = 0;  // as gnuplot counts them, escapes included
    for (char c : escaped(name)) letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    longest_ = std::max(longest_, letters);
    return cat("title ", gnuplot_text(name));
  }

  std::string block(const std::string& rows) {
    const std::string name = cat("$d", ++blocks_);
    data_ += cat(name, " << EOD\n", rows, "EOD\n");
    return name;
  }

  bool on_x(double value) const { return std::isfinite(on_scale(chart_.x, value)); }
  bool on_y(double value) const { return std::isfinite(on_scale(chart_.y, value)); }

  // Stretches of drawn points for which `row` has text.
  template <class Row>
  std::vector<Run> runs(const Series& s, Row&& row) const {
    std::vector<Run> out(1);
    for (std::size_t i : drawn_points(s, chart_.x)) {
      const std::string text = on_x(s.points[i].first) ? row(i) : std::string();
      if (!text.empty()) {
        out.back().rows += text;
        ++out.back().points;
      } else if (out.back().points > 0) {
        out.emplace_back();
      }
    }
    if (out.back().points == 0) out.pop_back();
    return out;
  }

  void add_band(const Series& s) {
    std::string title = s.kind == SeriesKind::band ? title_of(s.name) : "notitle";
    const auto row = [&](std::size_t i) {
      const auto [low, high] = s.band[i];
      return on_y(low) && on_y(high) ? cat(number_text(s.points[i].first), " ", number_text(low), " ", number_text(high), "\n")
                                     : std::string();
    };
    for (const Run& run : runs(s, row)) {
      plots_.push_back(cat(block(run.rows), " using 1:2:3 with filledcurves fillcolor rgb '", colour(s, Paper::light),
                           "' fillstyle transparent solid 0.18 noborder ", title));
      title = "notitle";
    }
  }

  void add_rule(const Rule& r) {
    if (!(r.vertical ? on_x(r.at) : on_y(r.at))) return;
    const auto row = [&](double end) {
      return r.vertical ? cat(number_text(r.at), " ", number_text(end)) : cat(number_text(end), " ", number_text(r.at));
    };
    const Domain across = r.vertical ? y_ : x_;
    plots_.push_back(cat(block(cat(row(across.low), "\n", row(across.high), "\n")),
                         " using 1:2 with lines dashtype (10,7) linewidth 1.4 linecolor rgb '", role_colour(r.role, Paper::light),
                         "' ", title_of(r.label)));
  }

  void add_series(const Series& s) {
    const bool error_bars = !s.band.empty() && s.kind == SeriesKind::dots;
    const auto row = [&](std::size_t i) {
      const double y = s.points[i].second;
      if (!on_y(y)) return std::string();
      std::string out = cat(number_text(s.points[i].first), " ", number_text(y));
      if (error_bars) {
        const auto [low, high] = s.band[i];
        out += cat(" ", number_text(on_y(low) ? low : y), " ", number_text(on_y(high) ? high : y));
      }
      return out + "\n";
    };
    const std::vector<Run> stretches = runs(s, row);
    const std::string paint = cat("linecolor rgb '", colour(s, Paper::light), "'");
    if (s.kind == SeriesKind::line) return add_line(s, stretches, paint);
    std::string rows;
    for (const Run& run : stretches) rows += run.rows;
    if (rows.empty()) return;
    if (s.kind == SeriesKind::bars)
      plots_.push_back(cat(block(rows), " using 1:2 with impulses linewidth 2.5 ", paint, " ", title_of(s.name)));
    else if (error_bars)
      plots_.push_back(cat(block(rows), " using 1:2:3:4 with yerrorbars pointtype 6 pointsize 0.6 linewidth 1.3 ", paint, " ",
                           title_of(s.name)));
    else
      plots_.push_back(
          cat(block(rows), " using 1:2 with points pointtype 6 pointsize 0.6 linewidth 1.3 ", paint, " ", title_of(s.name)));
  }

  void add_line(const Series& s, const std::vector<Run>& stretches, const std::string& paint) {
    const std::string dash = dashed(s) ? "dashtype (10,7) " : "";
    std::string joined, alone;
    for (const Run& run : stretches) {
      if (run.points == 1)
        alone += run.rows;
      else
        joined += (joined.empty() ? "" : "\n") + run.rows;  // an empty line is a gap
    }
    std::string title = title_of(s.name);
    if (!joined.empty()) {
      plots_.push_back(cat(block(joined), " using 1:2 with lines linewidth 1.9 ", dash, paint, " ", title));
      title = "notitle";
    }
    // A point between two gaps has no line to be on.
    if (!alone.empty())
      plots_.push_back(cat(block(alone), " using 1:2 with points pointtype 7 pointsize 0.35 ", paint, " ", title));
  }

  void add_heat(const Heat& heat) {
    const Domain colours = colour_domain(heat);
    const auto& stops = heat.middle ? diverging_stops() : sequential_stops();
    std::vector<std::string> palette;
    for (std::size_t k = 0; k < stops.size(); ++k) palette.push_back(cat(k, " '", stops[k], "'"));
    head_ += cat("set palette defined (", join(palette, ", "), ")\nset cbrange [", number_text(colours.low), ":",
                 number_text(colours.high), "]\nset cbtics ", tick_list(ticks({.power = heat.log}, colours, 6)),
                 "\nset colorbox noborder\n");
    if (!heat.label.empty()) head_ += cat("set cblabel ", gnuplot_text(shortened(heat.label, kLongestUpright)), "\n");
    const std::vector<double> xs = cell_edges(chart_.x, heat.xs), ys = cell_edges(chart_.y, heat.ys);
    const Axis scale{.log = heat.log};
    std::string rows;
    for (std::size_t i = 0; i < heat.ys.size(); ++i)
      for (std::size_t j = 0; j < heat.xs.size(); ++j) {
        const double value = on_scale(scale, heat.values(static_cast<Index>(i), static_cast<Index>(j)));
        if (!std::isfinite(value)) continue;
        for (double number : {heat.xs[j], heat.ys[i], xs[j], xs[j + 1], ys[i], ys[i + 1]}) rows += cat(number_text(number), " ");
        rows += cat(number_text(value), "\n");
      }
    if (!rows.empty())
      plots_.push_back(
          cat(block(rows), " using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid border linewidth 0.5 linecolor palette notitle"));
    for (double level : heat.contours) add_contour(level);
  }

  void add_contour(double level) {
    std::string rows;
    Polyline longest;
    for (const Polyline& line : contour_lines(chart_, level)) {
      rows += rows.empty() ? "" : "\n";
      for (const auto& [x, y] : line) rows += cat(number_text(x), " ", number_text(y), "\n");
      if (line.size() > longest.size()) longest = line;
    }
    if (rows.empty()) return;
    // White over dark: seen on every colour.
    const std::string name = block(rows);
    plots_.push_back(cat(name, " using 1:2 with lines linewidth 2.4 linecolor rgb '#80000000' notitle"));
    plots_.push_back(cat(name, " using 1:2 with lines linewidth 1.2 linecolor rgb '#ffffff' notitle"));
    const auto [x, y] = longest[longest.size() / 2];
    head_ += cat("set label ", gnuplot_text(short_text(level)), " at ", number_text(x), ",", number_text(y),
                 " center front font ',", format_ == ChartFormat::svg ? 11 : 8,
                 "' textcolor rgb '#1b1f24' boxed\nset style textbox opaque margins 0.4,0.4 fillcolor rgb '#ffffff' noborder\n");
  }

  const Chart& chart_;
  const ChartFormat format_;
  const Domain x_, y_;
  std::string head_, data_;
  std::vector<std::string> plots_;
  int blocks_ = 0;
  std::size_t entries_ = 0, longest_ = 0;
};

}  // namespace

std::string gnuplot_text(std::string_view text) { return quoted(escaped(text)); }

std::string gnuplot_script(const Chart& chart, ChartFormat format) {
  check(chart);
  return Script(chart, format).text();
}

}  // namespace penchant
