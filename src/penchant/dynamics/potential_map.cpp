#include "penchant/dynamics/potential_map.h"

#include <cmath>
#include <numbers>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/data/load.h"

namespace penchant {

namespace {

constexpr double kLargestExponent = 700.0;             // exp() of less is a double
constexpr double kSmallestSlack = 1e-6;                // of `diagonal`: β then holds ten digits
constexpr std::uint64_t kLargestFile = 4'000'000'000;  // bytes of K

void require_finite(const Vector& z, const std::string& kind, const SignedLog& beta) {
  for (Index j = 0; j < z.size(); ++j)
    if (!std::isfinite(z[j]))
      throw InvalidInput(cat("potential ", kind, ": entry ", j, " of the start has log|β| = ", beta.log_abs[j],
                             ", whose dual iterate is beyond the range of a double"));
}

[[noreturn]] void refuse_start(const std::string& kind, const SignedLog& beta, Index j) {
  const double value = beta.sign[j] == 0.0 ? 0.0 : beta.sign[j] * std::exp(beta.log_abs[j]);
  throw InvalidInput(cat("potential ", kind, " needs a start with every entry > 0; entry ", j, " of β_0 is ", value,
                         " (init.scale or init.shape)"));
}

struct EuclideanMap;
struct EntropyMap;

// One coordinate at a time: F has dual(log|β|, sign), primal(z), slope(z), inside(z), and the two sentences.
template <class F>
class Separable final : public PotentialMap {
 public:
  explicit Separable(F f) : f_(f) {}
  std::string kind() const override { return F::kKind; }
  std::string range() const override { return f_.range(); }

  Vector dual(const SignedLog& beta) const override {
    Vector z(beta.size());
    for (Index j = 0; j < z.size(); ++j) {
      if (F::kPositive && !(beta.sign[j] > 0.0)) refuse_start(F::kKind, beta, j);
      z[j] = f_.dual(beta.log_abs[j], beta.sign[j]);
    }
    require_finite(z, F::kKind, beta);
    return z;
  }

  bool primal(VecIn z, VecOut beta) const override {
    bool inside = true;
    for (Index j = 0; j < z.size(); ++j) {
      inside = inside && f_.inside(z[j]);
      beta[j] = f_.primal(z[j]);
    }
    return inside;
  }

  Index outside(VecIn z) const override {
    for (Index j = 0; j < z.size(); ++j)
      if (!f_.inside(z[j])) return j;
    return -1;
  }

  void tangent(VecIn z, VecIn v, VecOut out) const override {
    for (Index j = 0; j < z.size(); ++j) out[j] = v[j] == 0.0 ? 0.0 : f_.slope(z[j]) * v[j];
  }

  std::optional<double> homogeneity() const override { return f_.homogeneity(); }
  bool has_constant_hessian() const override { return std::is_same_v<F, EuclideanMap>; }
  std::optional<SignedLog> primal_logs(VecIn z) const override {
    if constexpr (std::is_same_v<F, EntropyMap>) return SignedLog{z, Vector::Ones(z.size())};
    return {};
  }

 private:
  F f_;
};

// What most coordinates share.
struct Everywhere {
  static constexpr bool kPositive = false;
  bool inside(double) const { return true; }
  std::string range() const { return "all of R^d"; }
  std::optional<double> homogeneity() const { return {}; }
};

struct EuclideanMap : Everywhere {
  static constexpr const char* kKind = "euclidean";
  double dual(double log_abs, double sign) const { return sign == 0.0 ? 0.0 : sign * std::exp(log_abs); }
  double primal(double z) const { return z; }
  double slope(double) const { return 1.0; }
  std::optional<double> homogeneity() const { return 2.0; }
};

struct EntropyMap : Everywhere {
  static constexpr const char* kKind = "entropy";
  static constexpr bool kPositive = true;
  double dual(double log_abs, double) const { return log_abs; }
  double primal(double z) const { return std::exp(z); }
  double slope(double z) const { return std::exp(z); }
};

struct HypentropyMap : Everywhere {
  static constexpr const char* kKind = "hypentropy";
  double c;
  double log_c;
  explicit HypentropyMap(double c_in) : c(c_in), log_c(std::log(c_in)) {}
  double dual(double log_abs, double sign) const {
    const double log_ratio = log_abs - log_c;
    if (sign == 0.0) return 0.0;
    return sign * (log_ratio > kLargestExponent ? log_ratio + std::numbers::ln2 : std::asinh(std::exp(log_ratio)));
  }
  // c sinh z is a double where sinh z is none: half of exp(|z| + log c).
  double primal(double z) const {
    if (std::abs(z) < kLargestExponent) return c * std::sinh(z);
    return std::copysign(0.5 * std::exp(std::abs(z) + log_c), z);
  }
  double slope(double z) const {
    return std::abs(z) < kLargestExponent ? c * std::cosh(z) : 0.5 * std::exp(std::abs(z) + log_c);
  }
};

struct PNormMap : Everywhere {
  static constexpr const char* kKind = "p_norm";
  double p;
  explicit PNormMap(double p_in) : p(p_in) {}
  double dual(double log_abs, double sign) const { return sign == 0.0 ? 0.0 : sign * std::exp((p - 1.0) * log_abs); }
  double primal(double z) const { return std::copysign(std::pow(std::abs(z), 1.0 / (p - 1.0)), z); }
  double slope(double z) const { return std::pow(std::abs(z), (2.0 - p) / (p - 1.0)) / (p - 1.0); }
  std::optional<double> homogeneity() const { return p; }
};

struct BurgMap {
  static constexpr const char* kKind = "burg";
  static constexpr bool kPositive = true;
  double dual(double log_abs, double) const { return -std::exp(-log_abs); }
  double primal(double z) const { return -1.0 / z; }
  double slope(double z) const { return 1.0 / (z * z); }
  bool inside(double z) const { return z < 0.0; }
  std::string range() const { return "z < 0"; }
  std::optional<double> homogeneity() const { return {}; }
};

struct DiagonalMap {
  static constexpr const char* kKind = "diagonal";
  static constexpr bool kPositive = false;
  int depth;
  double log_scale;
  double a;      // N/(N-2)
  double to_t;   // α^{N-2}: t = to_t z, |t| < 1
  DiagonalMap(int depth_in, double scale)
      : depth(depth_in), log_scale(std::log(scale)), a(depth / (depth - 2.0)), to_t(std::exp((depth - 2) * log_scale)) {}

  // With t = tanh w:  h = 2 cosh(w)^a sinh(a w), so log h is finite wherever β is. Newton on log h,
  //                   whose slope a (tanh w + coth(a w))
  // is never below a; from either end of the range it starts within a few per cent.
  double dual(double log_abs, double sign) const {
    if (sign == 0.0) return 0.0;
    const double target = log_abs - depth * log_scale;
    double w = target < 0.0 ? std::exp(target) / (2.0 * a) : (target + a * std::numbers::ln2) / (2.0 * a);
    for (int i = 0; i < 60; ++i) {
      const double step = (log_h(w) - target) / (a * (std::tanh(w) + 1.0 / std::tanh(a * w)));
      w = std::max(0.1 * w, w - step);
      if (std::abs(step) <= 4e-16 * w) break;
    }
    return sign * std::tanh(w) / to_t;
  }
  double log_h(double w) const {
    const double log_cosh = w + std::log1p(std::exp(-2.0 * w)) - std::numbers::ln2;
    const double x = a * w;
    const double log_sinh = x < 1.0 ? std::log(std::sinh(x)) : x + std::log1p(-std::exp(-2.0 * x)) - std::numbers::ln2;
    return std::numbers::ln2 + a * log_cosh + log_sinh;
  }
  double primal(double z) const {
    if (z == 0.0) return 0.0;
    return std::copysign(std::exp(depth * log_scale + log_h(std::atanh(std::abs(z * to_t)))), z);
  }
  double slope(double z) const {
    const double t = z * to_t, base = (2 * depth - 2) * log_scale + std::log(a);
    return std::exp(base - (a + 1.0) * std::log1p(-t)) + std::exp(base - (a + 1.0) * std::log1p(t));
  }
  bool inside(double z) const { return std::abs(z * to_t) < 1.0; }
  std::string range() const { return cat("|z| < α^(2-N) = ", 1.0 / to_t); }
  std::optional<double> homogeneity() const { return {}; }
};

// grad phi couples the coordinates through the norm; everything is scaled by the largest entry before powers are taken.
class SquaredPNormMap final : public PotentialMap {
 public:
  explicit SquaredPNormMap(double p) : p_(p), q_(p / (p - 1.0)) {}
  std::string kind() const override { return "squared_p_norm"; }
  std::string range() const override { return "all of R^d"; }
  Index outside(VecIn) const override { return -1; }
  std::optional<double> homogeneity() const override { return 2.0; }

  Vector dual(const SignedLog& beta) const override {
    const double largest = beta.size() == 0 ? 0.0 : beta.log_abs.maxCoeff();
    Vector z = Vector::Zero(beta.size());
    if (largest == -INFINITY) return z;
    map(SignedLog{beta.log_abs.array() - largest, beta.sign}.values(), p_, z);
    z *= std::exp(largest);
    require_finite(z, kind(), beta);
    return z;
  }

  bool primal(VecIn z, VecOut beta) const override {
    map(z, q_, beta);
    return true;
  }

  // Hessian of ½‖z‖_q²: (q-1) D - (q-2) u uᵀ with D_jj = (|z_j|/‖z‖)^{q-2}, u_j = sign z_j (|z_j|/‖z‖)^{q-1}.
  void tangent(VecIn z, VecIn v, VecOut out) const override {
    const double norm = norm_of(z, q_);
    double along = 0.0;
    for (Index j = 0; j < z.size(); ++j) along += direction(z[j] / norm) * v[j];
    for (Index j = 0; j < z.size(); ++j) {
      const double diagonal = v[j] == 0.0 ? 0.0 : (q_ - 1.0) * std::pow(std::abs(z[j] / norm), q_ - 2.0) * v[j];
      out[j] = diagonal - (q_ - 2.0) * along * direction(z[j] / norm);
    }
  }

 private:
  double direction(double unit) const { return std::copysign(std::pow(std::abs(unit), q_ - 1.0), unit); }

  static double norm_of(VecIn x, double exponent) {
    const double largest = x.cwiseAbs().maxCoeff();
    return largest == 0.0 ? 0.0 : largest * std::pow((x.array().abs() / largest).pow(exponent).sum(), 1.0 / exponent);
  }

  // Gradient of ½‖x‖_e².
  static void map(VecIn x, double exponent, VecOut out) {
    const double norm = norm_of(x, exponent);
    for (Index j = 0; j < x.size(); ++j)
      out[j] = norm == 0.0 ? 0.0 : std::copysign(norm * std::pow(std::abs(x[j]) / norm, exponent - 1.0), x[j]);
  }

  double p_, q_;
};

class QuadraticMap final : public PotentialMap {
 public:
  QuadraticMap(const Matrix& k, Index features) : k_(k) {
    if (k.rows() != features || k.cols() != features)
      throw InvalidInput(
          cat("potential quadratic: K is (", k.rows(), ", ", k.cols(), "), expected (", features, ", ", features, ")"));
    const double asymmetry = (k_ - k_.transpose()).cwiseAbs().maxCoeff(), size = k_.cwiseAbs().maxCoeff();
    if (!(asymmetry <= 1e-12 * size))
      throw InvalidInput(cat("potential quadratic: K is not symmetric, |K - Kᵀ| reaches ", asymmetry));
    cholesky_.compute(k_);
    if (cholesky_.info() != Eigen::Success)
      throw InvalidInput("potential quadratic: K is not positive definite (its Cholesky factorisation fails)");
  }
  std::string kind() const override { return "quadratic"; }
  std::string range() const override { return "all of R^d"; }
  Index outside(VecIn) const override { return -1; }
  std::optional<double> homogeneity() const override { return 2.0; }
  bool has_constant_hessian() const override { return true; }
  Vector dual(const SignedLog& beta) const override {
    const Vector z = k_ * beta.values();
    require_finite(z, kind(), beta);
    return z;
  }
  bool primal(VecIn z, VecOut beta) const override {
    beta = cholesky_.solve(z);
    return true;
  }
  void tangent(VecIn, VecIn v, VecOut out) const override { out = cholesky_.solve(v); }

 private:
  Eigen::MatrixXd k_;
  Eigen::LLT<Eigen::MatrixXd> cholesky_;
};

template <class F>
std::unique_ptr<PotentialMap> separable(F f) {
  return std::make_unique<Separable<F>>(f);
}

void allow_only(const PotentialSpec& spec, bool c, bool p, bool k, bool depth) {
  const auto refuse = [&](const char* key) {
    throw InvalidInput(cat("potential ", spec.kind, ": key \"", key, "\" is given but this potential does not read it"));
  };
  if (spec.c && !c) refuse("c");
  if (spec.p && !p) refuse("p");
  if (!spec.k.empty() && !k) refuse("k");
  if (spec.depth && !depth) refuse("depth");
  if (spec.scale && !depth) refuse("scale");
}

double require_number(const PotentialSpec& spec, const std::optional<double>& value, const char* key, double above) {
  if (!value) throw InvalidInput(cat("potential ", spec.kind, " needs \"", key, "\", a number > ", above));
  if (!(*value > above) || !std::isfinite(*value))
    throw InvalidInput(cat("potential ", spec.kind, ": ", key, " is ", *value, ", expected a number > ", above));
  return *value;
}

std::unique_ptr<PotentialMap> make_diagonal(const PotentialSpec& spec) {
  if (!spec.depth) throw InvalidInput("potential diagonal needs \"depth\", an integer >= 3");
  if (*spec.depth < 3)
    throw InvalidInput(
        cat("potential diagonal: depth is ", *spec.depth, ", expected an integer >= 3 (depth 2 is hypentropy with c = 2 scale²)"));
  const double scale = require_number(spec, spec.scale, "scale", 0.0);
  const DiagonalMap map(*spec.depth, scale);
  if (!(map.to_t >= kSmallestSlack))
    throw InvalidInput(cat("potential diagonal: scale ", scale, " at depth ", *spec.depth, " gives scale^(depth-2) = ", map.to_t,
                           ", below ", kSmallestSlack,
                           ": a dual iterate in double cannot hold β; train the diagonal model instead"));
  if (!std::isfinite(map.to_t))
    throw InvalidInput(cat("potential diagonal: scale ", scale, " is too large, scale^(depth-2) overflows"));
  return separable(map);
}

}  // namespace

std::unique_ptr<PotentialMap> make_quadratic_map(const Matrix& k, Index features) {
  return std::make_unique<QuadraticMap>(k, features);
}

std::unique_ptr<PotentialMap> make_potential_map(const PotentialSpec& spec, Index features) {
  static const std::vector<std::string> kinds = {"euclidean", "entropy",        "hypentropy", "p_norm",
                                                 "burg",      "squared_p_norm", "quadratic",  "diagonal"};
  const std::string& kind = spec.kind;
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    throw InvalidInput(cat("unknown potential \"", kind, "\"", suggestion(kind, kinds)));
  allow_only(spec, kind == "hypentropy", kind == "p_norm" || kind == "squared_p_norm", kind == "quadratic", kind == "diagonal");
  if (kind == "euclidean") return separable(EuclideanMap{});
  if (kind == "entropy") return separable(EntropyMap{});
  if (kind == "hypentropy") return separable(HypentropyMap(require_number(spec, spec.c, "c", 0.0)));
  if (kind == "p_norm") return separable(PNormMap(require_number(spec, spec.p, "p", 1.0)));
  if (kind == "squared_p_norm") return std::make_unique<SquaredPNormMap>(require_number(spec, spec.p, "p", 1.0));
  if (kind == "burg") return separable(BurgMap{});
  if (kind == "diagonal") return make_diagonal(spec);
  if (spec.k.empty()) throw InvalidInput("potential quadratic needs \"k\", a .npy or .csv file with the matrix K");
  return make_quadratic_map(read_table_file(spec.k, kLargestFile).numbers, features);
}

}  // namespace penchant
