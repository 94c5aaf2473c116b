// Bracket of min D_φ(β, β_0) s.t. Xβ = y. β is moved to a feasible β' (first by relative changes, then to the nearest point), and
//   upper = D_φ(β', β_0),   upper - lower = φ(β') + φ*(z) - ⟨β', z⟩ + |⟨s, Xβ'-y⟩|,   z = ∇φ(β_0) + X^T s
// where lower is the dual value ⟨s, y⟩ - φ*(z) + φ*(∇φ(β_0)) and the last term is what rounding leaves. Derived in
// docs/math/bregman_projection.md.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/gram.h"
#include "penchant/core/text.h"
#include "penchant/limits/bregman_gap.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/divergence_radius.h"
#include "penchant/limits/feasible.h"

namespace penchant {

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
// A residual of this many roundings of the terms of Xβ - y is as feasible as data in doubles can be.
constexpr double kFeasibleRoundings = 256.0;
constexpr double kRayRounding = 1e-9;  // X^T ν >= -this |x_j| |ν| counts as >= 0
constexpr double kSmallResidual = 1e-12;
constexpr int kRepairs = 4;
constexpr double kSmallSlack = 1e-9;  // a double s tells slacks above this to seven digits

double relative(double part, double whole) { return whole > 0.0 ? part / whole : part; }

class Judge {
 public:
  Judge(const BregmanProjection& limit, const Matrix& x, const Solution& point)
      : x_(x), y_(limit.y), form_(dual_form(limit.potential, limit.origin, x.cols())), point_(point) {}

  Certificate judge() {
    Certificate out;
    out.lower = out.upper = out.gap = out.relative_gap = out.distance_bound = kNan;
    out.feasibility = relative(residual(point_.predictor.values).norm(), y_.norm());
    if (point_.dual.size() > 0 && proves_infeasible(out)) return out;
    if (!point_.predictor.values.allFinite()) {
      out.text = "no finite point was given";
      return out;
    }
    repair();
    choose_dual();
    const Vector left = residual(repaired_.values);
    out.kind = feasible_ && in_domain(form_, repaired_) ? CertificateKind::bracket : CertificateKind::first_order_only;
    if (out.kind == CertificateKind::bracket) bracket(out, left);
    else bound_from_below(out);
    return out;
  }

 private:
  Vector residual(const Vector& beta) const { return accurate_residual(x_, beta, y_); }

  // ν with X^T ν = 0 and ⟨ν, y⟩ ≠ 0, or, where β must be positive, X^T ν >= 0 and ⟨ν, y⟩ < 0.
  bool proves_infeasible(Certificate& out) const {
    const Vector& ray = point_.dual;
    const double along = accurate_dot(ray, y_);
    if (!(along < -kInconsistent * ray.norm() * y_.norm())) return false;
    const Vector image = x_.transpose() * ray;
    const Vector allowed = kRayRounding * ray.norm() * x_.colwise().norm().transpose();
    const bool orthogonal = (image.cwiseAbs().array() <= allowed.array()).all();
    const bool cone = is_positive(form_) && (image.array() >= -allowed.array()).all();
    if (!orthogonal && !cone) return false;
    out.kind = CertificateKind::infeasible;
    out.text = orthogonal ? cat("the dual ν has X^T ν = 0 and <ν, y> = ", along, ": no β has Xβ = y")
                          : cat("the dual ν has X^T ν >= 0 and <ν, y> = ", along, ": no β >= 0 has Xβ = y");
    return true;
  }

  bool feasible_to_rounding(const Predictor& beta) const {
    const Vector terms = x_.cwiseAbs() * beta.values.cwiseAbs() + y_.cwiseAbs();
    return (residual(beta.values).array().abs() <= kFeasibleRoundings * kEpsilon * (terms.array() + terms.maxCoeff())).all();
  }

  // β'_j = β_j - w_j x_j·λ with w = dβ/dv: coordinates move in proportion to what they weigh, so small positive ones stay positive.
  void repair_by_weights() {
    const PackedFeatures packed(x_);
    const Vector weights = relative_weights(form_, repaired_);
    if (!weights.allFinite()) return;
    Eigen::MatrixXd gram;
    weighted_gram(packed, weights, gram);
    gram.diagonal().array() += 4.0 * kEpsilon * gram.diagonal().maxCoeff();
    const Eigen::LLT<Eigen::MatrixXd> factor(gram);
    if (factor.info() != Eigen::Success) return;
    for (int k = 0; k < kRepairs && !feasible_; ++k) {
      const Vector change = -(weights.array() * (x_.transpose() * factor.solve(residual(repaired_.values))).array()).matrix();
      if (!change.allFinite()) return;
      add(change);
      feasible_ = feasible_to_rounding(repaired_);
    }
  }

  void add(const Vector& change) {
    for (Index j = 0; j < change.size(); ++j) {
      if (change[j] == 0.0) continue;
      const double value = repaired_.values[j] + change[j];
      repaired_.values[j] = value;
      if (repaired_.logs.size() == 0) continue;
      repaired_.logs.log_abs[j] = std::log(std::abs(value));
      repaired_.logs.sign[j] = value > 0.0 ? 1.0 : value < 0.0 ? -1.0 : 0.0;
    }
  }

  void repair() {
    repaired_ = point_.predictor;
    feasible_ = feasible_to_rounding(repaired_);
    if (!feasible_) repair_by_weights();
    if (feasible_ && in_domain(form_, repaired_)) return;
    if (!in_domain(form_, repaired_)) repaired_ = point_.predictor;
    Predictor nearest = Predictor::vector(Feasible(x_).project(point_.predictor.values, y_));
    if (feasible_to_rounding(nearest) && in_domain(form_, nearest)) {
      repaired_ = std::move(nearest);
      feasible_ = true;
      return;
    }
    // Between the two: a residual that no one could tell from 0 in the data. Its effect |<s, Xβ'-y>| on the optimum enters the gap.
    const Vector terms = x_.cwiseAbs() * repaired_.values.cwiseAbs() + y_.cwiseAbs();
    feasible_ = residual(repaired_.values).norm() <= kSmallResidual * terms.norm();
  }

  // The dual given; or the s whose X^T s is nearest to the v' of β', in the weights that make the gap smallest.
  void choose_dual() {
    dual_ = point_.dual;
    if (dual_.size() == 0) {
      const Vector target = dual_coordinates(form_, repaired_);
      const Vector root = (target.array().isFinite()).select(relative_weights(form_, repaired_).cwiseSqrt().array(), 0.0);
      const Vector goal = (root.array() > 0.0).select(root.array() * target.array(), 0.0);
      const Matrix weighted = x_ * root.asDiagonal();
      dual_ = Feasible(weighted).transposed_pseudo_inverse(goal);
    }
    image_.resize(x_.cols());
    const Eigen::MatrixXd by_feature = x_;
    for (Index j = 0; j < x_.cols(); ++j) image_[j] = accurate_dot(by_feature.col(j), dual_);
  }

  void enter_domain() {
    const double scale = domain_scale(form_, image_);
    dual_ *= scale;
    image_ *= scale;
  }

  bool is_twin(Index j, Index k) const {
    return (x_.col(j).array() == x_.col(k).array()).all() || (x_.col(j).array() == -x_.col(k).array()).all();
  }

  // Powers of a slack: where s cannot resolve a small slack, the log slack given stands for it. Let A be the features concerned.
  // If they are independent, some real s' has exactly these slacks,
  // with ‖s'-s‖ <= ‖m‖/σ_min for the mismatch m of s on unit features of A;
  // every other x_j·s' is within |x_j| ‖s'-s‖ of x_j·s, and the gap, convex in z_j, is at most the larger one at the two ends.
  std::optional<double> resolved_gap() const {
    const auto* powers = std::get_if<Powers>(&form_);
    if (!powers || point_.dual.size() == 0 || point_.log_slack.size() != x_.cols() || !point_.log_slack.allFinite())
      return std::nullopt;
    std::vector<Index> small, twins;
    std::vector<double> mismatch;
    for (Index j = 0; j < x_.cols(); ++j) {
      if (point_.log_slack[j] >= std::log(kSmallSlack)) continue;
      const bool up = powers->is_positive() || image_[j] > 0.0;
      const double scale = std::exp(up ? powers->log_tau[j] : powers->log_sigma[j]);
      const double missed = (-std::expm1(point_.log_slack[j]) - scale * std::abs(image_[j])) / (scale * x_.col(j).norm());
      // Twins that ask the same of s ask it once.
      const auto asks_already = [&](Index other, double by) { return by == missed && is_twin(other, j); };
      if (std::equal(small.begin(), small.end(), mismatch.begin(), [&](Index k, double by) { return !asks_already(k, by); })) {
        small.push_back(j);
        mismatch.push_back(missed);
      } else {
        twins.push_back(j);
      }
    }
    if (small.empty() || Index(small.size()) > x_.rows()) return std::nullopt;
    const Eigen::MatrixXd features = x_(Eigen::all, small);
    const Eigen::MatrixXd units = features * features.colwise().norm().cwiseInverse().asDiagonal();
    const double sigma = Eigen::BDCSVD<Eigen::MatrixXd>(units).singularValues().minCoeff();
    const double move = Eigen::Map<const Vector>(mismatch.data(), Index(mismatch.size())).norm() / sigma;
    if (!(move * x_.colwise().norm().maxCoeff() < kSmallSlack)) return std::nullopt;

    Vector log_slack = Vector::Constant(x_.cols(), kNan);
    small.insert(small.end(), twins.begin(), twins.end());
    for (Index j : small) log_slack[j] = point_.log_slack[j];
    const Vector spread = move * x_.colwise().norm();
    return fenchel_gap_with_slacks(*powers, repaired_, image_, log_slack, spread);
  }

  void bracket(Certificate& out, const Vector& left) {
    const std::optional<double> resolved = resolved_gap();
    if (!resolved) enter_domain();
    const double slack = resolved ? *resolved : fenchel_gap(form_, repaired_, image_);
    out.upper = divergence_from_start(form_, repaired_);
    out.gap = slack + std::abs(dual_.dot(left));
    out.lower = out.upper - out.gap;
    const double size = std::max(std::abs(out.lower), std::abs(out.upper));
    out.relative_gap = out.gap <= rounding_floor() ? 0.0 : relative(out.gap, size);
    out.complementarity = relative(std::abs(dual_.dot(residual(point_.predictor.values))), size);
    out.distance_bound = divergence_radius(form_, repaired_, slack) + (repaired_.values - point_.predictor.values).norm();
    out.text = cat("bracket of D(β, β_0): gap ", out.gap, " at a feasible point ",
                   (repaired_.values - point_.predictor.values).norm(), " away");
  }

  // The gap that a few roundings of v' make by themselves: below it there is none.
  double rounding_floor() const {
    const Vector at = dual_coordinates(form_, repaired_);
    if (!at.allFinite()) return 0.0;
    const double floor = fenchel_gap(form_, repaired_, (1.0 - 4.0 * kEpsilon) * at);
    return std::isfinite(floor) ? floor : 0.0;
  }

  void bound_from_below(Certificate& out) {
    enter_domain();
    const double lower = accurate_dot(dual_, y_) - dual_potential(form_, image_);
    if (std::isfinite(lower)) out.lower = lower;
    out.complementarity = relative(std::abs(dual_.dot(residual(point_.predictor.values))), std::abs(lower));
    out.text = feasible_ ? "the feasible point found is outside the domain of the potential: |<s, Xβ-y>| and a lower bound only"
                         : "no feasible point was found near β: |<s, Xβ-y>| and a lower bound only";
  }

  const Matrix& x_;
  const Vector& y_;
  const DualForm form_;
  const Solution& point_;
  Predictor repaired_;
  bool feasible_ = false;
  Vector dual_, image_;
};

}  // namespace

Certificate certify_bregman_projection(const BregmanProjection& limit, const Solution& point) {
  const Matrix& x = require_dense(*limit.x, "certify bregman_projection");
  if (limit.y.size() != x.rows())
    throw InvalidInput(cat("certify bregman_projection: X has ", x.rows(), " rows, y has ", limit.y.size(), " entries"));
  if (point.predictor.values.size() != x.cols())
    throw InvalidInput(
        cat("certify bregman_projection: β has ", point.predictor.values.size(), " entries, X has ", x.cols(), " columns"));
  if (point.dual.size() > 0 && point.dual.size() != x.rows())
    throw InvalidInput(cat("certify bregman_projection: the dual has ", point.dual.size(), " entries, X has ", x.rows(), " rows"));
  return Judge(limit, x, point).judge();
}

}  // namespace penchant
