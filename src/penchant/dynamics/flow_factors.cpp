#include "penchant/dynamics/flow_factors.h"

#include <cmath>
#include <limits>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/dynamics/weight_decay.h"

namespace penchant {

namespace {

using Array = Eigen::ArrayXd;
using Arrays = Eigen::ArrayXXd;

// What a step may leave out of its Newton matrix, beside I: Newton then gains a digit an iteration.
constexpr double kNewtonDrop = 0.05;
// A pivot of a growing coordinate below this: the step is longer than the growth it should follow.
constexpr double kSmallestPivot = 0.05;
// Such a pivot is harmless where the feedback is so many times larger.
constexpr double kHeld = 1e4;
// Rounding of the coordinates enters the margins; a tolerance below it only makes steps fail.
constexpr double kRoundingFloor = 64.0 * std::numeric_limits<double>::epsilon();

// Log of the ratio of two rates that a double still holds beside rounding of either.
constexpr double kMostLogWait = 700.0;

// Of the margins' rounding: what a step may leave in them.
constexpr double kMarginRounding = 16.0;

// A run whose rounding drifts by more than this many tolerances a step is at its end, not on its way.
constexpr double kMostDrift = 1e4;

Vector with_time(const Vector& c, bool carries) {
  Vector out = Vector::Zero(c.size() + (carries ? 1 : 0));
  out.head(c.size()) = c;
  return out;
}

}  // namespace

FactorFlow::FactorFlow(const Problem& problem, FlowChart chart, Clock clock, FlowTolerance tolerance, double weight_decay)
    : Flow(problem, tolerance),
      chart_(std::move(chart)),
      decay_(weight_decay),
      newton_(x_, kNewtonDrop),
      outputs_(x_.rows()),
      slopes_(x_.rows()),
      gradient_(x_.cols()) {
  if (decay_ > 0.0) {
    if (clock == Clock::normalised)
      throw InvalidInput(
          "dynamics.clock = \"normalised\" is for losses without a minimiser; with weight_decay there is one, and this run takes "
          "\"time\"");
    objective_ = std::make_unique<Objective>(problem);
  }
  chart_.evaluate(chart_.start(), 0.0, point_);
  note_start(x_ * point_.beta);
  if (clock == Clock::normalised) {
    const Vector rates =
        chart_.in_logs() ? Vector(point_.v.abs().rowwise().maxCoeff()) : Vector((point_.v * point_.q).rowwise().sum());
    use_log_time(rates, point_.beta);
  } else if (chart_.depth() > 2) {
    clock_ = {FlowVariable::speed, -chart_.log_speed(chart_.start(), nullptr)};
  }
  if (chart_.depth() > 2) note_invariant(problem);
  start_ = with_time(chart_.start(), carries_time());
  choose_tolerances();
  if (chart_.depth() > 1) squares_ = x_.cwiseAbs2();
}

// A factor w moves as w^(N-1): beside one that has grown, a waiting one may be so slow that its rate is 0 in double,
// and the run would end at the fit of the others.
double FactorFlow::log_growth(const Problem& problem) const {
  const double depth = chart_.depth();
  double smallest = std::numeric_limits<double>::infinity();
  double largest = loss_.classifies() ? 0.0 : std::log(expected_move(point_.beta)) / depth;
  for (const SignedLog& block : problem.start.blocks)
    for (Index j = 0; j < block.size(); ++j) {
      if (block.sign[j] == 0.0) continue;  // it never moves, or moves with the others
      smallest = std::min(smallest, block.log_abs[j]);
      largest = std::max(largest, block.log_abs[j]);
    }
  const double log_ratio = (depth - 2.0) * (largest - smallest);
  if (log_ratio > kMostLogWait)
    throw InvalidInput(
        cat("gradient_flow: at depth ", chart_.depth(), " a factor that starts at e^", smallest, " is e^", log_ratio,
            " times slower than one that has grown, beyond the range of a double; take a larger start or a smaller depth"));
  return largest - smallest;
}

void FactorFlow::note_invariant(const Problem& problem) {
  const double growth = log_growth(problem);
  const std::optional<Arrays> starts = chart_.term_starts();
  if (!starts || decay_ > 0.0 || !FlowInvariant::is_affordable(chart_.depth(), growth)) return;
  std::vector<double> signs;
  for (const DiagonalTerm& term : chart_.terms()) signs.push_back(term.sign);
  invariant_.emplace(x_, chart_.depth(), std::move(signs), *starts, growth);
}

bool FactorFlow::take_back(VecIn y, VecOut out) {
  const auto c = factors(y);
  const std::optional<Arrays> moves = invariant_->nearest(chart_.term_moves(c));
  if (!moves) return false;
  out.setZero();
  out.head(c.size()) = chart_.moved_to(*moves) - c;
  return true;
}

void FactorFlow::forget() {
  if (invariant_) invariant_->forget();
}

void FactorFlow::save(Writer& out) const {
  if (invariant_) invariant_->save(out);
}

void FactorFlow::load(Reader& in) {
  if (invariant_) invariant_->load(in);
}

void FactorFlow::choose_tolerances() {
  const Vector& c = chart_.start();
  const Index p = c.size();
  loss_.gradient(x_ * point_.beta, 0.0, slopes_);
  gradient_.noalias() = x_.transpose() * slopes_;
  const double rms_row = std::sqrt(x_.squaredNorm() / static_cast<double>(x_.rows()));
  // of a factor's relative error: where beta moves little beside its terms (large starts),
  // factors must be held as well as beta is wanted
  double share = tolerance_.relative;
  if (!loss_.classifies() && chart_.depth() > 1) {
    const double largest = chart_.in_logs() ? point_.q.abs().maxCoeff() : point_.q.abs().maxCoeff() * c.cwiseAbs().maxCoeff();
    share *= std::min(1.0, expected_move(point_.beta) / std::max(largest, std::numeric_limits<double>::min()));
  }
  if (chart_.in_logs()) {
    size_tolerance_ = Vector::Constant(p, share);
  } else if (chart_.depth() > 1) {
    // positive powers keep their sign, so their relative error is what grows; factors of products may cross 0
    const bool may_cross = chart_.terms().front().blocks.size() > 1;
    double smallest = std::numeric_limits<double>::infinity();
    for (double value : c)
      if (value != 0.0) smallest = std::min(smallest, std::abs(value));
    relative_tolerance_ = share;
    size_tolerance_ = Vector::Constant(p, may_cross ? share * smallest : std::numeric_limits<double>::min());
  } else if (loss_.classifies()) {
    // the same share of each margin from every feature, whatever its unit
    const Vector rms_column = (x_.colwise().squaredNorm() / static_cast<double>(x_.rows())).cwiseSqrt();
    size_tolerance_ = (tolerance_.relative / rms_column.array().max(1e-12 * rms_row)).matrix();
  } else {
    size_tolerance_ = Vector::Constant(p, tolerance_.relative * expected_move(point_.beta));
  }
  size_tolerance_.array() += tolerance_.absolute;
  const double fastest = gradient_.cwiseAbs().maxCoeff();
  time_unit_ = fastest > 0.0 ? 1.0 / fastest : 1.0;
}

double FactorFlow::output_rounding(VecIn y) const {
  const auto c = factors(y);
  ChartPoint point;
  chart_.evaluate(c, 0.0, point);
  const Arrays sizes = Eigen::Map<const Arrays>(c.data(), chart_.features(), chart_.blocks()).abs();
  const Array terms = (point.q.abs() * sizes).rowwise().sum() +
                      (chart_.in_logs() ? Array(point.beta.array().abs()) : Array(Array::Zero(point.beta.size())));
  return std::numeric_limits<double>::epsilon() * rms_entry_ * terms.matrix().norm();
}

void FactorFlow::tolerance(VecIn y, double length, VecOut out) const {
  const Index p = chart_.start().size();
  const auto c = y.head(p);
  out.head(p) = size_tolerance_ + relative_tolerance_ * c.cwiseAbs();
  // margins hold no more than their rounding, which features of small unit can make up with moves far above their own
  if (loss_.classifies() && chart_.depth() == 1) out.head(p) *= 1.0 + kMarginRounding * output_rounding(y) / tolerance_.relative;
  if (chart_.in_logs() || chart_.depth() == 1) out.head(p).array() += kRoundingFloor * chart_.held_size(c);
  if (loss_.classifies() && length > 0.0) note_step(outputs(y));
  if (!loss_.classifies() && length > 0.0) {
    // what rounding of the outputs moves c by over a step; V is that of the last evaluation, a correction away
    const double drift = length * output_rounding(y) * rms_entry_ * std::sqrt(static_cast<double>(x_.rows()));
    out.head(p).array() += (drift * Eigen::Map<const Array>(point_.v.data(), p).abs()).min(kMostDrift * out.head(p).array());
  }
  if (carries_time()) out[p] = tolerance_.relative * (std::abs(y[p]) + time_unit_);
}

bool FactorFlow::velocity(double x, VecIn y, VecOut dy) {
  const auto c = factors(y);
  const double rate = log_rate(c);
  if (evaluated_.size() != y.size() || evaluated_ != y) {  // the Newton matrix is wanted where f was just asked for
    chart_.evaluate(c, rate, point_);
    outputs_.noalias() = x_ * point_.beta;
    evaluated_ = y;
  }
  loss_.gradient(outputs_, clock_.log_rate(x), slopes_);
  gradient_.noalias() = x_.transpose() * slopes_;
  for (Index k = 0; k < chart_.blocks(); ++k)
    dy.segment(k * chart_.features(), chart_.features()).array() = -point_.v.col(k) * gradient_.array();
  if (decay_ > 0.0) {
    if (chart_.in_logs()) dy.head(c.size()).array() -= decay_ * std::exp(rate);
    else dy.head(c.size()) -= decay_ * std::exp(rate) * c;
  }
  if (carries_time()) dy[c.size()] = std::exp(rate - clock_.log_unit);
  return !overshoots(outputs_);
}

bool FactorFlow::invert_blocks(VecIn c, double rate, double gamma, VecIn w) {
  const double shrink = decay_ > 0.0 && !chart_.in_logs() ? gamma * decay_ * std::exp(rate) : 0.0;
  shrink_ = 1.0 + shrink;
  if (chart_.depth() == 1) return true;                                    // A = I, or (1 + γλ) I
  const Vector feedback = gamma * (squares_.transpose() * w);  // gamma (X^T W X)_jj
  inverses_.clear();
  for (const DiagonalTerm& term : chart_.terms()) {
    const auto size = static_cast<Index>(term.blocks.size());
    Arrays entries(chart_.features(), size * size);
    for (Index a = 0; a < size; ++a)
      for (Index b = 0; b < size; ++b)
        entries.col(a * size + b) =
            (a == b ? shrink_ : 0.0) + gamma * gradient_.array() *
                                       chart_.velocity_slope(c, point_, rate, term, term.blocks[static_cast<std::size_t>(a)],
                                                             term.blocks[static_cast<std::size_t>(b)]);
    if (size == 1) {
      const int k = term.blocks.front();
      for (Index j = 0; j < chart_.features(); ++j) {
        if (entries(j) > kSmallestPivot) continue;
        // a coordinate in equilibrium: its g is rounding, and its feedback through X is what holds it
        const bool held = feedback[j] * std::abs(point_.v(j, k) * point_.q(j, k)) > kHeld * std::abs(entries(j));
        if (!held) return false;
        entries(j) = 1.0;
      }
      entries = entries.inverse();
    } else {
      Eigen::MatrixXd block(size, size);
      for (Index j = 0; j < chart_.features(); ++j) {
        for (Index a = 0; a < size; ++a)
          for (Index b = 0; b < size; ++b) block(a, b) = entries(j, a * size + b);
        const Eigen::MatrixXd inverse = block.inverse();
        if (!(inverse.cwiseAbs().maxCoeff() < 1.0 / kSmallestPivot)) return false;
        for (Index a = 0; a < size; ++a)
          for (Index b = 0; b < size; ++b) entries(j, a * size + b) = inverse(a, b);
      }
    }
    inverses_.push_back({std::move(entries)});
  }
  return true;
}

bool FactorFlow::prepare(double x, VecIn y, double gamma) {
  const auto c = factors(y);
  Vector dy(y.size());
  if (!velocity(x, y, dy) || !dy.allFinite()) return false;
  const double rate = log_rate(c);
  gamma_ = gamma;
  Vector w(x_.rows());
  loss_.curvature(outputs_, clock_.log_rate(x), w);
  if (!invert_blocks(c, rate, gamma, w)) return false;
  inverse_v_ = apply_inverse(point_.v);
  const Vector k = (point_.q * inverse_v_).rowwise().sum();
  if (!newton_.factorise(WoodburySolver::Side::features, gamma * w, k)) return false;
  if (!carries_time()) return true;
  chart_.log_speed(c, &speed_gradient_);
  time_rate_ = std::exp(rate - clock_.log_unit);
  speed_response_ = solve_factors(Eigen::Map<const Arrays>(dy.data(), chart_.features(), chart_.blocks()));
  speed_pivot_ = 1.0 + gamma * (speed_gradient_ * speed_response_).sum();
  return std::abs(speed_pivot_) > kSmallestPivot;
}

Arrays FactorFlow::apply_inverse(const Arrays& b) const {
  if (chart_.depth() == 1) return b / shrink_;
  Arrays out(b.rows(), b.cols());
  for (std::size_t t = 0; t < inverses_.size(); ++t) {
    const std::vector<int>& blocks = chart_.terms()[t].blocks;
    const auto size = static_cast<Index>(blocks.size());
    for (Index a = 0; a < size; ++a) {
      auto column = out.col(blocks[static_cast<std::size_t>(a)]);
      column.setZero();
      for (Index l = 0; l < size; ++l)
        column += inverses_[t].entries.col(a * size + l) * b.col(blocks[static_cast<std::size_t>(l)]);
    }
  }
  return out;
}

// (A + gamma V X^T W X Q)^{-1} b.
Arrays FactorFlow::solve_factors(const Arrays& b) const {
  const Arrays free = apply_inverse(b);
  const WoodburySolver::Feedback feedback = newton_.feature_side((point_.q * free).rowwise().sum().matrix());
  Arrays out = free;
  for (Index k = 0; k < out.cols(); ++k) out.col(k) -= inverse_v_.col(k) * feedback.y.array();
  // Q·c = xi is known better than the difference above where the feedback is strong:
  // then c is xi's share and what no feedback changes
  for (Index i = 0; i < feedback.xi.size(); ++i) {
    const Index j = newton_.kept()[static_cast<std::size_t>(i)];
    const double pivot = (point_.q.row(j) * inverse_v_.row(j)).sum();
    for (Index k = 0; k < out.cols(); ++k) {
      double unchanged = 0.0;
      for (Index l = 0; l < out.cols(); ++l)
        if (l != k) unchanged += point_.q(j, l) * (free(j, k) * inverse_v_(j, l) - inverse_v_(j, k) * free(j, l));
      out(j, k) = (unchanged + inverse_v_(j, k) * feedback.xi[i]) / pivot;
    }
  }
  return out;
}

void FactorFlow::solve(VecOut b) {
  Eigen::Map<Arrays> c(b.data(), chart_.features(), chart_.blocks());
  Arrays out = solve_factors(c);
  if (carries_time()) {
    out -= speed_response_ * (gamma_ * (speed_gradient_ * out).sum() / speed_pivot_);
    b[b.size() - 1] -= gamma_ * time_rate_ * (speed_gradient_ * out).sum();
  }
  c = out;
}

Vector FactorFlow::beta(VecIn y) const {
  ChartPoint point;
  chart_.evaluate(factors(y), 0.0, point);
  return point.beta;
}

Vector FactorFlow::metric(VecIn y) const {
  ChartPoint point;
  const auto c = factors(y);
  // M is homogeneous in the factors: brought to size 1 first, it does not underflow
  const Vector scaled = chart_.in_logs() ? Vector(c.array() - chart_.largest_log(c))
                                         : Vector(c / std::max(c.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min()));
  chart_.evaluate(chart_.depth() == 1 ? Vector(c) : scaled, 0.0, point);
  return (point.v * point.q).rowwise().sum();
}

Point FactorFlow::point_at(VecIn y) const {
  Point point;
  point.theta = chart_.theta(factors(y));
  objective_->evaluate(point);
  return point;
}

double FactorFlow::rest(VecIn y) const {
  return objective_ ? decay_rest(*objective_, point_at(y), decay_) : std::numeric_limits<double>::quiet_NaN();
}

// Off the invariant a run is at another end than its own, by as much as beta is off that of the nearest point of it.
double FactorFlow::owed(VecIn y, VecIn residual) const {
  if (objective_) return decay_owed(*objective_, point_at(y), decay_);
  const double way = Flow::owed(y, residual);
  if (!invariant_) return way;
  FlowInvariant from_here = *invariant_;
  const std::optional<Arrays> moves = from_here.nearest(chart_.term_moves(factors(y)));
  if (!moves) return std::numeric_limits<double>::quiet_NaN();
  ChartPoint there;
  chart_.evaluate(chart_.moved_to(*moves), 0.0, there);
  return way + (there.beta - beta(y)).norm();
}

double FactorFlow::alignment(VecIn y) const {
  if (decay_ > 0.0) return std::numeric_limits<double>::quiet_NaN();
  if (invariant_) return invariant_->departure(chart_.term_moves(factors(y)));
  const std::vector<Vector> moved = chart_.dual_displacements(factors(y));
  if (moved.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (!row_space_) row_space_.emplace(*data_->features);
  Vector mean = Vector::Zero(chart_.features());
  for (const Vector& part : moved) mean += part / static_cast<double>(moved.size());
  double total = 0.0, apart = 0.0;
  for (const Vector& part : moved) {
    total += part.squaredNorm();
    apart += (part - mean).squaredNorm();
  }
  if (total == 0.0) return 0.0;
  const double away = row_space_->relative_distance(mean);
  return std::sqrt(away * away + apart / total);
}

}  // namespace penchant
