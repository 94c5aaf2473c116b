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
        "gradient_flow: coordinates \"log_weights\" need a diagonal model whose factors all start positive (form \"product\": depth 2 with "
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
  chart.start_ = concatenated(start);
  chart.m_ = static_cast<Index>(start.size());
  return chart;
}

void FlowChart::evaluate(VecIn c, double log_rate, ChartPoint& point) const {
  if (linear_ && log_rate == 0.0) {
    point.beta = c;
    if (point.v.rows() != d_) point.v = point.q = Eigen::ArrayXXd::Ones(d_, 1);
    return;
  }
  point.beta.setZero(d_);
  point.v.resize(d_, m_);
  point.q.resize(d_, m_);
  for (const DiagonalTerm& term : terms_) {
    const double e = term.exponent;
    if (logs_) {
      Array log_term = e * block(c, term.blocks.front());
      for (std::size_t i = 1; i < term.blocks.size(); ++i) log_term += e * block(c, term.blocks[i]);
      const Array value = term.sign * coefficient_ * log_term.exp();
      point.beta.array() += value;
      const double size = speed_ * term.sign * coefficient_ * e;
      for (int k : term.blocks) {
        point.q.col(k) = e * value;
        if (depth_ == 2 && term.blocks.size() == 1) {
          point.v.col(k).setConstant(size * std::exp(log_rate));  // the log of a square moves at a speed of its own size: none
        } else {
          point.v.col(k) = size * (log_term - 2.0 * block(c, k) + log_rate).exp();
        }
      }
    } else {
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
}

Array FlowChart::velocity_slope(VecIn c, const ChartPoint& point, double log_rate, const DiagonalTerm& term, int k, int l) const {
  if (linear_) return Array::Zero(d_);
  if (logs_) return (term.exponent - (k == l ? 2.0 : 0.0)) * point.v.col(k);
  const double e = term.exponent;
  if (k == l && term.exponent == 1) return Array::Zero(d_);
  Array out = k == l ? Array(term.sign * e * (e - 1.0) * integer_power(block(c, k), term.exponent - 2)) : Array::Constant(d_, term.sign);
  for (int i : term.blocks)
    if (i != k && i != l) out *= block(c, i);
  return out * std::exp(log_rate);
}

double FlowChart::log_speed(VecIn c, Eigen::ArrayXXd* gradient) const {
  const double depth = depth_;
  const auto all = c.array();
  const double largest = logs_ ? all.maxCoeff() : std::log(all.abs().maxCoeff());
  const Array ratio = logs_ ? Array((all - largest).exp()) : Array(all.abs() * std::exp(-largest));
  const Array powers = integer_power(ratio, depth_);
  const double total = powers.sum();
  if (gradient) {
    *gradient = Eigen::ArrayXXd(d_, m_);
    Eigen::Map<Array> flat(gradient->data(), gradient->size());
    if (logs_) {
      flat = (depth - 2.0) * powers / total;
    } else {
      flat = (depth - 2.0) * std::exp(-largest) * all.sign() * integer_power(ratio, depth_ - 1) / total;
    }
  }
  return (depth - 2.0) * (largest + std::log(total) / depth);
}

Vector FlowChart::theta(VecIn c) const {
  if (!logs_) return c;
  const Vector out = c.array().exp();
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
    out.push_back(logs_ ? SignedLog{values.array() + 0.5 * std::log(coefficient_), Vector::Ones(d_)} : SignedLog::from(values));
  }
  return out;
}

double FlowChart::conserved_drift(VecIn c) const {
  if (linear_) return std::numeric_limits<double>::quiet_NaN();
  if (!rotated_) return penchant::conserved_drift(spec_, factors(start_), factors(c));
  const Array moved = (block(c, 0) + block(c, 1)) - (block(start_, 0) + block(start_, 1));  // of log|u² - v²|
  return moved.exp().unaryExpr([](double ratio) { return std::abs(ratio - 1.0); }).maxCoeff();
}

Predictor FlowChart::predictor(VecIn c) const {
  if (linear_) return Predictor::vector(Vector(c));
  if (logs_) return diagonal_predictor(spec_, factors(c));
  ChartPoint point;
  evaluate(c, 0.0, point);
  const bool lost = (point.beta.array() == 0.0).any() || !(point.beta.cwiseAbs().minCoeff() >= std::numeric_limits<double>::min());
  return lost ? diagonal_predictor(spec_, factors(c)) : Predictor::vector(std::move(point.beta));
}

std::vector<Vector> FlowChart::dual_displacements(VecIn c) const {
  if (linear_) return {c - start_};
  const auto log_factor = [&](VecIn at, int k) { return Array(logs_ ? Array(block(at, k)) : Array(block(at, k).abs().log())); };
  std::vector<Vector> out;
  for (const DiagonalTerm& term : terms_) {
    const int first = term.blocks.front();
    bool equal = true;
    for (int k : term.blocks) equal = equal && (block(start_, k) == block(start_, first)).all();
    if (equal) {
      Array now = Array::Zero(d_);
      for (int k : term.blocks) now += log_factor(c, k) / static_cast<double>(term.blocks.size());
      const Array then = log_factor(start_, first);
      if (depth_ == 2) {
        out.push_back((term.sign * (now - then)).matrix());
      } else {
        const double power = depth_ - 2.0;  // theta^{2-N} falls linearly in the integral of -g
        const double largest = (-power * then).maxCoeff();
        out.push_back((term.sign / power * ((-power * then - largest).exp() - (-power * now - largest).exp())).matrix());
      }
    } else if (depth_ == 2) {
      for (const double side : {1.0, -1.0}) {
        const auto rotated = [&](VecIn at) {
          const Array u = logs_ ? Array(block(at, term.blocks[0]).exp()) : Array(block(at, term.blocks[0]));
          const Array v = logs_ ? Array(block(at, term.blocks[1]).exp()) : Array(block(at, term.blocks[1]));
          return Array((u + side * v).abs().log());
        };
        const Array moved = term.sign * side * (rotated(c) - rotated(start_));
        if (moved.allFinite()) out.push_back(moved.matrix());
      }
    } else {
      return {};
    }
  }
  return out;
}

}  // namespace penchant
