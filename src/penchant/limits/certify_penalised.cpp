// Bracket of min ½‖Xβ-y‖² + λ c(β). With r = y - Xβ and any ν (for l1 scaled into |X^T ν| ≤ λw)
// the gap is a sum of terms that are each ≥ 0,
//   l2:  ½‖r-ν‖² + ½λ‖β-β_0-X^T ν/λ‖²          l1:  ½‖r-ν‖² + Σ_j (λ w_j|β_j| - β_j x_j^T ν),
// so nothing cancels. Upper and lower are the two objectives themselves, each rounded away from the optimum; where that is larger
// lower is the objective of β less the gap. The dual is 1-strongly concave: ‖ν-ν*‖ ≤ √(2 gap), which bounds what every minimiser
// can be.
#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/enclosure.h"
#include "penchant/limits/l1_repair.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kEps = std::numeric_limits<double>::epsilon();

double relative(double part, double whole) { return whole > 0.0 ? part / whole : part; }

void check(const Penalised& limit, const Solution& point) {
  if (!(limit.lambda > 0.0)) throw InvalidInput(cat("certify penalised: λ is ", limit.lambda, ", expected a number > 0"));
  require_point("penalised", *limit.x, limit.y, point);
}

// The objective of β and what it exceeds the dual one by, bounded.
struct Primal {
  double low, high, gap;
};

Certificate bracket(const Primal& primal, double dual) {
  Certificate out;
  out.feasibility = 0.0;  // every β is feasible
  out.lower = std::isfinite(dual) ? std::max(0.0, dual) : 0.0;
  if (!std::isfinite(primal.high)) {
    out.kind = CertificateKind::first_order_only;
    out.upper = out.gap = out.relative_gap = kNaN;
    return out;
  }
  out.kind = CertificateKind::bracket;
  out.upper = primal.high;
  out.lower = std::fmax(out.lower, shrunk_difference(primal.low, primal.gap));
  out.gap = out.upper - out.lower;
  out.relative_gap = out.upper > 0.0 ? out.gap / out.upper : 0.0;
  return out;
}

// The same vector, rounded.
EnclosedVector nearly(const Vector& v) { return {v, kEps * v.cwiseAbs()}; }

std::string bracket_text(const Certificate& certificate) {
  if (certificate.kind == CertificateKind::bracket) return cat("relative gap ", certificate.relative_gap);
  return "the objective of the point is beyond the range of a double: only the lower bound holds";
}

// λ-strongly convex in β: ‖β-β*‖ ≤ √(2 gap/λ).
Certificate ridge(const Penalised& limit, const Matrix& x, const Solution& point) {
  const Vector origin = limit.origin.size() > 0 ? limit.origin : Vector::Zero(x.cols());
  const Vector& beta = point.predictor.values;
  const EnclosedVector r = enclosed_residual(x, limit.y, exactly(beta));
  const Vector& nu = point.dual.size() > 0 ? point.dual : r.value;
  const EnclosedVector image = enclosed_image(x, nu), step = difference(exactly(beta), exactly(origin));
  const EnclosedVector price{image.value / limit.lambda, image.error / limit.lambda + kEps * image.value.cwiseAbs() / limit.lambda};
  const EnclosedVector off = difference(step, price);
  const double linear = enclosed_dot(nu, enclosed_residual(x, limit.y, exactly(origin))).low();
  const double taken = 0.5 * grown(squared_norm_high(exactly(nu)) + squared_norm_high(image) / limit.lambda);
  const Primal primal{0.5 * shrunk(squared_norm_low(r) + limit.lambda * squared_norm_low(step)),
                      0.5 * grown(squared_norm_high(r) + limit.lambda * squared_norm_high(step)),
                      0.5 * grown(squared_norm_high(difference(r, exactly(nu))) + limit.lambda * squared_norm_high(off))};
  Certificate out = bracket(primal, shrunk_difference(linear, taken));
  out.complementarity = relative(off.value.norm(), step.value.norm());
  out.distance_bound = std::sqrt(2.0 * std::fmin(out.gap, primal.gap) / limit.lambda);
  out.text = cat(bracket_text(out), "; the objective is strongly convex with constant λ = ", limit.lambda);
  return out;
}

struct LassoPair {
  const Vector& beta;
  const Vector& nu;  // dual feasible
  Vector g;          // X^T ν
  Vector bound;      // λ w
};

// A coordinate whose bound ν keeps clear of by more than √(2 gap)‖x_j‖ is 0 in every minimiser. On the others,
// with independent columns, two points that fit within √(2 gap) of each other are that near.
void judge_uniqueness(Certificate& out, double gap, const Matrix& x, const LassoPair& pair) {
  const double radius = std::sqrt(2.0 * (gap + 8 * kEps * out.upper));
  std::vector<Index> face;
  double off_face = 0.0, off_norm = 0.0;
  for (Index j = 0; j < x.cols(); ++j) {
    const double column = x.col(j).norm();
    if (pair.bound[j] - std::abs(pair.g[j]) <= radius * column) face.push_back(j);
    else if (pair.beta[j] != 0.0) {
      off_face += std::abs(pair.beta[j]);
      off_norm = std::max(off_norm, column);
    }
  }
  out.distance_bound = off_face;
  if (face.empty()) {
    out.text += "; β = 0 off an empty face: the minimiser is unique";
    return;
  }
  const Eigen::MatrixXd columns = columns_of(x, face);
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(columns);
  const double smallest = columns.cols() <= columns.rows() ? svd.singularValues().tail(1)[0] : 0.0;
  if (smallest <= 1e-10 * svd.singularValues()[0]) {
    out.distance_bound = kNaN;
    out.text += cat("; the ", face.size(), " features that may be active are dependent: uniqueness is not established");
    return;
  }
  out.distance_bound += (radius + off_norm * off_face) / smallest;
  out.text += cat("; at most ", face.size(), " features are active and they are independent: the minimiser is unique");
}

// max θ⟨ν, y⟩ - ½θ²‖ν‖² over the θ >= 0 for which θν is dual feasible.
struct ScaledDual {
  double theta = 0.0;
  double value = 0.0;  // a lower bound, its rounding taken off
};

ScaledDual best_scale(const Vector& nu, const Vector& y, const EnclosedVector& g, const Vector& bound) {
  double most = 0.0;  // of |x_j^T ν| over its bound
  for (Index j = 0; j < bound.size(); ++j) most = std::max(most, grown((std::abs(g.value[j]) + g.error[j]) / bound[j]));
  const double square = squared_norm_high(exactly(nu));
  const Enclosed along = enclosed_dot(nu, y);
  if (!(along.low() > 0.0) || !std::isfinite(square) || !std::isfinite(most)) return {};
  const double theta = std::min(along.value / square, shrunk(1.0 / most));
  return {theta, shrunk_difference(shrunk(theta * along.low()), grown(0.5 * theta * theta * square))};
}

Certificate lasso(const Penalised& limit, const Matrix& x, const Solution& point) {
  const Vector& beta = point.predictor.values;
  const Vector bound = limit.lambda * (limit.weights.size() > 0 ? limit.weights : Vector(Vector::Ones(x.cols())));
  const EnclosedVector r = enclosed_residual(x, limit.y, exactly(beta));
  const Vector& given = point.dual.size() > 0 ? point.dual : r.value;
  const EnclosedVector image = enclosed_image(x, given);
  const ScaledDual scaled = best_scale(given, limit.y, image, bound);
  const Vector nu = scaled.theta * given, g = scaled.theta * image.value;
  double left = 0.0, left_error = 0.0;
  for (Index j = 0; j < beta.size(); ++j) {
    left += std::max(0.0, bound[j] * std::abs(beta[j]) - beta[j] * g[j]);
    left_error += std::abs(beta[j]) * (scaled.theta * image.error[j] + 2.0 * kEps * (bound[j] + std::abs(g[j])));
  }
  const double penalty = bound.dot(beta.cwiseAbs());
  const double count = static_cast<double>(beta.size());
  const Primal primal{shrunk(0.5 * squared_norm_low(r) + shrunk(penalty, count)),
                      grown(0.5 * squared_norm_high(r) + grown(penalty, count)),
                      0.5 * squared_norm_high(difference(r, nearly(nu))) + grown(left + left_error, count)};
  Certificate out = bracket(primal, scaled.value);
  out.complementarity = penalty > 0.0 ? left / penalty : 0.0;
  out.text = bracket_text(out);
  if (out.kind == CertificateKind::bracket) judge_uniqueness(out, std::fmin(out.gap, primal.gap), x, {beta, nu, g, bound});
  else out.distance_bound = kNaN;
  return out;
}

}  // namespace

Certificate certify_penalised(const Penalised& limit, const Solution& point) {
  const Matrix& x = require_dense(*limit.x, "certify penalised");
  check(limit, point);
  return limit.norm == Penalty::l2 ? ridge(limit, x, point) : lasso(limit, x, point);
}

}  // namespace penchant
