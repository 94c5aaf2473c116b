#include "penchant/limits/bregman_gap.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/limits/coordinate_gap.h"

namespace penchant {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double norm_of(const Vector& x, double p) {
  const double top = x.size() > 0 ? x.cwiseAbs().maxCoeff() : 0.0;
  return top > 0.0 ? top * std::pow((x.array().abs() / top).pow(p).sum(), 1.0 / p) : 0.0;
}

struct Gap {
  const Predictor& beta;
  const Vector& v;

  template <class Separable>
  double sum(const Separable& form) const {
    CompensatedSum total;
    for (Index j = 0; j < v.size(); ++j) {
      const double part = gap(form, j, entry(beta, j), v[j]);
      if (!std::isfinite(part)) return kInfinity;
      total.add(part);
    }
    return total.value();
  }
  double operator()(const Exponentials& form) const { return sum(form); }
  double operator()(const Powers& form) const { return sum(form); }
  double operator()(const NormPower& form) const {
    if (form.p == 2.0) return 0.5 * (beta.values - form.z0 - v).squaredNorm();
    CompensatedSum total;
    for (Index j = 0; j < v.size(); ++j) total.add(young_gap(form.p, form.q(), beta.values[j], form.z0[j] + v[j]));
    return total.value();
  }
  double operator()(const SquaredNormPower& form) const {
    const Vector z = form.z0 + v;
    const double size = norm_of(beta.values, form.p), dual_size = norm_of(z, form.q());
    double holder = 0.0;
    if (size > 0.0 && dual_size > 0.0)
      for (Index j = 0; j < v.size(); ++j) holder += young_gap(form.p, form.q(), beta.values[j] / size, z[j] / dual_size);
    return 0.5 * (size - dual_size) * (size - dual_size) + size * dual_size * holder;
  }
  double operator()(const QuadraticForm& form) const {
    const Vector away = form.k * (beta.values - form.origin) - v;
    return 0.5 * away.dot(Eigen::LLT<Eigen::MatrixXd>(form.k).solve(away));
  }
};

struct Coordinates {
  const Predictor& beta;

  template <class Separable>
  Vector each(const Separable& form) const {
    Vector out(beta.values.size());
    for (Index j = 0; j < out.size(); ++j) out[j] = dual_coordinate(form, j, entry(beta, j));
    return out;
  }
  Vector operator()(const Exponentials& form) const { return each(form); }
  Vector operator()(const Powers& form) const { return each(form); }
  Vector operator()(const NormPower& form) const { return gradient(form.p) - form.z0; }
  Vector operator()(const SquaredNormPower& form) const {
    const double size = norm_of(beta.values, form.p);
    return (size > 0.0 ? std::pow(size, 2.0 - form.p) : 0.0) * gradient(form.p) - form.z0;
  }
  Vector operator()(const QuadraticForm& form) const { return form.k * (beta.values - form.origin); }

  Vector gradient(double p) const {
    return beta.values.unaryExpr([&](double b) { return std::copysign(std::pow(std::abs(b), p - 1.0), b); });
  }
};

struct Weights {
  const Predictor& beta;

  template <class Separable>
  Vector each(const Separable& form) const {
    Vector logs(beta.values.size());
    for (Index j = 0; j < logs.size(); ++j) logs[j] = log_weight(form, j, entry(beta, j));
    return (logs.array() - logs.maxCoeff()).exp();
  }
  Vector operator()(const Exponentials& form) const { return each(form); }
  Vector operator()(const Powers& form) const { return each(form); }
  Vector operator()(const NormPower& form) const { return power(form.p); }
  Vector operator()(const SquaredNormPower& form) const { return power(form.p); }
  Vector operator()(const QuadraticForm& form) const { return Vector::Ones(form.k.rows()); }

  // Held away from 0, where the weights of p > 2 are infinite.
  Vector power(double p) const {
    const double top = beta.values.cwiseAbs().maxCoeff();
    if (!(top > 0.0)) return Vector::Ones(beta.values.size());
    const Vector out = (beta.values.cwiseAbs() / top).cwiseMax(1e-8).array().pow(2.0 - p);
    return out / out.maxCoeff();
  }
};

struct DualPotential {
  const Vector& v;

  template <class Separable>
  double sum(const Separable& form) const {
    CompensatedSum total;
    for (Index j = 0; j < v.size(); ++j) total.add(dual_part(form, j, v[j]));
    return total.value();
  }
  double operator()(const Exponentials& form) const { return sum(form); }
  double operator()(const Powers& form) const { return sum(form); }
  double operator()(const NormPower& form) const {
    const double q = form.q();
    return ((form.z0 + v).array().abs().pow(q).sum() - form.z0.array().abs().pow(q).sum()) / q;
  }
  double operator()(const SquaredNormPower& form) const {
    const double q = form.q(), here = norm_of(form.z0 + v, q), start = norm_of(form.z0, q);
    return 0.5 * (here - start) * (here + start);
  }
  double operator()(const QuadraticForm& form) const {
    return v.dot(form.origin) + 0.5 * v.dot(Eigen::LLT<Eigen::MatrixXd>(form.k).solve(v));
  }
};

// Largest dβ/dv on [β - r, β + r]: at one of the ends, the weight falls and then grows along β.
template <class Separable>
double largest_weight(const Separable& form, bool positive, Index j, double b, double r) {
  const auto at = [&](double x) {
    if (x <= 0.0 && positive) return 0.0;
    const LogSize size{std::log(std::abs(x)), x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : 0.0};
    return std::exp(log_weight(form, j, size));
  };
  return std::max(at(b - r), at(b + r));
}

// The largest dβ_j/dv_j that a point with D_φ(β, ·) <= gap can have:
// its distance Δ in coordinate j has Δ² <= 2 gap max weight within Δ.
template <class Separable>
double reachable_weight(const Separable& form, const Vector& beta, double gap) {
  const bool positive = is_positive(form);  // asked once: the question copies the form
  double worst = 0.0;
  for (Index j = 0; j < beta.size(); ++j) {
    double r = 0.0, weight = largest_weight(form, positive, j, beta[j], r);
    if (weight == 0.0 && gap > 0.0) {  // at the edge of the domain, which r = 0 would not leave
      r = gap;
      weight = largest_weight(form, positive, j, beta[j], r);
    }
    for (int k = 0; r * r < 2.0 * gap * weight; ++k) {
      if (k == 200 || !std::isfinite(weight)) return kInfinity;
      r = 1.01 * std::sqrt(2.0 * gap * weight);
      weight = largest_weight(form, positive, j, beta[j], r);
    }
    worst = std::max(worst, weight);
  }
  return worst;
}

struct Convexity {
  const Predictor& beta;
  double gap;

  double operator()(const Exponentials& form) const { return 1.0 / reachable_weight(form, beta.values, gap); }
  double operator()(const Powers& form) const { return 1.0 / reachable_weight(form, beta.values, gap); }
  double operator()(const NormPower& form) const {
    if (form.p == 2.0) return 1.0;
    if (form.p > 2.0) return kNan;  // flat at 0
    const double p = form.p;  // φ'' = (p-1)|β|^{p-2} falls with |β|
    double worst = 0.0;
    for (double b : beta.values) {
      double r = 0.0, weight = std::pow(std::abs(b), 2.0 - p) / (p - 1.0);
      for (int k = 0; r * r < 2.0 * gap * weight || (weight == 0.0 && gap > 0.0); ++k) {
        if (k == 200) return kNan;
        r = weight == 0.0 ? std::pow(2.0 * gap / (p - 1.0), 1.0 / p) : 1.01 * std::sqrt(2.0 * gap * weight);
        weight = std::pow(std::abs(b) + r, 2.0 - p) / (p - 1.0);
      }
      worst = std::max(worst, weight);
    }
    return worst > 0.0 ? 1.0 / worst : kNan;
  }
  // (p-1)-strongly convex in ‖·‖_p >= ‖·‖₂ for p <= 2.
  double operator()(const SquaredNormPower& form) const { return form.p <= 2.0 ? form.p - 1.0 : kNan; }
  double operator()(const QuadraticForm& form) const {
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(form.k, Eigen::EigenvaluesOnly).eigenvalues().minCoeff();
  }
};

}  // namespace

double fenchel_gap(const DualForm& form, const Predictor& beta, const Vector& v) { return std::visit(Gap{beta, v}, form); }

double divergence_from_start(const DualForm& form, const Predictor& beta) {
  return fenchel_gap(form, beta, Vector::Zero(beta.values.size()));
}

Vector dual_coordinates(const DualForm& form, const Predictor& beta) { return std::visit(Coordinates{beta}, form); }

Vector relative_weights(const DualForm& form, const Predictor& beta) { return std::visit(Weights{beta}, form); }

double dual_potential(const DualForm& form, const Vector& v) { return std::visit(DualPotential{v}, form); }

bool in_domain(const DualForm& form, const Predictor& beta) {
  if (!is_positive(form)) return true;
  const auto* powers = std::get_if<Powers>(&form);
  const bool open = powers && powers->q == 1.0;
  for (Index j = 0; j < beta.values.size(); ++j) {
    const double sign = entry(beta, j).sign;
    if (sign < 0.0 || (open && sign == 0.0)) return false;
  }
  return true;
}

double domain_scale(const DualForm& form, const Vector& v) {
  const auto* powers = std::get_if<Powers>(&form);
  if (!powers) return 1.0;
  double farthest = 0.0;  // 1 is the boundary
  for (Index j = 0; j < v.size(); ++j) {
    farthest = std::max(farthest, std::exp(powers->log_tau[j]) * v[j]);
    if (!powers->is_positive()) farthest = std::max(farthest, -std::exp(powers->log_sigma[j]) * v[j]);
  }
  // v_j = x_j·s is known to a rounding or two of itself.
  constexpr double inside = 1.0 - 32.0 * std::numeric_limits<double>::epsilon();
  return farthest > inside ? inside / farthest : 1.0;
}

double strong_convexity(const DualForm& form, const Predictor& beta, double gap) { return std::visit(Convexity{beta, gap}, form); }

}  // namespace penchant
