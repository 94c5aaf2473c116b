#include "penchant/limits/divergence_radius.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/limits/bregman_gap.h"

namespace penchant {

namespace {

double size_of(const Vector& beta, double p) {
  const double top = beta.size() > 0 ? beta.cwiseAbs().maxCoeff() : 0.0;
  return top > 0.0 ? top * std::pow((beta.array().abs() / top).pow(p).sum(), 1.0 / p) : 0.0;
}

// Let s = ‖β‖_p and t = ‖β*‖_p. The divergence of ½‖·‖_p² is ½(s-t)² + st H, where H >= 0 is the divergence of ‖·‖_p^p/p between
// the unit vectors β/s and β*/t (the gap of Young's inequality there). So |s-t| <= √(2 gap) and H <= gap/(st): the unit vectors are
// near, and ‖β-β*‖ <= t ‖β/s - β*/t‖ + |s-t| ‖β‖/s.
double squared_norm_radius(double p, const Vector& beta, double gap) {
  const double s = size_of(beta, p), off = std::sqrt(2.0 * gap);
  // ‖·‖₂ <= d^{1/2-1/p} ‖·‖_p: the β* of a β = 0 is anywhere in that ball.
  if (s == 0.0) return off * std::pow(static_cast<double>(beta.size()), 0.5 - 1.0 / p);
  if (!(off < s)) return std::numeric_limits<double>::quiet_NaN();
  return (s + off) * power_radius(p, beta / s, gap / (s * (s - off))) + off * (beta.norm() / s);
}

}  // namespace

double power_radius(double p, const Vector& beta, double gap) {
  // For p >= 2, |b|^p >= |a|^p + p|a|^{p-2}a (b-a) + κ|b-a|^p: convexity is κ = 0, and Clarkson's inequality
  // |½(a+b)|^p + |½(b-a)|^p <= ½|a|^p + ½|b|^p turns κ, applied between a and ½(a+b), into 2^{1-p}(κ + 1). The fixed point is
  // κ = 1/(2^{p-1} - 1), and c = κ/p.
  const double uniform = std::pow(gap * p * (std::exp2(p - 1.0) - 1.0), 1.0 / p);
  double squares = 0.0;
  for (const double b : beta) {
    const double half = 0.5 * std::abs(b), curvature = (p - 1.0) * std::pow(half, p - 2.0);
    const bool near = 2.0 * gap < curvature * half * half;
    const double radius = near ? std::min(uniform, std::sqrt(2.0 * gap / curvature)) : uniform;
    squares += radius * radius;
  }
  return std::sqrt(squares);
}

double divergence_radius(const DualForm& form, const Predictor& beta, double gap) {
  if (const auto* norm = std::get_if<NormPower>(&form); norm && norm->p > 2.0) return power_radius(norm->p, beta.values, gap);
  if (const auto* norm = std::get_if<SquaredNormPower>(&form); norm && norm->p > 2.0)
    return squared_norm_radius(norm->p, beta.values, gap);
  return std::sqrt(2.0 * gap / strong_convexity(form, beta, gap));
}

}  // namespace penchant
