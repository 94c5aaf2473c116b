#include "penchant/dynamics/flow_chart.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/dynamics/conserved.h"

namespace penchant {

namespace {

using Array = Eigen::ArrayXd;

Array integer_power(const Array& x, int exponent) {
  if (exponent == 0) return Array::Ones(x.size());
  Array out = x;
  for (int i = 1; i < exponent; ++i) out *= x;
  return out;
}

bool is_rotated_product(const ModelSpec& model) {
  const auto* diagonal = std::get_if<Diagonal>(&model);
  return diagonal && diagonal->form == DiagonalForm::product && diagonal->depth == 2;
}

// The logs of the factors a chart in logs starts from; empty where there are none.
std::vector<Vector> starting_logs(const Problem& problem) {
  if (std::holds_alternative<Linear>(problem.model)) return {};
  std::vector<Vector> out;
  if (is_rotated_product(problem.model)) {
    out = rotated_logs(problem.start.blocks[0], problem.start.blocks[1]);
  } else {
    for (const SignedLog& block : problem.start.blocks) {
      if (!(block.sign.array() > 0.0).all()) return {};
      out.push_back(block.log_abs);
    }
  }
  for (const Vector& logs : out)
    if (!logs.allFinite()) return {};
  return out;
}

Vector concatenated(const std::vector<Vector>& blocks) {
  const Index d = blocks.front().size();
  Vector out(d * static_cast<Index>(blocks.size()));
  for (std::size_t k = 0; k < blocks.size(); ++k) out.segment(static_cast<Index>(k) * d, d) = blocks[k];
  return out;
}

}  // namespace

std::vector<Vector> rotated_logs(const SignedLog& u, const SignedLog& v) {
  std::vector<Vector> out;
  for (const double side : {1.0, -1.0}) {
    Vector logs(u.size());
    for (Index j = 0; j < logs.size(); ++j) {
      const bool adds = u.sign[j] * v.sign[j] * side >= 0.0;
      logs[j] = adds ? log_add(u.log_abs[j], v.log_abs[j]) : log_subtract(u.log_abs[j], v.log_abs[j]);
    }
    out.push_back(std::move(logs));
  }
  return out;
}

bool FlowChart::has_logs(const Problem& problem) { return !starting_logs(problem).empty(); }

FlowChart FlowChart::weights(const Problem& problem) {
  FlowChart chart;
  chart.d_ = problem.data->dimension();
  if (const auto* diagonal = std::get_if<Diagonal>(&problem.model)) {
    chart.spec_ = *diagonal;
    chart.depth_ = diagonal->depth;
    chart.terms_ = diagonal_terms(*diagonal);
    if (!problem.start.fits_double())
      throw InvalidInput("gradient_flow: the start underflows in weights; dynamics.coordinates = \"log_weights\" holds it");
  } else {
    chart.linear_ = true;
    chart.terms_ = {{1.0, {0}, 1}};
  }
  chart.start_ = problem.start.theta();
  chart.m_ = chart.start_.size() / chart.d_;
  return chart;
}

FlowChart FlowChart::logs(const Problem& problem) {
  const std::vector<Vector> start = starting_logs(problem);
  if (start.empty())
    throw InvalidInput(
        "gradient_flow: coordinates \"log_weights\" need a diagonal model whose factors all start positive (form \"product\": "
        "depth 2 with "
        "|u| and |v| different everywhere); \"weights\" takes any start");
  FlowChart chart;
  chart.d_ = problem.data->dimension();
  chart.logs_ = true;
  chart.spec_ = std::get<Diagonal>(problem.model);
  chart.depth_ = chart.spec_.depth;
  chart.rotated_ = is_rotated_product(problem.model);
  if (chart.rotated_) {
    chart.spec_ = Diagonal{.depth = 2, .form = DiagonalForm::difference_of_powers, .factors = Factors::tied};
    chart.coefficient_ = 0.25;
    chart.speed_ = 2.0;
  }
  chart.terms_ = diagonal_terms(chart.spec_);
  chart.log_start_ = concatenated(start);
  chart.start_ = Vector::Zero(chart.log_start_.size());
  chart.m_ = static_cast<Index>(start.size());
  chart.beta_start_ = Array::Zero(chart.d_);
  for (const DiagonalTerm& term : chart.terms_) {
    Array log_term = Array::Zero(chart.d_);
    for (int k : term.blocks) log_term += term.exponent * chart.block(chart.log_start_, k);
    chart.value_start_.emplace_back(term.sign * chart.coefficient_ * log_term.exp());
    chart.beta_start_ += chart.value_start_.back();
    chart.term_start_.push_back(std::move(log_term));
  }
  return chart;
}

void FlowChart::evaluate(VecIn c, double log_rate, ChartPoint& point) const {
  if (linear_ && log_rate == 0.0) {
    point.beta = c;
    if (point.v.rows() != d_) point.v = point.q = Eigen::ArrayXXd::Ones(d_, 1);
    return;
  }
  point.v.resize(d_, m_);
  point.q.resize(d_, m_);
  logs_ ? evaluate_logs(c, log_rate, point) : evaluate_weights(c, log_rate, point);
}

void FlowChart::evaluate_logs(VecIn c, double log_rate, ChartPoint& point) const {
  point.beta = beta_start_;
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    const DiagonalTerm& term = terms_[t];
    const double e = term.exponent;
    Array moved = e * block(c, term.blocks.front());
    for (std::size_t i = 1; i < term.blocks.size(); ++i) moved += e * block(c, term.blocks[i]);
    const Array log_term = term_start_[t] + moved, value = term.sign * coefficient_ * log_term.exp();
    point.beta.array() += exp_increase(value_start_[t], value, moved);
    const double size = speed_ * term.sign * coefficient_ * e;
    for (int k : term.blocks) {
      point.q.col(k) = e * value;
      if (depth_ == 2 && term.blocks.size() == 1) {
        point.v.col(k).setConstant(size * std::exp(log_rate));  // the log of a square moves at a speed of its own size: none
      } else {
        point.v.col(k) = size * (log_term - 2.0 * (block(log_start_, k) + block(c, k)) + log_rate).exp();
      }
    }
  }
}

void FlowChart::evaluate_weights(VecIn c, double log_rate, ChartPoint& point) const {
  point.beta.setZero(d_);
  for (const DiagonalTerm& term : terms_) {
    const double e = term.exponent;
    Array value = Array::Constant(d_, term.sign);
    for (int k : term.blocks) value *= integer_power(block(c, k), term.exponent);
    point.beta.array() += value;
    for (int k : term.blocks) {
      Array slope = term.sign * e * integer_power(block(c, k), term.exponent - 1);
      for (int l : term.blocks)
        if (l != k) slope *= block(c, l);
      point.q.col(k) = slope;
      point.v.col(k) = slope * std::exp(log_rate);
    }
  }
}

double FlowChart::held_size(VecIn c) const {
  const double moved = c.cwiseAbs().maxCoeff();
  if (!logs_) return moved;
  return std::min((c + log_start_).cwiseAbs().maxCoeff(), moved * std::max(1.0, log_start_.cwiseAbs().maxCoeff()));
}

double FlowChart::largest_log(VecIn c) const { return logs_at(c).maxCoeff(); }

Array FlowChart::velocity_slope(VecIn c, const ChartPoint& point, double log_rate, const DiagonalTerm& term, int k, int l) const {
  if (linear_) return Array::Zero(d_);
  if (logs_) return (term.exponent - (k == l ? 2.0 : 0.0)) * point.v.col(k);
  const double e = term.exponent;
  if (k == l && term.exponent == 1) return Array::Zero(d_);
  Array out =
      k == l ? Array(term.sign * e * (e - 1.0) * integer_power(block(c, k), term.exponent - 2)) : Array::Constant(d_, term.sign);
  for (int i : term.blocks)
    if (i != k && i != l) out *= block(c, i);
  return out * std::exp(log_rate);
}

double FlowChart::log_speed(VecIn c, Eigen::ArrayXXd* gradient) const {
  const double depth = depth_;
  const Array logs = logs_at(c).array();
  const double largest = logs.maxCoeff();
  const Array ratio = logs_ ? Array((logs - largest).exp()) : Array(c.array().abs() * std::exp(-largest));
  const Array powers = integer_power(ratio, depth_);
  const double total = powers.sum();
  if (gradient) {
    *gradient = Eigen::ArrayXXd(d_, m_);
    Eigen::Map<Array> flat(gradient->data(), gradient->size());
    if (logs_) {
      flat = (depth - 2.0) * powers / total;
    } else {
      flat = (depth - 2.0) * std::exp(-largest) * c.array().sign() * integer_power(ratio, depth_ - 1) / total;
    }
  }
  return (depth - 2.0) * (largest + std::log(total) / depth);
}

Vector FlowChart::theta(VecIn c) const {
  if (!logs_) return c;
  const Vector out = (c + log_start_).array().exp();
  if (!rotated_) return out;
  const Vector plus = out.head(d_), minus = out.tail(d_);  // w± = u ± v
  Vector pair(2 * d_);
  pair << 0.5 * (plus + minus), 0.5 * (plus - minus);
  return pair;
}

std::vector<SignedLog> FlowChart::factors(VecIn c) const {
  std::vector<SignedLog> out;
  for (Index k = 0; k < m_; ++k) {
    const Vector values = c.segment(k * d_, d_);
    out.push_back(logs_ ? SignedLog{values + log_start_.segment(k * d_, d_) + Vector::Constant(d_, 0.5 * std::log(coefficient_)),
                                    Vector::Ones(d_)}
                        : SignedLog::from(values));
  }
  return out;
}

double FlowChart::conserved_drift(VecIn c) const {
  if (linear_) return std::numeric_limits<double>::quiet_NaN();
  if (!rotated_) return penchant::conserved_drift(spec_, factors(start_), factors(c));
  const Array moved = (block(c, 0) + block(c, 1)) - (block(start_, 0) + block(start_, 1));  // of log|u² - v²|
  return moved.exp().unaryExpr([](double ratio) { return std::abs(ratio - 1.0); }).maxCoeff();
}

std::optional<Eigen::ArrayXXd> FlowChart::term_starts() const {
  if (linear_ || (!logs_ && !(start_.array() > 0.0).all())) return {};
  const Vector logs = logs_at(start_);
  Eigen::ArrayXXd out(d_, static_cast<Index>(terms_.size()));
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    const int first = terms_[t].blocks.front();
    for (int k : terms_[t].blocks)
      if (!(block(logs, k) == block(logs, first)).all()) return {};
    out.col(static_cast<Index>(t)) = block(logs, first);
  }
  return out;
}

Eigen::ArrayXXd FlowChart::term_moves(VecIn c) const {
  Eigen::ArrayXXd out = Eigen::ArrayXXd::Zero(d_, static_cast<Index>(terms_.size()));
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    for (int k : terms_[t].blocks)
      out.col(static_cast<Index>(t)) +=
          logs_ ? Array(block(c, k)) : Array((block(c, k) - block(start_, k)) / block(start_, k)).log1p();
    out.col(static_cast<Index>(t)) /= static_cast<double>(terms_[t].blocks.size());
  }
  return out;
}

Vector FlowChart::moved_to(const Eigen::ArrayXXd& moves) const {
  Vector out(start_.size());
  for (std::size_t t = 0; t < terms_.size(); ++t)
    for (int k : terms_[t].blocks) {
      const auto by = moves.col(static_cast<Index>(t));
      out.segment(k * d_, d_) = logs_ ? Array(by) : Array(block(start_, k) * by.exp());
    }
  return out;
}

Vector FlowChart::term_sizes(VecIn c) const {
  if (linear_) return Vector::Constant(d_, std::numeric_limits<double>::infinity());
  const Vector logs = logs_at(c);
  Array out = Array::Zero(d_);
  for (const DiagonalTerm& term : terms_) {
    Array log_term = Array::Zero(d_);
    for (int k : term.blocks) log_term += term.exponent * block(logs, k);
    out += coefficient_ * log_term.exp();
  }
  return out.matrix();
}

Predictor FlowChart::predictor(VecIn c) const {
  if (linear_) return Predictor::vector(Vector(c));
  ChartPoint point;
  evaluate(c, 0.0, point);
  const auto held = [&](Index j) { return std::abs(point.beta[j]) >= std::numeric_limits<double>::min(); };
  bool lost = false;
  for (Index j = 0; j < d_; ++j) lost = lost || !held(j);
  if (!logs_) return lost ? diagonal_predictor(spec_, factors(c)) : Predictor::vector(std::move(point.beta));
  // Where the start has moved little its terms cancel, and beta is known better than from their logs.
  const Predictor out = diagonal_predictor(spec_, factors(c));
  SignedLog logs = out.logs.size() > 0 ? out.logs : SignedLog::from(out.values);
  for (Index j = 0; j < d_; ++j) {
    if (!held(j) || !((c(Eigen::seqN(j, m_, d_)).array().abs() * depth_).maxCoeff() < 1.0)) continue;
    logs.log_abs[j] = std::log(std::abs(point.beta[j]));
    logs.sign[j] = point.beta[j] > 0.0 ? 1.0 : -1.0;
  }
  return Predictor::vector(std::move(logs));
}

std::vector<Vector> FlowChart::dual_displacements(VecIn c) const {
  if (linear_) return {c - start_};
  const auto moved_by = [&](int k) { return logs_ ? Array(block(c, k)) : Array((block(c, k) / block(start_, k)).abs().log()); };
  const Vector absolute = logs_at(c), from = logs_at(start_);
  std::vector<Vector> out;
  for (const DiagonalTerm& term : terms_) {
    const int first = term.blocks.front();
    bool equal = true;
    for (int k : term.blocks) equal = equal && (block(from, k) == block(from, first)).all();
    if (equal) {
      Array moved = Array::Zero(d_);
      for (int k : term.blocks) moved += moved_by(k) / static_cast<double>(term.blocks.size());
      if (depth_ == 2) {
        out.push_back((term.sign * moved).matrix());
      } else {
        const double power = depth_ - 2.0;  // theta^{2-N} falls linearly in the integral of -g
        const Array then = -power * block(from, first) + power * block(from, first).minCoeff(), by = -power * moved;
        out.push_back((-term.sign / power * exp_increase(then.exp(), (then + by).exp(), by)).matrix());
      }
    } else if (depth_ == 2) {
      for (const double side : {1.0, -1.0}) {
        const auto rotated = [&](VecIn weights, VecIn logs) {
          const auto factor = [&](int k) { return logs_ ? Array(block(logs, k).exp()) : Array(block(weights, k)); };
          return Array((factor(term.blocks[0]) + side * factor(term.blocks[1])).abs().log());
        };
        const Array moved = term.sign * side * (rotated(c, absolute) - rotated(start_, from));
        if (moved.allFinite()) out.push_back(moved.matrix());
      }
    } else {
      return {};
    }
  }
  return out;
}

}  // namespace penchant
