// Problems that are not convex: what can be said of a point is that it is stationary and that the objective curves upwards along
// the fits. One thing more can be said where the penalties of all points that are no worse stay within reach B: min Σ R >= ⟨ν,
// y⟩ - Σ_j sup_{|b| <= B} (b x_j·ν - R(b)).
#include <cmath>
#include <limits>
#include <optional>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/enclosure.h"
#include "penchant/limits/exact_fit.h"
#include "penchant/limits/explicit_distance.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/stationary.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kGlobal = 1e-9;       // relative gap below which the lower bound is worth calling a bracket
constexpr double kFeasible = 1e-9;     // ‖Xβ-y‖/‖y‖ above which the objective bounds nothing
constexpr double kIndependent = 1e-10; // smallest over largest singular value

// A dual that proves that nothing fits: X^T ν = 0 and ⟨ν, y⟩ < 0.
bool proves_infeasible(const Matrix& x, const Vector& y, const Vector& ray) {
  if (ray.size() == 0 || !ray.allFinite() || ray.norm() == 0.0) return false;
  const Vector image = x.transpose() * ray;
  const Vector allowed = kInconsistent * ray.norm() * x.colwise().norm().transpose();
  return accurate_dot(ray, y) < -kInconsistent * ray.norm() * y.norm() && (image.cwiseAbs().array() <= allowed.array()).all();
}

Certificate without_bounds() {
  Certificate out;
  out.kind = CertificateKind::first_order_only;
  out.lower = out.upper = out.gap = out.relative_gap = out.distance_bound = out.complementarity = kNaN;
  return out;
}

Certificate infeasible() {
  Certificate out = without_bounds();
  out.kind = CertificateKind::infeasible;
  out.text = "the dual ν has X^T ν = 0 and <ν, y> < 0: no β has Xβ = y";
  return out;
}

// Bounds nothing yet. `decided`: nothing more can be said, since nothing fits or the point is not finite.
struct Beginning {
  Certificate certificate;
  bool decided = false;
};

Beginning begin(const char* who, const Matrix& x, const Vector& y, const Solution& point) {
  require_point(who, x, y, point);
  if (proves_infeasible(x, y, point.dual)) return {infeasible(), true};
  Beginning out{without_bounds()};
  out.certificate.feasibility = relative_residual(x, point.predictor.values, y);
  out.decided = !point.predictor.values.allFinite();
  return out;
}

constexpr double kEps = std::numeric_limits<double>::epsilon();
constexpr double kFewUlp = 64.0 * kEps;  // of explicit_coordinate, with margin
constexpr int kRepairs = 4;

// A point that fits up to rounding, near β, and how far an exact one is: moved by weights, so that the support stays.
struct Repaired {
  Vector beta, spread;
};
std::optional<Repaired> repaired(const Matrix& x, const Vector& y, const Vector& beta, const Vector& log_weights) {
  const Vector weights = (log_weights.array() - log_weights.maxCoeff()).exp();
  const WeightedCorrection correction(x, weights);
  if (!correction.usable()) return std::nullopt;
  Repaired out{beta, {}};
  for (int k = 0; k < kRepairs && !fits_to_rounding(x, out.beta, y); ++k)
    out.beta -= correction.change(accurate_residual(x, out.beta, y));
  if (!out.beta.allFinite() || !fits_to_rounding(x, out.beta, y)) return std::nullopt;
  std::optional<Vector> spread = correction.spread(out.beta, y);
  if (!spread) spread = spread_of_projection(x, out.beta, y);
  if (!spread) return std::nullopt;
  out.spread = std::move(*spread);
  return out;
}

// The dual value of the problem within reach: ⟨ν, y⟩ - Σ_j sup_{|b| <= B} (b x_j·ν - R(b)), rounded down.
void bound_globally(Certificate& out, const ExplicitDistance& limit, const Matrix& x, const Vector& nu) {
  // Its bisection ends at 1e-15 of the log.
  const double reach = explicit_reach(limit.depth, limit.log_scale, out.upper) * (1.0 + 1e-12);
  const EnclosedVector z = enclosed_image(x, nu);
  CompensatedSum taken;
  for (Index j = 0; j < x.cols(); ++j) {
    const double most = std::abs(z.value[j]) + z.error[j];
    const double value = explicit_conjugate(limit.depth, limit.log_scale, most, reach);
    taken.add(value + kFewUlp * (value + most * reach));
  }
  const double lower = shrunk_difference(enclosed_dot(nu, limit.y).low(), grown(taken.value()));
  if (!std::isfinite(lower)) return;
  out.lower = std::max(0.0, lower);
  const double width = out.upper - out.lower;
  if (!(width <= kGlobal * out.upper)) return;
  out.kind = CertificateKind::bracket;
  out.gap = width;
  out.relative_gap = out.upper > 0.0 ? width / out.upper : 0.0;
}

}  // namespace

Certificate certify_explicit_distance(const ExplicitDistance& limit, const Solution& point) {
  if (limit.depth == 2) return certify_bregman_projection(explicit_projection(limit), point);
  const Matrix& x = require_dense(*limit.x, "certify explicit_distance");
  auto [out, decided] = begin("explicit_distance", x, limit.y, point);
  if (decided) return out;
  const Vector& beta = point.predictor.values;
  const SeparableSlopes slopes = explicit_slopes(limit, beta);
  const Vector nu = point.dual.size() > 0 ? point.dual : nearest_dual(x, slopes);
  out.complementarity = stationarity(x, slopes, nu);
  const double curvature = least_curvature(x, slopes);
  const std::string shape = curvature > 0.0
                                ? cat("a strict local minimum (relative curvature along the fits at least ", curvature, ")")
                                : cat("not shown to be a minimum (relative curvature along the fits ", curvature, ")");
  out.text = cat("stationary to ", out.complementarity, ", ", shape);
  if (out.feasibility <= kFeasible)
    if (const auto fit = repaired(x, limit.y, beta, slopes.log_weight)) {
      const Vector most = fit->beta.cwiseAbs() + fit->spread;
      out.upper = explicit_distance(limit.depth, limit.log_scale, most) * (1.0 + kFewUlp);
      bound_globally(out, limit, x, nu);
    }
  out.text += out.kind == CertificateKind::bracket
                  ? cat("; every better point lies where the penalty is convex, so this is the global minimum, relative gap ",
                        out.relative_gap)
                  : "; first order only: other fits may have a smaller penalty";
  return out;
}

Certificate certify_min_lp(const MinLp& limit, const Solution& point) {
  const Matrix& x = require_dense(*limit.x, "certify min_lp");
  auto [out, decided] = begin("min_lp", x, limit.y, point);
  if (decided) return out;
  const Vector& beta = point.predictor.values;
  const std::vector<Index> support = support_of(beta);
  if (support.empty()) {
    if (limit.y.isZero(0.0)) out.upper = 0.0;
    out.complementarity = 0.0;
    out.text = "β = 0: no fit has a smaller penalty";
    return out;
  }
  const Matrix columns = x(Eigen::all, support);
  const SeparableSlopes slopes = lp_slopes(limit, beta, support);
  if (out.feasibility <= kFeasible)
    if (const auto fit = repaired(columns, limit.y, beta(support), slopes.log_weight)) {
      Vector most = Vector::Zero(beta.size());
      most(support) = fit->beta.cwiseAbs() + fit->spread;
      out.upper = lp_penalty(limit, most) * (1.0 + kFewUlp);
    }
  out.complementarity = stationarity(columns, slopes, point.dual.size() > 0 ? point.dual : nearest_dual(columns, slopes));
  const Vector sigma = Eigen::BDCSVD<Eigen::MatrixXd>(columns).singularValues();
  const bool independent = columns.cols() <= columns.rows() && sigma.tail(1)[0] > kIndependent * sigma[0];
  out.text = cat(support.size(), " features, ",
                 independent ? "independent: a strict local minimum, as is every fit with independent features"
                             : "dependent: not a minimum, some fit on fewer of them is better",
                 "; first order only: other fits may have a smaller penalty");
  if (!independent) out.complementarity = 1.0;
  return out;
}

}  // namespace penchant
