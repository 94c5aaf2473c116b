#include "penchant/limits/solvers/max_margin_descent.h"

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace penchant {

namespace {

constexpr double kNear = 1.2;   // margins up to here stay in the short sweeps
constexpr int kFullEvery = 10;  // all samples are looked at in the first two sweeps and then in every tenth

// Order of visits: a fixed sequence (SplitMix64), so that results do not depend on the run.
class Shuffle {
 public:
  void operator()(std::vector<Index>& order) {
    for (std::size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[((next() >> 32) * k) >> 32]);
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::uint64_t state_ = 0;
};

}  // namespace

Descent descend(const MarginRows& rows, double unit, int sweeps) {
  const Index n = rows.samples();
  Descent out;
  out.multipliers = Vector::Zero(n);
  Vector w = Vector::Zero(rows.features());  // in units of 1/unit, like everything here
  double b = 0.0;
  const double constant = rows.free_intercept ? 1.0 : 0.0;
  std::vector<Index> order(static_cast<std::size_t>(n)), near;
  Shuffle shuffle;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    if (sweep < 2 || sweep % kFullEvery == 0) {
      order.resize(static_cast<std::size_t>(n));
      std::iota(order.begin(), order.end(), Index{0});
    }
    shuffle(order);
    near.clear();
    for (Index i : order) {
      const double size = rows.row_norms[i] / unit;
      const double square = size * size + constant;
      if (square == 0.0) continue;
      const double margin = rows.y[i] * (rows.x.row(i).dot(w) / unit + constant * b);
      const double updated = std::max(0.0, out.multipliers[i] + (1.0 - margin) / square);
      const double change = rows.y[i] * (updated - out.multipliers[i]);
      if (change != 0.0) {
        w.noalias() += (change / unit) * rows.x.row(i).transpose();
        b += constant * change;
        out.multipliers[i] = updated;
      }
      if (updated > 0.0 || margin < kNear) near.push_back(i);
    }
    order.swap(near);
  }
  out.b = b;
  out.margins.noalias() = rows.x * w;
  out.margins = rows.y.cwiseProduct((out.margins.array() / unit + constant * b).matrix());
  return out;
}

}  // namespace penchant
