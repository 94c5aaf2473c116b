#include "penchant/dynamics/conserved.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/models/diagonal.h"
#include "penchant/models/model.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

using FactorPair = std::pair<const SignedLog&, const SignedLog&>;

// Of p² - q² at feature j.
double drift(const FactorPair& then, const FactorPair& now, Index j) {
  const auto squares = [j](const FactorPair& f) { return std::pair{2.0 * f.first.log_abs[j], 2.0 * f.second.log_abs[j]}; };
  const auto [p0, q0] = squares(then);
  const auto [p, q] = squares(now);
  if (p0 == q0) return std::max(p, q) == -std::numeric_limits<double>::infinity() ? 0.0 : -std::expm1(-std::abs(p - q));
  const bool same_side = p != q && (p > q) == (p0 > q0);
  const double ratio = p == q ? 0.0 : std::exp(log_subtract(p, q) - log_subtract(p0, q0));
  return std::abs((same_side ? ratio : -ratio) - 1.0);
}

double drift_of(const Linear&, const std::vector<SignedLog>&, const std::vector<SignedLog>&) { return kNaN; }

double drift_of(const WeightNormalised&, const std::vector<SignedLog>& start, const std::vector<SignedLog>& now) {
  return std::abs(std::expm1(log_sum_exp(2.0 * now.at(1).log_abs) - log_sum_exp(2.0 * start.at(1).log_abs)));
}

double drift_of(const Diagonal& model, const std::vector<SignedLog>& start, const std::vector<SignedLog>& now) {
  double largest = kNaN;
  for (const DiagonalTerm& term : diagonal_terms(model))
    for (std::size_t i = 1; i < term.blocks.size(); ++i) {
      const auto p = static_cast<std::size_t>(term.blocks[0]), q = static_cast<std::size_t>(term.blocks[i]);
      for (Index j = 0; j < start[p].size(); ++j) largest = std::fmax(largest, drift({start[p], start[q]}, {now[p], now[q]}, j));
    }
  return largest;
}

}  // namespace

double conserved_drift(const ModelSpec& model, const std::vector<SignedLog>& start, const std::vector<SignedLog>& now) {
  return std::visit([&](const auto& m) { return drift_of(m, start, now); }, model);
}

double conserved_drift(const Problem& problem, VecIn theta) {
  if (!theta.allFinite()) return kNaN;
  std::vector<SignedLog> now;
  for (const Block& block : model_blocks(problem.model, problem.data->dimension()))
    now.push_back(SignedLog::from(theta.segment(block.offset, block.size)));
  return conserved_drift(problem.model, problem.start.blocks, now);
}

}  // namespace penchant
