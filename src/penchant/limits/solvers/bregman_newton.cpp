#include "penchant/limits/solvers/bregman_newton.h"

#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

// See Feasible: a pivot above this fraction of the diagonal is an independent row.
constexpr double kIndependent = 1e-7;
// Share of the largest weight that every feature has at least in the factorised matrix: directions that only features of negligible
// weight span stay bounded, the others do not notice.
constexpr double kFloor = 1e-15;
constexpr double kLargestFloor = 1e-5;
// A pivot below this share of the metric's means a span that the heavy features miss;
// heavy is a weight above kHeavy of the largest, and a direction counts as spanned by them where their scaled columns reach kSpan
// of the longest.
constexpr double kGraded = 1e-10;
constexpr double kHeavy = 1e-8;
constexpr double kSpan = 1e-5;
constexpr double kInSpan = 1e-13;  // of a column's length outside the span: its rounding
constexpr double kNegligible = 0.3;  // of the residual asked for
// The line search ends where the slope along the ray is this share of the first one.
constexpr double kSlopeShare = 0.1;
constexpr int kLineSteps = 30;
// Where a step no longer lowers the residual and it is of this many roundings of its terms, nothing is left to gain.
constexpr double kStagnant = 0.5;
constexpr double kRounding = 16.0 * std::numeric_limits<double>::epsilon();
// A step with an old factor costs a fifth of one with a new: worth it while the residual falls at least by this.
constexpr double kChordShare = 0.25;
constexpr int kChordSteps = 4;

// Step t > 0 at which ⟨β(v + t dv), dv⟩ meets `target`, from `start` < target at t = 0. The left side grows with t,
// for the potentials of this library between linearly and exponentially: Newton on it or on its logarithm,
// inside a bracket. `noise`:
// rounding of both sides.
double line_search(const DualState& state, const Vector& dv, double start, double target, double noise) {
  const double limit = state.largest_step(dv);
  double low = 0.0, high = limit;
  double t = std::min(1.0, limit);
  for (int k = 0; k < kLineSteps; ++k) {
    const RaySlope at = state.slope(dv, t);
    const double miss = at.value - target;
    if (std::abs(miss) <= std::max(kSlopeShare * (target - start), noise)) return t;
    (miss < 0.0 ? low : high) = t;
    if (miss < 0.0 && t >= limit) return t;
    double next = t - miss / at.derivative;
    if (at.value > 0.0 && target > 0.0) next = t + std::log(target / at.value) * at.value / at.derivative;
    if (!(next > low && next <= high)) next = !std::isfinite(high) ? 2.0 * t : low > 0.0 ? std::sqrt(low * high) : 0.1 * high;
    t = next;
  }
  return low > 0.0 ? low : t;
}

// ‖|X||β| + |y|‖: a residual is never known better than a few roundings of it.
double rounding_size(const DualData& data, const Vector& y, const DualState& state) {
  return (data.x.cwiseAbs() * state.beta().cwiseAbs() + y.cwiseAbs()).norm();
}

}  // namespace

DualData::DualData(const Matrix& matrix) : x(matrix), packed(matrix), feature_size(matrix.colwise().squaredNorm()) {
  const Vector inverse = (feature_size.array() > 0.0).select(1.0 / feature_size.array(), 0.0);
  weighted_gram(packed, inverse, metric);
  metric_factor.compute(metric);
}

bool DualData::clearly_independent() const {
  if (metric_factor.info() != Eigen::Success) return false;
  return (metric_factor.matrixLLT().diagonal().array().square() > kIndependent * metric.diagonal().array()).all();
}

Vector DualData::some_solution(const Vector& y) const {
  const Vector image = x.transpose() * metric_factor.solve(y);
  return (feature_size.array() > 0.0).select(image.array() / feature_size.array(), 0.0);
}

void DualHessian::factorise(const DualState& state, bool careful) {
  ++factorisations_;
  form_ = Form::metric;
  scale_ = 1.0;
  const double top = (state.weights().array() * data_.feature_size.array()).maxCoeff();
  if (!(top > 0.0) || !std::isfinite(top)) return;
  weights_ = (data_.feature_size.array() > 0.0).select(state.weights() / top, 0.0);
  weighted_gram(data_.packed, weights_, matrix_);
  const double c = state.rank_one(direction_);
  if (c != 0.0) {
    const Vector image = data_.x * direction_;
    matrix_.selfadjointView<Eigen::Lower>().rankUpdate(image, -c / top);
  }
  scale_ = top;
  for (double floor = kFloor; floor <= kLargestFloor; floor *= 100.0) {
    factor_.compute(matrix_ + floor * data_.metric);
    if (factor_.info() != Eigen::Success) continue;
    form_ = Form::whole;
    break;
  }
  const bool graded = form_ != Form::whole ||
                      (factor_.matrixLLT().diagonal().array().square() < kGraded * data_.metric.diagonal().array()).any();
  if (careful && graded && c == 0.0 && split()) form_ = Form::split;
  if (form_ == Form::metric) scale_ = 1.0;
}

bool DualHessian::split() {
  heavy_.clear();
  for (Index j = 0; j < weights_.size(); ++j)
    if (weights_[j] * data_.feature_size[j] > kHeavy) heavy_.push_back(j);
  const Vector root = weights_(heavy_).cwiseSqrt();
  const Eigen::MatrixXd heavy = data_.x(Eigen::all, heavy_) * root.asDiagonal();
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(heavy);
  qr.setThreshold(kSpan);
  const Index n = data_.x.rows(), rank = qr.rank();
  const Eigen::MatrixXd basis = qr.householderQ();
  span_ = basis.leftCols(rank);
  complement_ = basis.rightCols(n - rank);
  // Features that the span holds only nearly count as light: a long step in the complement moves them for real.
  std::erase_if(heavy_, [&](Index j) {
    return (complement_.transpose() * data_.x.col(j)).norm() > kInSpan * std::sqrt(data_.feature_size[j]);
  });
  Vector light = weights_;
  light(heavy_).setZero();
  const double light_top = (light.array() * data_.feature_size.array()).maxCoeff();
  if (rank == n || !(light_top > 0.0)) return false;
  weighted_gram(data_.packed, light, light_);
  light_ += kFloor * light_top * data_.metric;
  light_ = light_.selfadjointView<Eigen::Lower>();
  complement_factor_.compute(complement_.transpose() * light_ * complement_);
  const Eigen::MatrixXd on_span = span_.transpose() * data_.x(Eigen::all, heavy_) * weights_(heavy_).cwiseSqrt().asDiagonal();
  factor_.compute(on_span * on_span.transpose() + span_.transpose() * light_ * span_);
  return factor_.info() == Eigen::Success && complement_factor_.info() == Eigen::Success;
}

void DualHessian::direction(const Vector& g, double negligible, Vector& p, Vector& dv) const {
  if (form_ != Form::split) {
    p = (form_ == Form::metric ? data_.metric_factor : factor_).solve(g) / scale_;
    dv.noalias() = data_.x.transpose() * p;
    return;
  }
  // H is block diagonal up to what the light features add.
  const Vector outside = complement_.transpose() * g;
  const Vector off =
      outside.norm() <= negligible ? Vector(Vector::Zero(g.size())) : Vector(complement_ * complement_factor_.solve(outside));
  const Vector on = span_ * factor_.solve(span_.transpose() * (g - light_ * off));
  p = (on + off) / scale_;
  dv.noalias() = data_.x.transpose() * p;
  // Heavy features are orthogonal to the complement: what rounding leaves of that would drown their own small steps.
  for (Index j : heavy_) dv[j] = data_.x.col(j).dot(on) / scale_;
}

NewtonResult maximise_dual(const DualData& data, const Vector& y, const NewtonOptions& options, DualHessian& hessian,
                           DualState& state, Vector& s) {
  NewtonResult out;
  const int budget = hessian.factorisations() + options.max_factorisations;
  Vector gradient = y - data.x * state.beta(), p, dv;
  out.residual = gradient.norm() / options.scale;
  int chord_steps = 0;
  double share = options.reuse ? 0.0 : std::numeric_limits<double>::infinity();
  double at_last_factor = std::numeric_limits<double>::infinity();
  bool careful = false;  // changed where a factor and its chord steps did not help
  while (out.residual > options.tolerance) {
    if (chord_steps >= kChordSteps || share > kChordShare) {
      if (hessian.factorisations() >= budget) return out;
      if (out.residual > kStagnant * at_last_factor) careful = !careful;
      at_last_factor = out.residual;
      hessian.factorise(state, careful);
      chord_steps = 0;
    } else {
      ++chord_steps;
    }
    hessian.direction(gradient, kNegligible * options.tolerance * options.scale, p, dv);
    const double target = y.dot(p);
    const double noise = kRounding * (y.cwiseAbs().dot(p.cwiseAbs()) + state.beta().cwiseAbs().dot(dv.cwiseAbs()));
    const double t = line_search(state, dv, target - gradient.dot(p), target, noise);
    state.move(dv, t);
    s += t * p;
    gradient = y - data.x * state.beta();
    const double residual = gradient.norm() / options.scale;
    if (!std::isfinite(residual)) return out;
    share = residual / out.residual;
    out.residual = residual;
    if (share > kStagnant && residual <= kRounding * rounding_size(data, y, state) / options.scale) break;
  }
  out.converged = true;
  return out;
}

Outcome outcome_of(const NewtonResult& result, double tolerance, int factorisations) {
  return {result.converged ? Status::solved : Status::not_converged,
          cat("residual ", result.residual, result.converged ? " <= " : " > ", tolerance, " after ", factorisations,
              " factorisations")};
}

}  // namespace penchant
