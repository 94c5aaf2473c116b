#include "penchant/limits/potential_dual.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

[[noreturn]] void refuse(const std::string& text) { throw InvalidInput(cat("bregman_projection: ", text)); }

void require_size(const Vector& v, Index features, const char* what) {
  if (v.size() != features) refuse(cat(what, " has ", v.size(), " entries, the data have ", features, " features"));
}

void require_finite(const Vector& v, const char* what) {
  for (Index j = 0; j < v.size(); ++j)
    if (!std::isfinite(v[j])) refuse(cat(what, "[", j, "] is ", v[j], ", expected a finite number"));
}

double require_exponent(double p) {
  if (!(p > 1.0) || !std::isfinite(p)) refuse(cat("p is ", p, ", expected a number > 1"));
  return p;
}

// log β_0 of a potential that lives on β > 0.
Vector positive_origin(const SignedLog& origin, Index features, const char* name) {
  if (origin.size() == 0) return Vector::Zero(features);
  for (Index j = 0; j < features; ++j)
    if (!(origin.sign[j] > 0.0) || !std::isfinite(origin.log_abs[j]))
      refuse(cat(name, " needs a start > 0, origin[", j, "] is ",
                 origin.sign[j] == 0.0 ? 0.0 : origin.sign[j] * std::exp(origin.log_abs[j])));
  return origin.log_abs;
}

Vector plain_origin(const SignedLog& origin, Index features) {
  if (origin.size() == 0) return Vector::Zero(features);
  Vector values = origin.values();
  require_finite(values, "origin");
  return values;
}

// asinh(β/c) from log|β| - log c: the ratio may overflow.
double asinh_of_log(double log_ratio, double sign) {
  if (sign == 0.0) return 0.0;
  return sign * (log_ratio > 20.0 ? log_ratio + std::log(2.0) : std::asinh(std::exp(log_ratio)));
}

Vector signed_power(const Vector& values, double exponent) {
  return values.unaryExpr([&](double b) { return std::copysign(std::pow(std::abs(b), exponent), b); });
}

struct Build {
  const SignedLog& origin;
  Index d;

  DualForm operator()(const Euclidean&) const { return NormPower{2.0, plain_origin(origin, d)}; }
  DualForm operator()(const Entropy&) const {
    return Exponentials{positive_origin(origin, d, "entropy"), Vector::Constant(d, kMinusInfinity)};
  }
  DualForm operator()(const Hypentropy& h) const {
    if (!std::isfinite(h.log_c)) refuse(cat("log c is ", h.log_c, ", expected a finite number"));
    const double half = h.log_c - std::log(2.0);
    Exponentials out{Vector::Constant(d, half), Vector::Constant(d, half)};
    for (Index j = 0; j < origin.size(); ++j) {
      const double z0 = asinh_of_log(origin.log_abs[j] - h.log_c, origin.sign[j]);
      out.log_a[j] += z0;
      out.log_b[j] -= z0;
    }
    return out;
  }
  DualForm operator()(const ShiftedHypentropy& h) const {
    require_own_origin();
    require_size(h.log_u, d, "log_u");
    require_size(h.log_v, d, "log_v");
    require_finite(h.log_u, "log_u");
    require_finite(h.log_v, "log_v");
    return Exponentials{2.0 * h.log_u, 2.0 * h.log_v};
  }
  DualForm operator()(const PNorm& norm) const {
    return NormPower{require_exponent(norm.p), signed_power(plain_origin(origin, d), norm.p - 1.0)};
  }
  DualForm operator()(const SquaredPNorm& norm) const {
    const Vector start = plain_origin(origin, d);
    Vector z0 = signed_power(start, require_exponent(norm.p) - 1.0);
    const double size = std::pow(start.array().abs().pow(norm.p).sum(), 1.0 / norm.p);
    if (size > 0.0) z0 *= std::pow(size, 2.0 - norm.p);
    return SquaredNormPower{norm.p, z0};
  }
  DualForm operator()(const Burg&) const {
    Powers out{1.0, positive_origin(origin, d, "burg"), positive_origin(origin, d, "burg"), {}, {}, 0.0};
    return scaled(std::move(out));
  }
  DualForm operator()(const Quadratic& q) const {
    if (q.k.rows() != d || q.k.cols() != d) refuse(cat("K is ", q.k.rows(), " x ", q.k.cols(), ", the data need ", d, " x ", d));
    if (!q.k.isApprox(q.k.transpose(), 1e-12)) refuse("K is not symmetric");
    if (Eigen::LLT<Eigen::MatrixXd>(q.k).info() != Eigen::Success) refuse("K is not positive definite");
    return QuadraticForm{q.k, plain_origin(origin, d)};
  }
  DualForm operator()(const DeepDiagonal& deep) const {
    require_own_origin();
    if (deep.depth < 3)
      refuse(cat("deep diagonal of depth ", deep.depth, ", expected an integer > 2 (depth 2 is hypentropy or entropy)"));
    require_size(deep.log_u, d, "log_u");
    require_finite(deep.log_u, "log_u");
    const double n = deep.depth;
    Powers out{n / (n - 2.0), n * deep.log_u, (n - 2.0) * deep.log_u, {}, {}, 0.0};
    if (deep.log_v.size() > 0) {
      require_size(deep.log_v, d, "log_v");
      require_finite(deep.log_v, "log_v");
      out.log_b = n * deep.log_v;
      out.log_sigma = (n - 2.0) * deep.log_v;
    }
    return scaled(std::move(out));
  }

  static Powers scaled(Powers out) {
    double top = out.log_tau.size() > 0 ? out.log_tau.maxCoeff() : 0.0;
    if (!out.is_positive()) top = std::max(top, out.log_sigma.maxCoeff());
    out.log_unit = -top;
    out.log_tau.array() -= top;
    out.log_sigma.array() -= top;
    return out;
  }

  void require_own_origin() const {
    if (origin.size() > 0) refuse("this potential carries its own start; origin must be empty");
  }
};

}  // namespace

DualForm dual_form(const Potential& potential, const SignedLog& origin, Index features) {
  if (origin.size() > 0 && (origin.size() != features || origin.sign.size() != features))
    refuse(cat("origin has ", origin.size(), " entries, the data have ", features, " features"));
  return std::visit(Build{origin, features}, potential);
}

bool is_positive(const DualForm& form) {
  if (const auto* e = std::get_if<Exponentials>(&form)) return e->log_b.size() > 0 && e->log_b.maxCoeff() == kMinusInfinity;
  if (const auto* p = std::get_if<Powers>(&form)) return p->is_positive();
  return false;
}

}  // namespace penchant
