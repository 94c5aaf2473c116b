#include "penchant/lab/chart_contour.h"

#include <cmath>
#include <map>

#include "penchant/lab/chart_scale.h"

namespace penchant {

namespace {

// An edge of the grid: from node (row, column) to the right (0) or up (1).
struct Edge {
  Index row, column;
  int direction;
  auto operator<=>(const Edge&) const = default;
};

class Marching {
 public:
  Marching(const Chart& chart, double level) : chart_(chart), heat_(*chart.heat) {
    values_ = heat_.values;
    if (heat_.log) values_ = values_.unaryExpr([](double v) { return v > 0.0 ? std::log10(v) : std::nan(""); });
    level_ = heat_.log ? std::log10(level) : level;
  }

  std::vector<Polyline> lines() {
    for (Index i = 0; i + 1 < values_.rows(); ++i)
      for (Index j = 0; j + 1 < values_.cols(); ++j) square(i, j);
    std::vector<Polyline> out;
    // Open lines first, from their ends; what is left are loops.
    for (const auto& [edge, near] : neighbours_)
      if (near.size() == 1 && !used_[edge]) out.push_back(follow(edge));
    for (const auto& [edge, near] : neighbours_)
      if (!used_[edge]) {
        out.push_back(follow(edge));
        out.back().push_back(out.back().front());
      }
    return out;
  }

 private:
  bool above(Index i, Index j) const { return values_(i, j) >= level_; }

  void square(Index i, Index j) {
    const double corners[] = {values_(i, j), values_(i, j + 1), values_(i + 1, j + 1), values_(i + 1, j)};
    for (double v : corners)
      if (!std::isfinite(v)) return;
    const Edge bottom{i, j, 0}, right{i, j + 1, 1}, top{i + 1, j, 0}, left{i, j, 1};
    const bool a = above(i, j), b = above(i, j + 1), c = above(i + 1, j + 1), d = above(i + 1, j);
    if (a == c && b == d && a != b) {
      const bool middle = 0.25 * (corners[0] + corners[1] + corners[2] + corners[3]) >= level_;
      // The middle is joined with the corners on its side, the other two are cut off.
      if (middle == a) {
        join(bottom, right);
        join(top, left);
      } else {
        join(bottom, left);
        join(top, right);
      }
      return;
    }
    std::vector<Edge> crossed;
    if (a != b) crossed.push_back(bottom);
    if (b != c) crossed.push_back(right);
    if (c != d) crossed.push_back(top);
    if (d != a) crossed.push_back(left);
    if (crossed.size() == 2) join(crossed[0], crossed[1]);
  }

  void join(const Edge& a, const Edge& b) {
    neighbours_[a].push_back(b);
    neighbours_[b].push_back(a);
  }

  Polyline follow(Edge edge) {
    Polyline line;
    for (bool more = true; more;) {
      used_[edge] = true;
      line.push_back(crossing(edge));
      more = false;
      for (const Edge& next : neighbours_[edge])
        if (!used_[next]) {
          edge = next;
          more = true;
          break;
        }
    }
    return line;
  }

  static double part(const Axis& axis, double from, double to, double share) {
    const double at = (1.0 - share) * on_scale(axis, from) + share * on_scale(axis, to);
    return axis.log ? std::pow(10.0, at) : at;
  }

  std::pair<double, double> crossing(const Edge& e) const {
    const Index i = e.row + (e.direction == 1), j = e.column + (e.direction == 0);
    const double from = values_(e.row, e.column), to = values_(i, j), share = (level_ - from) / (to - from);
    const auto x = [&](Index k) { return heat_.xs[static_cast<std::size_t>(k)]; };
    const auto y = [&](Index k) { return heat_.ys[static_cast<std::size_t>(k)]; };
    return {part(chart_.x, x(e.column), x(j), share), part(chart_.y, y(e.row), y(i), share)};
  }

  const Chart& chart_;
  const Heat& heat_;
  Matrix values_;
  double level_;
  std::map<Edge, std::vector<Edge>> neighbours_;
  std::map<Edge, bool> used_;
};

}  // namespace

std::vector<Polyline> contour_lines(const Chart& chart, double level) {
  if (!chart.heat) return {};
  check(chart);
  return Marching(chart, level).lines();
}

}  // namespace penchant
