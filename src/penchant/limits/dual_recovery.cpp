#include "penchant/limits/dual_recovery.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "penchant/core/decompositions.h"
#include "penchant/limits/l1_repair.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
constexpr double kLastBarrier = 1e-14;  // the barrier's share of the optimum at the end
constexpr double kLowered = 0.1;        // of the barrier, each time
constexpr int kNewtonSteps = 25;        // for one barrier
constexpr double kNearBoundary = 0.95;  // of the way to the boundary
constexpr double kCentred = 0.1;        // Newton decrement that is near enough

// max ⟨ν, y⟩ + μ Σ log(1 - g/p) + log(1 + g/q), g = X^T ν.
class L1Barrier {
 public:
  L1Barrier(const L1Problem& problem, double reach)
      : problem_(problem), up_(problem.up.cwiseInverse()),
        down_(problem.positive() ? Vector(up_ / reach) : Vector(problem.down.cwiseInverse())), nu_(Vector::Zero(problem.y.size())),
        g_(Vector::Zero(problem.x.cols())) {}

  const Vector& nu() const { return nu_; }

  void centre(double mu) {
    for (int k = 0; k < kNewtonSteps; ++k)
      if (!step(mu)) return;
  }

 private:
  // False where nothing more can be gained.
  bool step(double mu) {
    const Vector above = (1.0 - g_.array() * up_.array()).inverse(), below = (1.0 + g_.array() * down_.array()).inverse();
    const Vector pull = up_.cwiseProduct(above) - down_.cwiseProduct(below);
    const Vector weights = up_.cwiseProduct(above).cwiseAbs2() + down_.cwiseProduct(below).cwiseAbs2();
    const Vector gradient = problem_.y / mu - problem_.x * pull;
    Eigen::MatrixXd hessian = problem_.x * weights.asDiagonal() * problem_.x.transpose();
    hessian.diagonal().array() += 4.0 * kEps * hessian.diagonal().maxCoeff();
    const Eigen::LLT<Eigen::MatrixXd> factor(hessian);
    if (factor.info() != Eigen::Success) return false;
    const Vector direction = factor.solve(gradient);
    const double decrement = gradient.dot(direction);
    if (!(decrement > kCentred * kCentred)) return false;
    const Vector change = problem_.x.transpose() * direction;
    double farthest = 0.0;  // 1 reaches the boundary
    for (Index j = 0; j < change.size(); ++j)
      farthest = std::max({farthest, change[j] * up_[j] * above[j], -change[j] * down_[j] * below[j]});
    double t = farthest > 0.0 ? std::min(1.0, kNearBoundary / farthest) : 1.0;
    for (; t > 1e-12; t *= 0.5)
      if (gain(direction, change, above, below, mu, t) >= 0.1 * t * decrement) {
        nu_ += t * direction;
        g_ = problem_.x.transpose() * nu_;
        return true;
      }
    return false;
  }

  double gain(const Vector& direction, const Vector& change, const Vector& above, const Vector& below, double mu, double t) const {
    const Eigen::ArrayXd up = -t * change.array() * up_.array() * above.array();
    const Eigen::ArrayXd down = t * change.array() * down_.array() * below.array();
    return t * direction.dot(problem_.y) / mu + up.log1p().sum() + down.log1p().sum();
  }

  const L1Problem& problem_;
  const Vector up_, down_;  // inverse bounds
  Vector nu_, g_;
};

// min ½αᵀQα - Σα over α >= 0 (and ⟨signs, α⟩ = 0 unless empty).
class Multipliers {
 public:
  Multipliers(const Eigen::MatrixXd& gram, const Vector& signs)
      : gram_(gram), signs_(signs), size_(gram.rows()) {
    const double scale = 1.0 / std::max(gram.diagonal().maxCoeff(), std::numeric_limits<double>::min());
    alpha_ = Vector::Constant(size_, scale);
    slack_ = Vector::Ones(size_);
  }

  Vector run() {
    constexpr int kMost = 60;
    for (int k = 0; k < kMost; ++k)
      if (!step()) break;
    return alpha_;
  }

 private:
  // One predictor and one corrector. False at the accuracy of doubles.
  bool step() {
    const double mu = alpha_.dot(slack_) / static_cast<double>(size_);
    const Vector dual_miss = gram_ * alpha_ - Vector::Ones(size_) - slack_ - shift(offset_);
    Eigen::MatrixXd system = gram_;
    system.diagonal() += slack_.cwiseQuotient(alpha_);
    system.diagonal().array() += 4.0 * kEps * gram_.diagonal().maxCoeff();
    const Eigen::LLT<Eigen::MatrixXd> factor(system);
    if (factor.info() != Eigen::Success) return false;
    const auto move = [&](const Vector& target) {  // target: what α_i z_i should become
      Vector rhs = -dual_miss - slack_ + target.cwiseQuotient(alpha_);
      Move out{factor.solve(rhs), {}, 0.0};
      if (signs_.size() > 0) {
        const Vector by_signs = factor.solve(signs_);
        out.offset = -(signs_.dot(alpha_) + signs_.dot(out.alpha)) / signs_.dot(by_signs);
        out.alpha += out.offset * by_signs;
      }
      out.slack = target.cwiseQuotient(alpha_) - slack_ - slack_.cwiseQuotient(alpha_).cwiseProduct(out.alpha);
      return out;
    };
    const Move predictor = move(Vector::Zero(size_));
    const double reach = length(predictor, 1.0);
    const double after = (alpha_ + reach * predictor.alpha).dot(slack_ + reach * predictor.slack) / static_cast<double>(size_);
    const double centring = std::pow(after / mu, 3);
    const Move corrector = move(Vector::Constant(size_, centring * mu) - predictor.alpha.cwiseProduct(predictor.slack));
    const double t = length(corrector, 0.995);
    if (!(t > 1e-10) || !corrector.alpha.allFinite() || !corrector.slack.allFinite()) return false;
    alpha_ += t * corrector.alpha;
    slack_ += t * corrector.slack;
    offset_ += t * corrector.offset;
    return alpha_.dot(slack_) > 1e-15 * alpha_.sum();
  }

  struct Move {
    Vector alpha, slack;
    double offset;
  };
  double length(const Move& move, double share) const {
    double t = 1.0;
    for (Index i = 0; i < size_; ++i) {
      if (move.alpha[i] < 0.0) t = std::min(t, -share * alpha_[i] / move.alpha[i]);
      if (move.slack[i] < 0.0) t = std::min(t, -share * slack_[i] / move.slack[i]);
    }
    return t;
  }
  Vector shift(double by) const { return signs_.size() > 0 ? Vector(by * signs_) : Vector(Vector::Zero(size_)); }

  const Eigen::MatrixXd& gram_;
  const Vector& signs_;
  const Index size_;
  Vector alpha_, slack_;
  double offset_ = 0.0;
};

}  // namespace

Vector centred_l1_dual(const L1Problem& problem, double upper, double reach) {
  L1Barrier barrier(problem, reach);
  const double count = static_cast<double>(problem.x.cols());
  for (double mu = upper / count; mu * count > kLastBarrier * upper; mu *= kLowered) barrier.centre(mu);
  return barrier.nu();
}

Vector tightened_l1_dual(const L1Problem& problem, const Vector& nu, double slack) {
  const Vector g = problem.x.transpose() * nu;
  std::vector<Index> tight;
  for (Index j = 0; j < g.size(); ++j)
    if (problem.relative_slack(j, g[j]) < slack) tight.push_back(j);
  if (tight.empty()) return {};
  Vector miss(static_cast<Index>(tight.size()));
  for (std::size_t k = 0; k < tight.size(); ++k) {
    const Index j = tight[k];
    miss[static_cast<Index>(k)] = (g[j] > 0.0 ? problem.up[j] : -problem.down[j]) - g[j];
  }
  return nu + columns_of(problem.x, tight).transpose().completeOrthogonalDecomposition().solve(miss);
}

Vector margin_multipliers(const MarginRows& rows, const Vector& margins) {
  constexpr Index kAtLeast = 200, kAtMost = 1000;
  const Index count = std::min(rows.samples(), std::min(kAtMost, std::max(kAtLeast, 2 * (rows.features() + 1))));
  std::vector<Index> order(static_cast<std::size_t>(rows.samples()));
  std::iota(order.begin(), order.end(), Index{0});
  const auto by_margin = [&](Index a, Index b) { return margins[a] != margins[b] ? margins[a] < margins[b] : a < b; };
  std::partial_sort(order.begin(), order.begin() + count, order.end(), by_margin);
  Matrix near(count, rows.features());
  Vector signs(rows.free_intercept ? count : 0);
  for (Index k = 0; k < count; ++k) {
    const Index i = order[static_cast<std::size_t>(k)];
    near.row(k) = rows.y[i] / rows.largest * rows.x.row(i);
    if (rows.free_intercept) signs[k] = rows.y[i];
  }
  const Eigen::MatrixXd gram = near * near.transpose();
  const Vector alpha = Multipliers(gram, signs).run();
  Vector out = Vector::Zero(rows.samples());
  if (!alpha.allFinite()) return out;
  for (Index k = 0; k < count; ++k) out[order[static_cast<std::size_t>(k)]] = std::max(0.0, alpha[k]);
  return out;
}

}  // namespace penchant
