// Bracket of min ½‖Xβ-y‖² + λ c(β). With r = y - Xβ and any ν (for l1 scaled into |X^T ν| ≤ λw)
// the gap is a sum of terms that are each ≥ 0,
//   l2:  ½‖r-ν‖² + ½λ‖β-β_0-X^T ν/λ‖²          l1:  ½‖r-ν‖² + Σ_j (λ w_j|β_j| - β_j x_j^T ν),
// so nothing cancels. The dual is 1-strongly concave: ‖ν-ν*‖ ≤ √(2 gap), which bounds what every minimiser can be.
#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/l1_repair.h"

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kEps = std::numeric_limits<double>::epsilon();

void check(const Penalised& limit, const Matrix& x, const Solution& point) {
  const Vector& beta = point.predictor.values;
  if (!(limit.lambda > 0.0)) throw InvalidInput(cat("certify penalised: λ is ", limit.lambda, ", expected a number > 0"));
  if (limit.y.size() != x.rows())
    throw InvalidInput(cat("certify penalised: y has ", limit.y.size(), " entries, X has ", x.rows(), " rows"));
  if (beta.size() != x.cols())
    throw InvalidInput(cat("certify penalised: β has ", beta.size(), " entries, X has ", x.cols(), " columns"));
  if (point.dual.size() > 0 && point.dual.size() != x.rows())
    throw InvalidInput(cat("certify penalised: the dual has ", point.dual.size(), " entries, X has ", x.rows(), " rows"));
  if (!beta.allFinite() || !point.dual.allFinite()) throw InvalidInput("certify penalised: point and dual must be finite");
}

Certificate bracket(double upper, double gap) {
  Certificate out;
  out.kind = CertificateKind::bracket;
  out.upper = upper;
  out.gap = gap;
  out.lower = upper - gap;
  const double size = std::max(std::abs(out.lower), std::abs(out.upper));
  out.relative_gap = size > 0.0 ? gap / size : 0.0;
  out.feasibility = 0.0;  // every β is feasible
  return out;
}

// λ-strongly convex in β: ‖β-β*‖ ≤ √(2 gap/λ).
Certificate ridge(const Penalised& limit, const Matrix& x, const Solution& point) {
  const Vector origin = limit.origin.size() > 0 ? limit.origin : Vector::Zero(x.cols());
  const Vector& beta = point.predictor.values;
  const Vector r = -accurate_residual(x, beta, limit.y);
  const Vector& nu = point.dual.size() > 0 ? point.dual : r;
  const Vector step = beta - origin;
  const Vector off = step - x.transpose() * nu / limit.lambda;
  Certificate out = bracket(0.5 * r.squaredNorm() + 0.5 * limit.lambda * step.squaredNorm(),
                            0.5 * (r - nu).squaredNorm() + 0.5 * limit.lambda * off.squaredNorm());
  out.complementarity = step.norm() > 0.0 ? off.norm() / step.norm() : off.norm();
  out.distance_bound = std::sqrt(2.0 * out.gap / limit.lambda);
  out.text = cat("relative gap ", out.relative_gap, "; the objective is strongly convex with constant λ = ", limit.lambda);
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
void judge_uniqueness(Certificate& out, const Matrix& x, const LassoPair& pair) {
  const double radius = std::sqrt(2.0 * (out.gap + 8 * kEps * out.upper));
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

Certificate lasso(const Penalised& limit, const Matrix& x, const Solution& point) {
  const Vector& beta = point.predictor.values;
  const Vector bound = limit.lambda * (limit.weights.size() > 0 ? limit.weights : Vector(Vector::Ones(x.cols())));
  const Vector r = -accurate_residual(x, beta, limit.y);
  Vector nu = point.dual.size() > 0 ? point.dual : r;
  Vector g = x.transpose() * nu;
  if (const double scale = (g.array().abs() / bound.array()).maxCoeff(); scale > 1.0) {
    nu /= scale;
    g /= scale;
  }
  double left = 0.0;
  for (Index j = 0; j < beta.size(); ++j) left += std::max(0.0, bound[j] * std::abs(beta[j]) - beta[j] * g[j]);
  const double penalty = bound.dot(beta.cwiseAbs());
  Certificate out = bracket(0.5 * r.squaredNorm() + penalty, 0.5 * (r - nu).squaredNorm() + left);
  out.complementarity = penalty > 0.0 ? left / penalty : 0.0;
  out.text = cat("relative gap ", out.relative_gap);
  judge_uniqueness(out, x, {beta, nu, g, bound});
  return out;
}

}  // namespace

Certificate certify_penalised(const Penalised& limit, const Solution& point) {
  const Matrix& x = require_dense(*limit.x, "certify penalised");
  check(limit, x, point);
  return limit.norm == Penalty::l2 ? ridge(limit, x, point) : lasso(limit, x, point);
}

}  // namespace penchant
