#include "penchant/limits/bregman_bounds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/limits/bregman_gap.h"
#include "penchant/limits/coordinate_gap.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double finite_size(double log) { return std::isfinite(log) ? std::abs(log) : 0.0; }

// Relative rounding of one coordinate's gap: a few dozen operations, and exponentials whose exponents are sums of these logs.
double logs_of(const Exponentials& form, Index j) { return finite_size(form.log_a[j]) + finite_size(form.log_b[j]); }
double logs_of(const Powers& form, Index j) {
  double out = finite_size(form.log_a[j]) + finite_size(form.log_tau[j]);
  if (!form.is_positive()) out += finite_size(form.log_b[j]) + finite_size(form.log_sigma[j]);
  return (1.0 + form.q) * out;
}
template <class Separable>
double rounding(const Separable& form, Index j, double log_beta) {
  return kEps * (64.0 + 2.0 * (logs_of(form, j) + finite_size(log_beta)));
}
double rounding(double p) { return 64.0 * kEps * (p + 1.0) * (p + 1.0) / (p - 1.0); }

bool has_both_parts(const Exponentials& form, Index j) { return std::isfinite(form.log_b[j]); }
bool has_both_parts(const Powers& form, Index) { return !form.is_positive(); }

// What the rounding of v'(β) amounts to as an uncertainty of β: nothing where both parts are equal, since then v' = 0 at β = 0.
template <class Separable>
double inversion_error(const Separable& form, Index j, LogSize b) {
  if (has_both_parts(form, j) && form.log_a[j] == form.log_b[j]) return 0.0;
  const double parts = std::exp(form.log_a[j]) + (has_both_parts(form, j) ? std::exp(form.log_b[j]) : 0.0);
  return 4.0 * kEps * (1.0 + logs_of(form, j)) * (has_both_parts(form, j) ? parts + std::exp(b.log_abs) : std::exp(b.log_abs));
}

// The rounding of v'(β) relative to itself, which counts where the gap at one coordinate is as small as that makes it.
double relative_inversion_error(const Powers& form, const Predictor& beta, Index j) {
  return 4.0 * kEps * (1.0 + logs_of(form, j) + finite_size(entry(beta, j).log_abs)) * std::abs(beta.values[j]);
}

LogSize moved(const Predictor& beta, Index j, double by) {
  const LogSize here = entry(beta, j);
  const double value = beta.values[j], relative = by / value;
  if (by == 0.0 || std::abs(relative) < 0.5) return {here.log_abs + std::log1p(relative == relative ? relative : 0.0), here.sign};
  const double there = value + by;
  return {std::log(std::abs(there)), there > 0.0 ? 1.0 : there < 0.0 ? -1.0 : 0.0};
}

// f of one coordinate at β_j, and the larger of its two ends. A potential on β >= 0 ends at 0.
struct Ends {
  double middle = 0.0, most = 0.0;
};
template <class Separable, class Function>
Ends at_ends(const Separable& form, const Predictor& beta, double known, Index j, const Function& f) {
  const LogSize here = entry(beta, j);
  const double spread = known + inversion_error(form, j, here);
  const double margin = rounding(form, j, here.log_abs);
  Ends out;
  out.middle = f(here) * (1.0 - margin);
  out.most = f(here);
  if (spread > 0.0)
    for (const double side : {-1.0, 1.0}) {
      LogSize end = moved(beta, j, side * spread);
      if (end.sign < 0.0 && !has_both_parts(form, j)) end = {-kInfinity, 0.0};
      const double there = f(end);
      out.most = std::max(out.most, std::isnan(there) ? kInfinity : there);
    }
  out.most *= 1.0 + margin;
  return out;
}
template <class Separable, class Function>
Ends at_ends(const Separable& form, const PointBox& box, Index j, const Function& f) {
  return at_ends(form, box.beta, box.spread[j], j, f);
}

// Sums of numbers >= 0 that are bounds themselves.
class BoundSum {
 public:
  void add(double x) {
    if (!std::isfinite(x)) infinite_ = true;
    else sum_.add(x);
  }
  double high() const { return infinite_ ? kInfinity : grown(sum_.value()); }
  double value() const { return infinite_ ? kInfinity : sum_.value(); }

 private:
  CompensatedSum sum_;
  bool infinite_ = false;
};

double power_norm(const Vector& x, double p) {
  const double top = x.size() > 0 ? x.cwiseAbs().maxCoeff() : 0.0;
  return top > 0.0 ? top * std::pow((x.array().abs() / top).pow(p).sum(), 1.0 / p) : 0.0;
}

double signed_power(double x, double exponent) { return std::copysign(std::pow(std::abs(x), exponent), x); }

Vector start_values(const NormPower& form) {
  if (form.p == 2.0) return form.z0;
  return form.z0.unaryExpr([&](double z) { return signed_power(z, form.q() - 1.0); });
}
Vector start_values(const SquaredNormPower& form) {
  const double size = power_norm(form.z0, form.q());
  if (size == 0.0) return Vector::Zero(form.z0.size());
  return std::pow(size, 2.0 - form.q()) * form.z0.unaryExpr([&](double z) { return signed_power(z, form.q() - 1.0); });
}
// Powers of z_0, which itself is a power of the start that was given.
template <class Norm>
Vector start_error(const Norm& form, const Vector& start) {
  if (std::is_same_v<Norm, NormPower> && form.p == 2.0) return Vector::Zero(start.size());
  return start.unaryExpr([&](double b) {
    return b == 0.0 ? 0.0 : kEps * std::abs(b) * (16.0 + 4.0 * (form.p + form.q()) * (1.0 + std::abs(std::log(std::abs(b)))));
  });
}

struct Start {
  template <class Separable>
  EnclosedVector parts(const Separable& form) const {
    EnclosedVector out{Vector::Zero(form.log_a.size()), Vector::Zero(form.log_a.size())};
    for (Index j = 0; j < out.value.size(); ++j) {
      if (has_both_parts(form, j) && form.log_a[j] == form.log_b[j]) continue;
      const double a = std::exp(form.log_a[j]), b = has_both_parts(form, j) ? std::exp(form.log_b[j]) : 0.0;
      out.value[j] = a - b;
      out.error[j] = 4.0 * kEps * (1.0 + logs_of(form, j)) * (a + b);
    }
    return out;
  }
  EnclosedVector operator()(const Exponentials& form) const { return parts(form); }
  EnclosedVector operator()(const Powers& form) const { return parts(form); }
  EnclosedVector operator()(const NormPower& form) const {
    const Vector start = start_values(form);
    return {start, start_error(form, start)};
  }
  EnclosedVector operator()(const SquaredNormPower& form) const {
    const Vector start = start_values(form);
    return {start, start_error(form, start)};
  }
  EnclosedVector operator()(const QuadraticForm& form) const { return exactly(form.origin); }
};

// The smallest eigenvalue of K, less what its computation may have added; 0 if it cannot be told from 0.
double least_eigenvalue(const Matrix& k) {
  const Vector values = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(k, Eigen::EigenvaluesOnly).eigenvalues();
  return std::max(0.0, values.minCoeff() - 8.0 * kEps * static_cast<double>(k.rows()) * values.cwiseAbs().maxCoeff());
}

EnclosedVector product(const Matrix& k, const EnclosedVector& v) {
  const EnclosedVector minus = enclosed_residual(k, Vector::Zero(k.rows()), v);
  return {-minus.value, minus.error};
}

// ½ ΔᵀKΔ at most.
double half_form_high(const Matrix& k, const EnclosedVector& delta) {
  const Vector most = delta.value.cwiseAbs() + delta.error;
  const Enclosed form = enclosed_dot(delta.value, product(k, delta));
  const double moved = delta.error.dot(k.cwiseAbs() * most);
  return std::max(0.0, grown(0.5 * (form.high() + grown(moved, static_cast<double>(k.rows())))));
}

struct Divergence {
  const PointBox& box;

  template <class Separable>
  Range sum(const Separable& form) const {
    BoundSum middle, most;
    for (Index j = 0; j < box.spread.size(); ++j) {
      const Ends ends = at_ends(form, box, j, [&](LogSize b) { return gap(form, j, b, 0.0); });
      middle.add(ends.middle);
      most.add(ends.most);
    }
    const double high = most.high();
    return {2.0 * shrunk(middle.value()) - high, high};
  }
  Range operator()(const Exponentials& form) const { return sum(form); }
  Range operator()(const Powers& form) const { return sum(form); }
  Range operator()(const NormPower& form) const {
    const Vector start = start_values(form), error = start_error(form, start);
    BoundSum middle, most;
    const double margin = rounding(form.p);
    for (Index j = 0; j < box.spread.size(); ++j) {
      const double step = box.beta.values[j] - start[j];
      const double spread = box.spread[j] + error[j] + kEps * std::abs(step);
      const double here = power_divergence(form.p, start[j], step);
      middle.add(here * (1.0 - margin));
      most.add((1.0 + margin) * std::max({here, power_divergence(form.p, start[j], step - spread),
                                          power_divergence(form.p, start[j], step + spread)}));
    }
    const double high = most.high();
    return {2.0 * shrunk(middle.value()) - high, high};
  }
  // ½‖b‖² - ½‖β_0‖² - ⟨z_0, b-β_0⟩; the norm grows with every |b_j|.
  Range operator()(const SquaredNormPower& form) const {
    const Vector start = start_values(form);
    const Vector outer = box.beta.values.cwiseAbs() + box.spread;
    const Vector inner = (box.beta.values.cwiseAbs() - box.spread).cwiseMax(0.0);
    const double margin = rounding(form.p) + 8.0 * kEps * static_cast<double>(outer.size());
    const double most = 0.5 * std::pow(power_norm(outer, form.p), 2), least = 0.5 * std::pow(power_norm(inner, form.p), 2);
    if (start.isZero(0.0)) return {least * (1.0 - margin), most * (1.0 + margin)};
    const double start_half = 0.5 * std::pow(power_norm(start, form.p), 2);
    const Vector step = box.beta.values - start;
    const double tangent = accurate_dot(form.z0, step);
    const double terms = most + start_half + form.z0.cwiseAbs().dot(step.cwiseAbs() + start.cwiseAbs());
    const double error = margin * terms + form.z0.cwiseAbs().dot(box.spread + start_error(form, start));
    return {least - start_half - tangent - error, most - start_half - tangent + error};
  }
  Range operator()(const QuadraticForm& form) const {
    const EnclosedVector step = difference({box.beta.values, box.spread}, exactly(form.origin));
    const EnclosedVector middle = difference(exactly(box.beta.values), exactly(form.origin));
    const double most = half_form_high(form.k, step), here = half_form_high(form.k, middle);
    return {2.0 * here * (1.0 - 64.0 * kEps) - most, most};
  }
};

struct Gap {
  const PointBox& box;
  const EnclosedVector& v;

  template <class Separable>
  double sum(const Separable& form) const {
    BoundSum total;
    for (Index j = 0; j < v.value.size(); ++j)
      for_ends(form, j, total);
    return total.high();
  }
  template <class Separable>
  void for_ends(const Separable& form, Index j, BoundSum& total) const {
    const auto at = [&](double z) { return at_ends(form, box, j, [&](LogSize b) { return gap(form, j, b, z); }).most; };
    total.add(std::max(at(v.value[j] - v.error[j]), at(v.value[j] + v.error[j])));
  }
  double operator()(const Exponentials& form) const { return sum(form); }
  double operator()(const Powers& form) const { return sum(form); }
  double operator()(const NormPower& form) const {
    BoundSum total;
    for (Index j = 0; j < v.value.size(); ++j) {
      const double b = box.beta.values[j], z = form.z0[j] + v.value[j], r = box.spread[j];
      const double logs = z == 0.0 ? 1.0 : 1.0 + std::abs(std::log(std::abs(z)));
      const double e =
          v.error[j] + 4.0 * kEps * (std::abs(form.z0[j]) * (1.0 + form.p) + std::abs(z)) * (form.p == 2.0 ? 1.0 : logs);
      const auto one = [&](double x, double y) {
        return form.p == 2.0 ? 0.5 * (x - y) * (x - y) : young_gap(form.p, form.q(), x, y);
      };
      const double most = std::max({one(b, z), one(b - r, z - e), one(b - r, z + e), one(b + r, z - e), one(b + r, z + e)});
      total.add((1.0 + rounding(form.p)) * most);
    }
    return total.high();
  }
  // The gap at the middle, and what its slopes in b and z add on the way to any other pair.
  double operator()(const SquaredNormPower& form) const {
    const Vector z = form.z0 + v.value;
    const double p = form.p, q = form.q();
    const double size = power_norm(box.beta.values, p), dual_size = power_norm(z, q);
    double out = fenchel_gap(form, box.beta, v.value) * (1.0 + rounding(p));
    for (Index j = 0; j < z.size(); ++j) {
      const double e = v.error[j] + 8.0 * kEps * (std::abs(form.z0[j]) * (1.0 + p) + std::abs(z[j]));
      double slope_b = 0.0, slope_z = 0.0;
      for (const double side : {-1.0, 1.0}) {
        const double b = box.beta.values[j] + side * box.spread[j], t = z[j] + side * e;
        if (size > 0.0) slope_b = std::max(slope_b, std::abs(std::pow(size, 2.0 - p) * signed_power(b, p - 1.0) - z[j]));
        if (dual_size > 0.0)
          slope_z = std::max(slope_z, std::abs(std::pow(dual_size, 2.0 - q) * signed_power(t, q - 1.0) - box.beta.values[j]));
      }
      out += (slope_b + 1e-12 * std::abs(z[j])) * box.spread[j] + (slope_z + 1e-12 * std::abs(box.beta.values[j])) * e;
    }
    return grown(out, static_cast<double>(z.size()));
  }
  // √ of half the squared K^{-1} norm of K(b-β_0) - v obeys the triangle inequality.
  double operator()(const QuadraticForm& form) const {
    const double least = least_eigenvalue(form.k);
    if (!(least > 0.0)) return kInfinity;
    const EnclosedVector away = difference(product(form.k, difference(exactly(box.beta.values), exactly(form.origin))), v);
    const double middle = 0.5 * away.value.dot(Eigen::LLT<Eigen::MatrixXd>(form.k).solve(away.value));
    const double moved = half_form_high(form.k, {Vector::Zero(v.value.size()), box.spread});
    const double root =
        std::sqrt(std::max(0.0, middle)) * (1.0 + 1e-12) + std::sqrt(moved) + away.error.norm() / std::sqrt(2.0 * least);
    return grown(root * root, 16.0);
  }
};

struct ConjugateDivergence {
  const EnclosedVector& v;

  template <class Separable>
  double sum(const Separable& form) const {
    BoundSum total;
    for (Index j = 0; j < v.value.size(); ++j) {
      const double low = v.value[j] - v.error[j], high = v.value[j] + v.error[j];
      const double margin = kEps * (64.0 + 2.0 * (logs_of(form, j) + std::abs(v.value[j])));
      total.add((1.0 + margin) * std::max(tangent_gap(form, j, low), tangent_gap(form, j, high)));
    }
    return total.high();
  }
  double operator()(const Exponentials& form) const { return sum(form); }
  double operator()(const Powers& form) const { return sum(form); }
  double operator()(const NormPower& form) const {
    const Vector start = start_values(form), error = start_error(form, start);
    BoundSum total;
    for (Index j = 0; j < v.value.size(); ++j) {
      // z_0 is a rounded power of the start: the divergence moves by at most |β(z) - β_0| of that.
      const double e = v.error[j];
      const double there = std::max(power_divergence(form.q(), form.z0[j], v.value[j] - e),
                                    power_divergence(form.q(), form.z0[j], v.value[j] + e));
      double drift = 0.0;
      if (form.p != 2.0 && form.z0[j] != 0.0) {
        const double b = signed_power(form.z0[j] + v.value[j], form.q() - 1.0);
        const double size = std::abs(form.z0[j]);
        drift = 16.0 * kEps * (1.0 + form.p) * (1.0 + std::abs(std::log(size))) * size * std::abs(b - start[j]);
      }
      total.add(there * (1.0 + rounding(form.q())) + drift + error[j] * e);
    }
    return total.high();
  }
  double operator()(const SquaredNormPower& form) const {
    const double q = form.q(), count = static_cast<double>(v.value.size());
    const Vector outer = (form.z0 + v.value).cwiseAbs() + v.error + kEps * form.z0.cwiseAbs();
    const double margin = rounding(q) + 8.0 * kEps * count;
    const double most = 0.5 * std::pow(power_norm(outer, q), 2);
    if (form.z0.isZero(0.0)) return most * (1.0 + margin);
    const Vector start = start_values(form);
    const double start_half = 0.5 * std::pow(power_norm(form.z0, q), 2), tangent = accurate_dot(start, v.value);
    const double terms = most + start_half + start.cwiseAbs().dot(v.value.cwiseAbs());
    return most - start_half - tangent + margin * 4.0 * terms + start_error(form, start).dot(v.value.cwiseAbs()) +
           (start.cwiseAbs() + start_error(form, start)).dot(v.error);
  }
  // ½⟨v, K^{-1}v⟩ = ½(⟨v, u⟩ + ⟨u, r⟩ + ⟨r, K^{-1}r⟩) at u near K^{-1}v, r = v - Ku.
  double operator()(const QuadraticForm& form) const {
    const double least = least_eigenvalue(form.k);
    if (!(least > 0.0)) return kInfinity;
    const Vector u = Eigen::LLT<Eigen::MatrixXd>(form.k).solve(v.value);
    const EnclosedVector r = difference(v, product(form.k, exactly(u)));
    const double sum = enclosed_dot(u, v).high() + enclosed_dot(u, r).high() + squared_norm_high(r) / least;
    return grown(0.5 * sum, 8.0);
  }
};

}  // namespace

EnclosedVector start_of(const DualForm& form) { return std::visit(Start{}, form); }

Range divergence_over(const DualForm& form, const PointBox& box) { return std::visit(Divergence{box}, form); }

double fenchel_gap_over(const DualForm& form, const PointBox& box, const EnclosedVector& v) {
  return std::visit(Gap{box, v}, form);
}

double fenchel_gap_over_slacks(const Powers& form, const PointBox& box, const EnclosedVector& v, const Vector& log_slack) {
  BoundSum total;
  const Gap enclosed{box, v};
  for (Index j = 0; j < v.value.size(); ++j) {
    if (std::isnan(log_slack[j])) {
      enclosed.for_ends(form, j, total);
      continue;
    }
    const bool up = form.is_positive() || v.value[j] > 0.0;
    total.add(at_ends(form, box, j, [&](LogSize b) { return gap_with_slack(form, j, b, log_slack[j], up); }).most);
  }
  return total.high();
}

double coordinate_gap_over(const Powers& form, const Predictor& beta, Index j, double v) {
  const double known = relative_inversion_error(form, beta, j);
  return at_ends(form, beta, known, j, [&](LogSize b) { return gap(form, j, b, v); }).most;
}

double coordinate_gap_over_slack(const Powers& form, const Predictor& beta, Index j, double log_slack, bool up) {
  const double known = relative_inversion_error(form, beta, j);
  return at_ends(form, beta, known, j, [&](LogSize b) { return gap_with_slack(form, j, b, log_slack, up); }).most;
}

double conjugate_divergence_over(const DualForm& form, const EnclosedVector& v) { return std::visit(ConjugateDivergence{v}, form); }

}  // namespace penchant
