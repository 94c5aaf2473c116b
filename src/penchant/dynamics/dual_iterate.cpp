#include "penchant/dynamics/dual_iterate.h"

#include <cmath>

#include "penchant/dynamics/magnification.h"
#include "penchant/models/diagonal.h"

namespace penchant {

namespace {

struct Factor {
  Vector now, start;
};

// Displacement of one tied factor's dual: log(w/w_0) for N = 2, (w^{2-N} - w_0^{2-N}) m^{N-2} with m the largest |w_0| beyond.
std::optional<Vector> factor_displacement(const Factor& factor, int depth) {
  const Eigen::ArrayXd ratio = factor.now.array() / factor.start.array();
  if (!(ratio > 0.0).all()) return {};
  if (depth == 2) return Vector(ratio.log());
  const double largest = factor.start.cwiseAbs().maxCoeff();
  const Eigen::ArrayXd relative = factor.start.array().abs() / largest;
  return Vector(relative.pow(2 - depth) * ((2 - depth) * ratio.log()).unaryExpr([](double x) { return std::expm1(x); }));
}

std::optional<Vector> difference(const std::optional<Vector>& plus, const std::optional<Vector>& minus) {
  if (!plus || !minus) return {};
  return Vector(*plus - *minus);
}

// asinh of a number given by its log and sign: u_0 v_0 is below every double long before its log is.
double asinh_of(double log_abs, double sign) {
  constexpr double kLinear = 20.0;  // beyond it asinh t = log 2t to rounding
  return sign * (log_abs > kLinear ? log_abs + std::log(2.0) : std::asinh(std::exp(log_abs)));
}

// asinh(beta/c) - asinh(beta_0/c), c = 2 |u_0 v_0|, for beta = u^2 - v^2.
std::optional<Vector> hypentropy_displacement(const Factor& u, const Factor& v) {
  const Eigen::ArrayXd log_c = std::log(2.0) + u.start.array().abs().log() + v.start.array().abs().log();
  if (!log_c.isFinite().all()) return {};
  const auto dual = [&](const Vector& a, const Vector& b) {
    const SignedLog beta = SignedLog::from(Vector((a - b).cwiseProduct(a + b)));
    Vector out(beta.size());
    for (Index j = 0; j < out.size(); ++j) out[j] = asinh_of(beta.log_abs[j] - log_c[j], beta.sign[j]);
    return out;
  };
  return Vector(dual(u.now, v.now) - dual(u.start, v.start));
}

std::optional<Vector> displacement(const Linear&, VecIn theta, VecIn start) { return Vector(theta - start); }

std::optional<Vector> displacement(const Diagonal& model, VecIn theta, VecIn start) {
  const Index d = theta.size() / static_cast<Index>(diagonal_block_names(model).size());
  const auto block = [&](int k) { return Factor{theta.segment(k * d, d), start.segment(k * d, d)}; };
  if (model.form == DiagonalForm::product) {
    if (model.depth != 2) return {};
    const Factor u = block(0), v = block(1);
    return hypentropy_displacement({0.5 * (u.now + v.now), 0.5 * (u.start + v.start)},
                                   {0.5 * (u.now - v.now), 0.5 * (u.start - v.start)});
  }
  const std::vector<DiagonalTerm> terms = diagonal_terms(model);
  std::vector<Factor> factors;
  for (const DiagonalTerm& term : terms) {
    factors.push_back(block(term.blocks.front()));
    for (int k : term.blocks)
      if (block(k).now != factors.back().now || block(k).start != factors.back().start) return {};
  }
  if (terms.size() == 1) return factor_displacement(factors[0], model.depth);
  if (model.depth == 2) return hypentropy_displacement(factors[0], factors[1]);
  return difference(factor_displacement(factors[0], model.depth), factor_displacement(factors[1], model.depth));
}

std::optional<Vector> displacement(const WeightNormalised& model, VecIn theta, VecIn start) {
  return normalised_displacement(model, normalised_logs(model, start), normalised_logs(model, theta));
}

}  // namespace

std::optional<Vector> dual_displacement(const Problem& problem, VecIn theta) {
  const Vector start = problem.start.theta();
  return std::visit([&](const auto& model) { return displacement(model, theta, start); }, problem.model);
}

}  // namespace penchant
