#include "penchant/dynamics/flow_invariant.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/error.h"

namespace penchant {

namespace {

using Arrays = Eigen::ArrayXXd;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// Of s, beside those that the smallest slack takes: a double's own, and room for a fit larger than foreseen.
constexpr double kSpareBits = 96.0;
constexpr double kBits = 53.0;
constexpr int kMostParts = 5;
// Of a column's norm: what is left of one that depends on others is rounding.
constexpr double kIndependent = 1e-11;
// A basis is kept while no feature inherits so many times more of its slack from errors of the basis than when it was chosen.
constexpr double kMoreBorrowed = 10.0;
// A plain product holds slacks above this to 1e-13.
constexpr double kPlainSlack = 1e-2;
// Each round of the fit gains the digits that a double holds beyond the condition of the basis.
constexpr int kMostRounds = 40;
constexpr double kGain = 0.1;
constexpr double kFitted = 1e-10;
// Of a slack: its own rounding and that of its difference. Taken for more, it would move features of far smaller slacks by many
// times those, round after round.
constexpr double kNothing = 4.0 * kEpsilon;

int parts_for(double power, double log_growth) {
  return 2 + static_cast<int>(std::max(0.0, power * log_growth / std::log(2.0) + kSpareBits - 2.0 * kBits) / kBits);
}

}  // namespace

FlowInvariant::FlowInvariant(const Matrix& x, int depth, std::vector<double> signs, const Arrays& log_start, double log_growth)
    : x_(x),
      power_(depth - 2.0),
      signs_(std::move(signs)),
      origin_((power_ * (log_start.maxCoeff() - log_start)).exp()),
      s_(x.rows(), parts_for(power_, log_growth)),
      trial_(s_),
      taken_back_(Arrays::Zero(log_start.rows(), log_start.cols())),
      correction_(taken_back_) {}

bool FlowInvariant::is_affordable(int depth, double log_growth) { return parts_for(depth - 2.0, log_growth) <= kMostParts; }

double FlowInvariant::slack(Index j, std::size_t term, double moved) const {
  return origin_(j, static_cast<Index>(term)) * std::exp(-power_ * moved);
}

std::size_t FlowInvariant::least_term(const Arrays& moved, Index j) const {
  std::size_t least = 0;
  for (std::size_t t = 1; t < signs_.size(); ++t)
    if (slack(j, t, moved(j, static_cast<Index>(t))) < slack(j, least, moved(j, static_cast<Index>(least)))) least = t;
  return least;
}

bool FlowInvariant::is_basis_of(const Eigen::VectorXd& slacks) const {
  return !basis_.empty() && (borrowed(slacks).array() <= kMoreBorrowed * borrowed_.array().max(1.0)).all();
}

// Σ_k |C_jk| slack_k / slack_j over the basis, x_j = Σ_k C_jk x_k: how many times its own slack an error of x_j·s may be, where
// each x_k·s of the basis is off by its slack.
Eigen::VectorXd FlowInvariant::borrowed(const Eigen::VectorXd& slacks) const {
  return (shares_ * slacks(basis_)).cwiseQuotient(slacks);
}

// Gram and Schmidt's process by the largest |rest of x_j| / slack_j: the features that know s best.
void FlowInvariant::choose_basis(const Eigen::VectorXd& slacks) {
  const Index most = std::min(x_.rows(), x_.cols());
  Eigen::MatrixXd rest = x_;
  const Eigen::VectorXd sizes = x_.colwise().norm();
  q_.resize(x_.rows(), most);
  basis_.clear();
  for (Index k = 0; k < most; ++k) {
    Index best = -1;
    double weight = 0.0;
    for (Index j = 0; j < x_.cols(); ++j) {
      const double left = rest.col(j).norm();
      if (left > kIndependent * sizes[j] && left > weight * slacks[j]) {
        weight = left / slacks[j];
        best = j;
      }
    }
    if (best < 0) break;
    Eigen::VectorXd q = rest.col(best);
    q -= q_.leftCols(k) * (q_.leftCols(k).transpose() * q);
    q_.col(k) = q.normalized();
    rest -= q_.col(k) * (q_.col(k).transpose() * rest);
    rest.col(best).setZero();
    basis_.push_back(best);
  }
  q_.conservativeResize(x_.rows(), static_cast<Index>(basis_.size()));
  r_ = q_.transpose() * x_(Eigen::all, basis_);
  shares_ = r_.triangularView<Eigen::Upper>().solve(q_.transpose() * x_).cwiseAbs().transpose();
  borrowed_ = borrowed(slacks);
}

// What (X^T s)_j still lacks of the value that `moved` asks for, and the scale it should be small beside.
double FlowInvariant::missing(const Arrays& moved, double way, Index j, double& scale) const {
  const std::size_t t = least_term(moved, j);
  const double origin = origin_(j, static_cast<Index>(t)), by = moved(j, static_cast<Index>(t)), wanted = slack(j, t, by);
  if (wanted < 0.5 * origin) {
    scale = wanted;
    return trial_.less_dot(signs_[t] * origin, x_.col(j)) - signs_[t] * wanted;
  }
  const double value = -signs_[t] * origin * std::expm1(-power_ * by);  // near the start the move is known, not the slack
  scale = origin * std::min(1.0, power_ * way);
  return trial_.less_dot(value, x_.col(j));
}

bool FlowInvariant::fit(const Arrays& moved) {
  trial_ = s_;
  const auto rank = static_cast<Index>(basis_.size());
  const double way = moved.abs().maxCoeff();
  Eigen::VectorXd lacking(rank);
  double worst = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kMostRounds; ++round) {
    const double before = worst;
    worst = 0.0;
    for (Index k = 0; k < rank; ++k) {
      double scale = 0.0;
      lacking[k] = missing(moved, way, basis_[static_cast<std::size_t>(k)], scale);
      if (std::abs(lacking[k]) <= kNothing * scale) lacking[k] = 0.0;
      if (lacking[k] != 0.0) worst = std::max(worst, std::abs(lacking[k]) / scale);
    }
    if (!std::isfinite(worst)) return false;
    if (worst == 0.0 || (round > 1 && worst > kGain * before)) break;
    r_.triangularView<Eigen::Upper>().transpose().solveInPlace(lacking);
    trial_.add(q_ * lacking);
  }
  return worst <= kFitted;
}

std::optional<Arrays> FlowInvariant::nearest(const Arrays& moved) {
  Eigen::VectorXd slacks(moved.rows());
  for (Index j = 0; j < moved.rows(); ++j) {
    const std::size_t t = least_term(moved, j);
    slacks[j] = slack(j, t, moved(j, static_cast<Index>(t)));
  }
  if (!slacks.allFinite()) return {};
  if (!is_basis_of(slacks)) choose_basis(slacks);
  if (!fit(moved)) return {};
  const Eigen::VectorXd pulls = x_.transpose() * trial_.leading();
  Arrays out(moved.rows(), moved.cols());
  for (Index j = 0; j < moved.rows(); ++j)
    for (Index t = 0; t < moved.cols(); ++t) {
      const double sign = signs_[static_cast<std::size_t>(t)], origin = origin_(j, t), share = sign * pulls[j] / origin;
      if (share < 1.0 - kPlainSlack) {
        out(j, t) = -std::log1p(-share) / power_;
        continue;
      }
      const double left = sign * trial_.less_dot(sign * origin, x_.col(j));
      if (!(left > 0.0)) return {};
      out(j, t) = -std::log(left / origin) / power_;
    }
  correction_ = out - moved;
  return out;
}

void FlowInvariant::accept() {
  s_ = trial_;
  taken_back_ += correction_;
}

double FlowInvariant::departure(const Arrays& moved) const {
  FlowInvariant copy = *this;
  copy.forget();  // a run that was cut short here and goes on has no basis, either
  const std::optional<Arrays> point = copy.nearest(moved);
  if (!point) return 1.0;
  const double off = std::max((*point - moved).abs().maxCoeff(), taken_back());
  return off > 0.0 ? off / moved.abs().maxCoeff() : 0.0;
}

void FlowInvariant::save(Writer& out) const {
  out.matrix(s_.parts());
  out.matrix(taken_back_.matrix());
}

void FlowInvariant::load(Reader& in) {
  s_.set_parts(in.matrix());
  const Eigen::MatrixXd taken_back = in.matrix();
  if (taken_back.rows() != taken_back_.rows() || taken_back.cols() != taken_back_.cols())
    throw InvalidInput("is of a run with another number of parameters");
  taken_back_ = taken_back.array();
  forget();
}

}  // namespace penchant
