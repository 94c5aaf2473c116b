#include "penchant/theory/potentials.h"

#include <cmath>
#include <limits>

#include "penchant/core/text.h"

namespace penchant {

namespace {

using Started = std::variant<StartedPotential, std::string>;

Started positive_start(Potential potential, const SignedLog& start, const char* name, bool full_range) {
  for (Index j = 0; j < start.size(); ++j)
    if (start.sign[j] <= 0.0)
      return cat("the ", name, " potential lives on β > 0, and feature ", j + 1, " starts at ", start.values()[j]);
  return StartedPotential{std::move(potential), start, true, full_range};
}

Started hypentropy(double c, const SignedLog& start) {
  if ((start.sign.array() == 0.0).all()) return StartedPotential{Hypentropy{std::log(c)}, {}};
  const Vector half_angle = 0.5 * start.values().unaryExpr([c](double b) { return std::asinh(b / c); });
  const Vector centre = Vector::Constant(start.size(), 0.5 * std::log(0.5 * c));
  return StartedPotential{ShiftedHypentropy{centre + half_angle, centre - half_angle}, {}};
}

// log_u and log_v of one feature, by bisection on t in (-1, 1): u^{2-N} = α^{2-N}(1-t), v^{2-N} = α^{2-N}(1+t),
// and u^N - v^N grows with t.
void deep_start(int depth, double log_alpha, double beta, double& log_u, double& log_v) {
  const double k = depth - 2.0;
  const auto log_factor = [&](double slack) { return log_alpha - std::log(slack) / k; };
  const double target = std::abs(beta);
  double low = std::numeric_limits<double>::min(), high = 1.0;  // the slack 1-|t| of the larger factor
  for (int i = 0; i < 2000 && high / low > 1.0 + 1e-15; ++i) {
    const double slack = std::sqrt(low) * std::sqrt(high);
    const double value = std::exp(depth * log_factor(slack)) - std::exp(depth * log_factor(2.0 - slack));
    (value > target ? low : high) = slack;
  }
  log_u = log_factor(high);
  log_v = log_factor(2.0 - high);
  if (beta < 0.0) std::swap(log_u, log_v);
}

Started deep(int depth, double alpha, const SignedLog& start) {
  const double log_alpha = std::log(alpha);
  DeepDiagonal out{depth, Vector::Constant(start.size(), log_alpha), Vector::Constant(start.size(), log_alpha)};
  const Vector beta = start.values();
  for (Index j = 0; j < beta.size(); ++j)
    if (beta[j] != 0.0) deep_start(depth, log_alpha, beta[j], out.log_u[j], out.log_v[j]);
  return StartedPotential{std::move(out), {}, false, false};
}

}  // namespace

std::variant<StartedPotential, std::string> started_potential(const PotentialSpec& spec, const SignedLog& start,
                                                              const std::optional<Matrix>& k) {
  if (spec.kind == "euclidean") return StartedPotential{Euclidean{}, start};
  if (spec.kind == "entropy") return positive_start(Entropy{}, start, "entropy", true);
  if (spec.kind == "burg") return positive_start(Burg{}, start, "burg", false);
  if (spec.kind == "p_norm") return StartedPotential{PNorm{spec.p.value_or(2.0)}, start};
  if (spec.kind == "squared_p_norm") return StartedPotential{SquaredPNorm{spec.p.value_or(2.0)}, start};
  if (spec.kind == "hypentropy") {
    if (!spec.c || !(*spec.c > 0.0)) return std::string("the hypentropy potential needs its c > 0");
    return hypentropy(*spec.c, start);
  }
  if (spec.kind == "diagonal") {
    if (!spec.depth || *spec.depth < 3)
      return std::string("the diagonal potential needs a depth of at least 3 (depth 2 is hypentropy)");
    if (!spec.scale || !(*spec.scale > 0.0)) return std::string("the diagonal potential needs its scale > 0");
    return deep(*spec.depth, *spec.scale, start);
  }
  if (spec.kind == "quadratic") {
    if (!k) return cat("the matrix of the quadratic potential (", spec.k, ") was not read");
    return StartedPotential{Quadratic{*k}, start};
  }
  return cat("no limit is implemented for the potential \"", spec.kind, "\"");
}

}  // namespace penchant
