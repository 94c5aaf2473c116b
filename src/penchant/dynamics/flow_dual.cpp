#include "penchant/dynamics/flow_dual.h"

#include <cmath>
#include <limits>

#include "penchant/dynamics/flow_chart.h"

namespace penchant {

namespace {

using Array = Eigen::ArrayXd;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// A tolerance below the rounding of s only makes steps fail.
constexpr double kRoundingFloor = 64.0 * kEpsilon;
// A run whose rounding drifts by more than this many tolerances a step is at its end, not on its way.
constexpr double kMostDrift = 1e4;
// As in weights: Newton gains a digit an iteration.
constexpr double kNewtonDrop = 0.05;
// Where the domain ends a double keeps 16 digits of the slack times this much.
constexpr double kSmallestSlack = 1e-8;

bool starts_equal(const Problem& problem, const DiagonalTerm& term) {
  const auto& first = problem.start.blocks[static_cast<std::size_t>(term.blocks.front())];
  for (int k : term.blocks) {
    const auto& block = problem.start.blocks[static_cast<std::size_t>(k)];
    if (block.log_abs != first.log_abs || block.sign != first.sign) return false;
  }
  return true;
}

void require_positive(const Problem& problem) {
  for (const SignedLog& block : problem.start.blocks)
    if (!(block.sign.array() > 0.0).all())
      throw InvalidInput("gradient_flow: coordinates \"dual\" need factors that start positive; \"weights\" takes any start");
}

}  // namespace

DualMap::DualMap(const Problem& problem) {
  const Index d = problem.data->dimension();
  const auto* diagonal = std::get_if<Diagonal>(&problem.model);
  if (!diagonal) {
    origin_ = problem.start.theta();
    return;
  }
  depth_ = diagonal->depth;
  log_a_ = log_b_ = Array::Constant(d, -kInfinity);
  const bool tied = diagonal->factors == Factors::tied && diagonal->form != DiagonalForm::product;
  if (diagonal->form != DiagonalForm::product) require_positive(problem);
  for (const DiagonalTerm& term : diagonal_terms(*diagonal)) {
    const SignedLog& first = problem.start.blocks[static_cast<std::size_t>(term.blocks.front())];
    Array& own = term.sign > 0.0 ? log_a_ : log_b_;
    Array& other = term.sign > 0.0 ? log_b_ : log_a_;
    if (depth_ > 2) {
      if (diagonal->form == DiagonalForm::product || !starts_equal(problem, term))
        throw InvalidInput("gradient_flow: coordinates \"dual\" at depth > 2 need tied factors, or separate ones that start equal; "
                           "\"weights\" and \"log_weights\" take the others");
      own = first.log_abs.array();
    } else if (tied) {
      own = 2.0 * first.log_abs.array();
    } else {
      // theta_1 theta_2 = (w+^2 - w-^2)/4 with w+ growing as the other shrinks
      const std::vector<Vector> rotated = rotated_logs(first, problem.start.blocks[static_cast<std::size_t>(term.blocks.back())]);
      for (Index j = 0; j < d; ++j) {
        own[j] = log_add(own[j], 2.0 * rotated[0][j] - std::log(4.0));
        other[j] = log_add(other[j], 2.0 * rotated[1][j] - std::log(4.0));
      }
    }
  }
  note_starts();
  const double depth = depth_;
  rate_ = depth_ == 2 ? (tied ? 4.0 : 2.0) : (depth - 2.0) * (tied ? depth : 1.0);
  if (depth_ > 2) {
    const double largest = std::max(log_a_.maxCoeff(), log_b_.maxCoeff());
    if ((depth - 2.0) * largest < std::log(kSmallestSlack))
      throw InvalidInput(cat("gradient_flow: at depth ", depth_, " and scale ", std::exp(largest),
                             " a double cannot hold the slack of the dual coordinates; \"log_weights\" can"));
  }
}

void DualMap::note_starts() {
  const double power = depth_ == 2 ? 1.0 : depth_;
  plus_.start = power * log_a_;
  minus_.start = power * log_b_;
  for (Term* term : {&plus_, &minus_}) {
    term->value_start = term->start.exp();
    term->moved = Array::Zero(log_a_.size());
    term->slope = Array::Ones(log_a_.size());
  }
}

bool DualMap::move(VecIn z, Term& plus, Term& minus) const {
  if (depth_ == 2) {
    plus.moved = z.array();
    minus.moved = -z.array();
    return true;
  }
  const double depth = depth_, power = depth / (depth - 2.0);
  const Array u = ((depth - 2.0) * log_a_).exp(), v = ((depth - 2.0) * log_b_).exp(), down = u * z.array(), up = v * z.array();
  if (!(down.maxCoeff() < 1.0 && up.minCoeff() > -1.0)) return false;
  plus.moved = -power * (-down).log1p();
  minus.moved = -power * up.log1p();
  plus.slope = power * u / (1.0 - down);
  minus.slope = power * v / (1.0 + up);
  return true;
}

bool DualMap::evaluate(VecIn z, Point& point) const {
  if (depth_ == 1) {
    point.beta = origin_ + z;
    point.slope = Vector::Ones(z.size());
    point.sizes = Vector::Constant(z.size(), kInfinity);
    return true;
  }
  Term plus = plus_, minus = minus_;
  if (!move(z, plus, minus)) return false;
  const Array up = (plus.start + plus.moved).exp(), down = (minus.start + minus.moved).exp();
  point.beta = ((plus.value_start - minus.value_start) +
                (exp_increase(plus.value_start, up, plus.moved) - exp_increase(minus.value_start, down, minus.moved))).matrix();
  point.slope = (up * plus.slope + down * minus.slope).matrix();
  point.sizes = (up + down).matrix();
  if (depth_ > 2) point.amplification = std::max(plus.slope.maxCoeff(), minus.slope.maxCoeff());
  return true;
}

double DualMap::rounding(VecIn z, const Point& point) const {
  if (depth_ == 1) return kEpsilon * point.beta.norm();
  return kEpsilon * (point.beta.norm() + 2.0 * z.cwiseAbs().maxCoeff() * point.slope.norm());
}

Predictor DualMap::predictor(VecIn z) const {
  if (depth_ == 1) return Predictor::vector(Vector(origin_ + z));
  Term plus = plus_, minus = minus_;
  Point point;
  move(z, plus, minus);
  evaluate(z, point);
  SignedLog beta = SignedLog::from(point.beta);
  for (Index j = 0; j < z.size(); ++j) {
    if (std::abs(point.beta[j]) >= std::numeric_limits<double>::min()) continue;
    const double up = plus.start[j] + plus.moved[j], down = minus.start[j] + minus.moved[j];
    beta.sign[j] = up > down ? 1.0 : (up < down ? -1.0 : 0.0);
    beta.log_abs[j] = beta.sign[j] == 0.0 ? -kInfinity : log_subtract(up, down);
  }
  return Predictor::vector(std::move(beta));
}

DualFlow::DualFlow(const Problem& problem, Clock clock, FlowTolerance tolerance)
    : Flow(problem,
           tolerance), map_(problem), start_(Vector::Zero(x_.rows())), newton_(x_, kNewtonDrop), column_(1.0), reach_(kInfinity),
      z_(Vector::Zero(x_.cols())), outputs_(x_.rows()) {
  map_.evaluate(z_, point_);
  note_start(x_ * point_.beta);
  if (clock == Clock::normalised) use_log_time(map_.rate() * Vector::Ones(x_.cols()), point_.beta);
  column_ = std::max(std::sqrt(x_.colwise().squaredNorm().maxCoeff()), std::numeric_limits<double>::min());
  // where beta moves little beside its terms (a linear model, large starts), z must be held as well as beta is wanted
  if (!loss_.classifies())
    reach_ = expected_move(point_.beta) / std::max(point_.slope.maxCoeff(), std::numeric_limits<double>::min());
}

bool DualFlow::velocity(double x, VecIn y, VecOut dy) {
  if (!evaluate(y)) return false;
  loss_.gradient(outputs_, clock_.log_rate(x), dy);
  dy *= -map_.rate();
  return true;
}

bool DualFlow::evaluate(VecIn y) {
  if (evaluated_.size() == y.size() && evaluated_ == y) return true;  // the Newton matrix is wanted where f was just asked for
  z_.noalias() = x_.transpose() * y;
  evaluated_.resize(0);
  if (!map_.evaluate(z_, point_)) return false;
  outputs_.noalias() = x_ * point_.beta;
  if (overshoots(outputs_)) return false;
  evaluated_ = y;
  return true;
}

bool DualFlow::prepare(double x, VecIn y, double gamma) {
  Vector w(y.size());
  if (!evaluate(y)) return false;
  loss_.curvature(outputs_, clock_.log_rate(x), w);
  return newton_.factorise(WoodburySolver::Side::samples, gamma * map_.rate() * w, point_.slope);
}

void DualFlow::solve(VecOut b) { b = newton_.sample_side(b); }

// Read off the last evaluation, which is a Newton correction away from y.
void DualFlow::tolerance(VecIn y, double length, VecOut out) const {
  const double floor = kRoundingFloor * y.cwiseAbs().maxCoeff();
  const double natural = map_.is_linear() && !loss_.classifies() ? reach_ : std::min(1.0 / point_.amplification, reach_);  // of z
  const double wanted = natural / column_ * tolerance_.relative + tolerance_.absolute + floor;
  const double drift = loss_.classifies() ? 0.0 : length * map_.rate() * rms_entry_ * map_.rounding(z_, point_);
  out.setConstant(wanted + std::min(drift, kMostDrift * wanted));
}

DualMap::Point DualFlow::at(VecIn y) const {
  DualMap::Point point;
  // a point between two steps may lie outside the domain: it has no predictor, and the run says so
  if (!map_.evaluate(x_.transpose() * y, point))
    point.beta = point.slope = Vector::Constant(x_.cols(), std::numeric_limits<double>::quiet_NaN());
  return point;
}

double DualFlow::output_rounding(VecIn y) const { return rms_entry_ * map_.rounding(x_.transpose() * y, at(y)); }

}  // namespace penchant
