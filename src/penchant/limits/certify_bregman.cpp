// Bracket of min D_φ(β, β_0) s.t. Xβ = y. β is moved to a β' that fits up to rounding (first by relative changes, then to the
// nearest point); some β'' within |β''_j - β'_j| ≤ r_j fits exactly. With v = X^T s, z = ∇φ(β_0) + v,
//   upper = max of D_φ(β'', β_0) over that box,      lower = ⟨s, y-Xβ_0⟩ - (φ*(z) - φ*(∇φ(β_0)) - ⟨v, β_0⟩), the dual value,
//   upper - lower ≤ max of φ(β'') + φ*(z) - ⟨β'', z⟩, which does not cancel,
// each with its rounding counted against it. Derived in docs/math/bregman_projection.md.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "penchant/core/accurate.h"
#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/bregman_bounds.h"
#include "penchant/limits/bregman_gap.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/divergence_radius.h"
#include "penchant/limits/enclosure.h"
#include "penchant/limits/exact_fit.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/l1_dual.h"
#include "penchant/limits/minimiser_box.h"

namespace penchant {

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kRayRounding = 1e-9;  // X^T ν >= -this |x_j| |ν| is worth a look whether it proves something
constexpr double kOrthogonal = 1e-12;  // |X^T ν| <= this |x_j| |ν| counts as 0: y leaves the range of X by more than that
constexpr double kSmallResidual = 1e-12;
constexpr int kRepairs = 4;
constexpr double kWideSpread = 1e-10;  // relative: more than rounding makes of well conditioned data
constexpr double kTightSpread = 256.0 * kEpsilon;  // relative: what rounding makes of well conditioned data
constexpr double kWidestMargin = 1e-12;  // relative: s is taken no farther into the domain than it must be
constexpr double kAtEdge = 1e3;  // of the largest correction: entries that an exact fit may have anywhere down to 0
constexpr double kVanishing = 1e-9;  // relative: what a point near the edge of its domain may have left there
constexpr double kNearEnough = 1e-10;  // relative: a distance that strong convexity shows at once
constexpr double kSmallSlack = 1e-9;  // a double s tells slacks above this to seven digits

double relative(double part, double whole) { return whole > 0.0 ? part / whole : part; }

class Judge {
 public:
  Judge(const BregmanProjection& limit, const Matrix& x, const Solution& point)
      : limit_(limit), x_(x), y_(limit.y), form_(dual_form(limit.potential, limit.origin, x.cols())), point_(point) {}

  Certificate judge() {
    Certificate out;
    out.lower = out.upper = out.gap = out.relative_gap = out.distance_bound = kNan;
    out.feasibility = relative_residual(x_, point_.predictor.values, y_);
    if (point_.dual.size() > 0 && proves_infeasible(out)) return out;
    if (!point_.predictor.values.allFinite()) {
      out.text = "no finite point was given";
      return out;
    }
    repair();
    choose_dual();
    const bool fits = feasible_ && in_domain(form_, repaired_) && find_exact_fit();
    out.kind = fits ? CertificateKind::bracket : CertificateKind::first_order_only;
    bound_from_below(out);
    if (fits) bracket(out);
    return out;
  }

 private:
  // A dual point that is told by slacks, and the gap there.
  struct Resolved {
    double gap;
    DualPlace place;
  };

  Vector residual(const Vector& beta) const { return accurate_residual(x_, beta, y_); }

  bool excludes_every_fit(const Vector& nu) const {
    MinL1 exact_fit{.x = limit_.x, .y = limit_.y, .weights = {}, .negative_weights = {}, .positive = is_positive(form_)};
    return proof_that_nothing_fits(exact_fit, nu).has_value();
  }

  // ν with X^T ν = 0 and ⟨ν, y⟩ ≠ 0, or, where β must be positive, X^T ν >= 0 and ⟨ν, y⟩ < 0.
  bool proves_infeasible(Certificate& out) const {
    const Vector& ray = point_.dual;
    const double along = accurate_dot(ray, y_);
    if (!(along < -kInconsistent * ray.norm() * y_.norm())) return false;
    const Vector image = x_.transpose() * ray;
    const Vector sizes = ray.norm() * x_.colwise().norm().transpose();
    const bool orthogonal = (image.cwiseAbs().array() <= kOrthogonal * sizes.array()).all();
    const bool near_cone = is_positive(form_) ? (image.array() >= -kRayRounding * sizes.array()).all()
                                              : (image.cwiseAbs().array() <= kRayRounding * sizes.array()).all();
    if (!orthogonal && !(near_cone && excludes_every_fit(-ray))) return false;
    out.kind = CertificateKind::infeasible;
    out.text = orthogonal || !is_positive(form_) ? cat("the dual ν has X^T ν = 0 and <ν, y> = ", along, ": no β has Xβ = y")
                          : cat("the dual ν has X^T ν >= 0 and <ν, y> = ", along, ": no β >= 0 has Xβ = y");
    return true;
  }

  void repair_by_weights() {
    const WeightedCorrection correction(x_, relative_weights(form_, repaired_));
    for (int k = 0; correction.usable() && k < kRepairs && !feasible_; ++k) {
      const Vector change = -correction.change(residual(repaired_.values));
      if (!change.allFinite()) return;
      add(change);
      feasible_ = fits_to_rounding(x_, repaired_.values, y_);
    }
  }

  // A point that fits exactly is within `spread_` of β'. Where β >= 0 is asked, it need not be in the domain: data rounded to
  // double may leave no such point although β' fits to its rounding. Then the box is cut at 0, and the bracket says so.
  bool find_exact_fit() {
    const WeightedCorrection correction(x_, relative_weights(form_, repaired_));
    std::optional<Vector> spread;
    if (correction.usable()) spread = correction.spread(repaired_.values, y_);
    // Features of large weight that hardly span the samples make a small residual cost much; light features are free to move where
    // they may change sign, and where that takes them past 0 the box is cut.
    if (!spread || spread->norm() > kWideSpread * repaired_.values.norm()) {
      std::optional<Vector> nearest = spread_of_projection(x_, repaired_.values, y_);
      if (nearest && (!spread || nearest->norm() < spread->norm())) spread = std::move(nearest);
    }
    if (!spread || !spread->allFinite()) return false;
    spread_ = std::move(*spread);
    inside_ = !is_positive(form_) || ((repaired_.values - spread_).array() >= 0.0 || spread_.array() == 0.0).all();
    if (!inside_ && spread_.norm() > kWideSpread * repaired_.values.norm()) return false;
    if (!inside_) reach_the_edge();
    return true;
  }

  // Of data at the edge of the cone, a point in the domain that fits exactly may have its small entries anywhere down to 0, where
  // the potential is steep; the others make up for them.
  void reach_the_edge() {
    const Eigen::Array<bool, Eigen::Dynamic, 1> is_small = repaired_.values.array() <= kAtEdge * spread_.maxCoeff();
    const Vector lost = is_small.select(repaired_.values.array(), 0.0);
    Matrix others = x_;
    for (Index j = 0; j < x_.cols(); ++j)
      if (is_small[j]) others.col(j).setZero();
    spread_ += lost + Feasible(others).pseudo_inverse(x_ * lost).cwiseAbs();
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

  // β with its small entries at 0.
  Predictor at_the_edge() const {
    const Vector& beta = point_.predictor.values;
    const double small = kVanishing * beta.cwiseAbs().maxCoeff();
    return Predictor::vector(Vector((beta.array().abs() > small).select(beta.array(), 0.0)));
  }

  void repair() {
    repaired_ = point_.predictor;
    feasible_ = fits_to_rounding(x_, repaired_.values, y_);
    if (!feasible_) repair_by_weights();
    if (feasible_ && in_domain(form_, repaired_)) return;
    if (!in_domain(form_, repaired_)) repaired_ = point_.predictor;
    Predictor nearest = Predictor::vector(Feasible(x_).project(point_.predictor.values, y_));
    if (fits_to_rounding(x_, nearest.values, y_) && in_domain(form_, nearest)) {
      repaired_ = std::move(nearest);
      feasible_ = true;
      return;
    }
    // Where nothing inside the domain fits, the minimiser is at its edge, which a solver nears but does not reach.
    if (Predictor edge = at_the_edge(); is_positive(form_) && fits_to_rounding(x_, edge.values, y_) && in_domain(form_, edge)) {
      repaired_ = std::move(edge);
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
    image_ = enclosed_image(x_, dual_);
  }

  // With all that the rounding of X^T s may add. Scaling s rounds it, which moves X^T s where its terms cancel: then a little
  // farther.
  void enter_domain() {
    for (double margin = kEpsilon; margin < kWidestMargin; margin *= 2.0) {
      const Vector farthest = image_.value.array() + image_.error.array() * image_.value.array().sign();
      const double scale = domain_scale(form_, farthest);
      if (scale == 1.0) return;
      dual_ *= scale * (1.0 - margin);
      image_ = enclosed_image(x_, dual_);
    }
  }

  bool is_twin(Index j, Index k) const {
    return (x_.col(j).array() == x_.col(k).array()).all() || (x_.col(j).array() == -x_.col(k).array()).all();
  }

  // Powers of a slack: where s cannot resolve a small slack, the log slack given stands for it. Let A be the features concerned.
  // If they are independent, some real s' has exactly these slacks,
  // with ‖s'-s‖ <= ‖m‖/σ_min for the mismatch m of s on unit features of A;
  // every other x_j·s' is within |x_j| ‖s'-s‖ of x_j·s, and the gap, convex in z_j, is at most the larger one at the two ends.
  std::optional<Resolved> resolved_gap() const {
    const auto* powers = std::get_if<Powers>(&form_);
    if (!powers || point_.dual.size() == 0 || point_.log_slack.size() != x_.cols() || !point_.log_slack.allFinite())
      return std::nullopt;
    std::vector<Index> small, twins;
    std::vector<double> mismatch;
    for (Index j = 0; j < x_.cols(); ++j) {
      if (point_.log_slack[j] >= std::log(kSmallSlack)) continue;
      const bool up = powers->is_positive() || image_.value[j] > 0.0;
      const double scale = std::exp(up ? powers->log_tau[j] : powers->log_sigma[j]);
      const double missed = (-std::expm1(point_.log_slack[j]) - scale * std::abs(image_.value[j])) / (scale * x_.col(j).norm());
      // Twins that ask the same of s ask it once.
      const auto asks_already = [&](Index other, double by) {
        return by == missed && point_.log_slack[other] == point_.log_slack[j] && is_twin(other, j);
      };
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
    EnclosedVector z = image_;
    z.error += move * x_.colwise().norm().transpose();
    const double gap = fenchel_gap_over_slacks(*powers, {repaired_, spread_}, z, log_slack);
    return Resolved{gap, {std::move(z), std::move(log_slack)}};
  }

  // How far the minimiser is from β' at most.
  double minimiser_radius(double gap, double slack) const {
    const double convex = divergence_radius(form_, repaired_, gap);
    const auto* powers = std::get_if<Powers>(&form_);
    if (!powers || convex <= kNearEnough * repaired_.values.norm()) return convex;
    const DualPlace z = resolved_ ? resolved_->place : DualPlace{image_, Vector::Constant(x_.cols(), kNan)};
    const double residual = std::sqrt(squared_norm_high(enclosed_residual(x_, y_, exactly(repaired_.values))));
    const Vector radii = radii_of_constraints(*powers, x_, repaired_, radii_of_gap(*powers, repaired_, z, slack), residual);
    return std::fmin(convex, grown(radii.norm(), static_cast<double>(x_.cols())));
  }

  void bound_from_below(Certificate& out) {
    resolved_ = feasible_ && spread_.size() > 0 ? resolved_gap() : std::nullopt;
    enter_domain();
    const Enclosed linear = enclosed_dot(dual_, enclosed_residual(x_, y_, start_of(form_)));
    const double lower = shrunk_difference(linear.low(), conjugate_divergence_over(form_, image_));
    out.lower = std::isfinite(lower) ? std::max(0.0, lower) : 0.0;  // D >= 0
    out.complementarity = relative(std::abs(dual_.dot(residual(point_.predictor.values))), out.lower);
    out.text = feasible_ ? "the feasible point found is outside the domain of the potential: |<s, Xβ-y>| and a lower bound only"
                         : "no feasible point was found near β: |<s, Xβ-y>| and a lower bound only";
  }

  void bracket(Certificate& out) {
    const PointBox box{repaired_, spread_};
    const double slack = resolved_ ? resolved_->gap : fenchel_gap_over(form_, box, image_);
    const Range objective = divergence_over(form_, box);
    if (!std::isfinite(objective.high)) {
      out.kind = CertificateKind::first_order_only;
      out.text = "the objective of the point is beyond the range of a double: only the lower bound holds";
      return;
    }
    out.upper = objective.high;
    // The bracket is then of the targets that β' does fit: the dual value moves by ⟨s, y-Xβ'⟩.
    if (!inside_) out.lower = std::max(0.0, shrunk_difference(out.lower, price_of_residual()));
    if (const double near = shrunk_difference(objective.low, slack); near > out.lower) out.lower = near;
    const double size = std::max(std::abs(out.lower), std::abs(out.upper)), width = out.upper - out.lower;
    // The gap of the pair does not feel what rounding does to the objective, unless that is more than rounding.
    out.gap = spread_.norm() <= kWideSpread * repaired_.values.norm() ? std::fmin(width, slack) : width;
    const bool tight = spread_.norm() <= kTightSpread * repaired_.values.norm();
    out.relative_gap = tight && out.gap <= rounding_floor() ? 0.0 : relative(width, size);
    out.complementarity = relative(std::abs(dual_.dot(residual(point_.predictor.values))), size);
    const double moved = (repaired_.values - point_.predictor.values).norm() + spread_.norm();
    out.distance_bound = minimiser_radius(std::fmin(width, slack), slack) + moved;
    out.text = cat("bracket of D(β, β_0): gap ", out.gap, " at a feasible point ", moved, " away",
                   inside_ ? "" : "; y is fitted to its rounding");
  }

  // |⟨s, y-Xβ'⟩|, at least.
  double price_of_residual() const {
    const Enclosed price = enclosed_dot(dual_, enclosed_residual(x_, y_, exactly(repaired_.values)));
    return std::max(std::abs(price.low()), std::abs(price.high()));
  }

  // The gap that a few roundings of v' make by themselves: below it there is none.
  double rounding_floor() const {
    const Vector at = dual_coordinates(form_, repaired_);
    if (!at.allFinite()) return 0.0;
    const double floor = fenchel_gap(form_, repaired_, (1.0 - 4.0 * kEpsilon) * at);
    return std::isfinite(floor) ? floor : 0.0;
  }

  const BregmanProjection& limit_;
  const Matrix& x_;
  const Vector& y_;
  const DualForm form_;
  const Solution& point_;
  Predictor repaired_;
  bool feasible_ = false;
  bool inside_ = true;  // a point that fits exactly is in the domain
  Vector spread_;       // r
  Vector dual_;
  EnclosedVector image_;
  std::optional<Resolved> resolved_;
};

}  // namespace

Certificate certify_bregman_projection(const BregmanProjection& limit, const Solution& point) {
  const Matrix& x = require_dense(*limit.x, "certify bregman_projection");
  require_point("bregman_projection", x, limit.y, point);
  return Judge(limit, x, point).judge();
}

}  // namespace penchant
