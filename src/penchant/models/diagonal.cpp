#include "penchant/models/diagonal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "penchant/core/accurate.h"

namespace penchant {

namespace {

using Array = Eigen::ArrayXd;

double integer_power(double x, int exponent) {
  double out = 1.0;
  for (int i = 0; i < exponent; ++i) out *= x;
  return out;
}

Array integer_power(const Array& x, int exponent) {
  Array out = Array::Ones(x.size());
  for (int i = 0; i < exponent; ++i) out *= x;
  return out;
}

std::vector<int> consecutive(int first, int count) {
  std::vector<int> out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), first);
  return out;
}

std::vector<std::string> numbered(const char* letter, int count) {
  std::vector<std::string> out;
  for (int i = 1; i <= count; ++i) out.push_back(cat(letter, "_", i));
  return out;
}

// Product over the blocks of `term` of theta^exponent, each block in `lowered` once differentiated.
class Monomial {
 public:
  Monomial(const DiagonalTerm& term, VecIn theta, Index dimension) : term_(term), theta_(theta), dimension_(dimension) {}

  Array value() const { return derivative({}); }

  // d^q monomial / d theta_{k_1} … d theta_{k_q} for the blocks listed (a block may occur twice).
  Array derivative(std::initializer_list<int> by) const {
    Array out = Array::Constant(dimension_, term_.sign);
    for (int block : term_.blocks) {
      const auto times = static_cast<int>(std::count(by.begin(), by.end(), block));
      if (times > term_.exponent) return Array::Zero(dimension_);
      double falling = 1.0;
      for (int i = 0; i < times; ++i) falling *= term_.exponent - i;
      out *= falling * integer_power(factor(block), term_.exponent - times);
    }
    return out;
  }

 private:
  Array factor(int block) const { return theta_.segment(block * dimension_, dimension_).array(); }

  const DiagonalTerm& term_;
  VecIn theta_;
  Index dimension_;
};

bool outside_doubles(double product, double log_product) {
  return std::isfinite(log_product) && !(std::abs(product) >= std::numeric_limits<double>::min() && std::isfinite(product));
}

}  // namespace

std::vector<DiagonalTerm> diagonal_terms(const Diagonal& spec) {
  const int depth = spec.depth;
  const bool tied = spec.factors == Factors::tied;
  switch (spec.form) {
    case DiagonalForm::difference_of_powers:
      if (tied) return {{1.0, {0}, depth}, {-1.0, {1}, depth}};
      return {{1.0, consecutive(0, depth), 1}, {-1.0, consecutive(depth, depth), 1}};
    case DiagonalForm::power:
      if (tied) return {{1.0, {0}, depth}};
      [[fallthrough]];
    case DiagonalForm::product: return {{1.0, consecutive(0, depth), 1}};
  }
  PENCHANT_CHECK(false);
  return {};
}

std::vector<std::string> diagonal_block_names(const Diagonal& spec) {
  const bool tied = spec.factors == Factors::tied;
  switch (spec.form) {
    case DiagonalForm::difference_of_powers: {
      if (tied) return {"u", "v"};
      std::vector<std::string> names = numbered("u", spec.depth);
      for (std::string& name : numbered("v", spec.depth)) names.push_back(std::move(name));
      return names;
    }
    case DiagonalForm::power:
      if (tied) return {"w"};
      return numbered("w", spec.depth);
    case DiagonalForm::product:
      if (spec.depth == 2) return {"u", "v"};
      return numbered("w", spec.depth);
  }
  PENCHANT_CHECK(false);
  return {};
}

Predictor diagonal_predictor(const Diagonal& spec, const std::vector<SignedLog>& blocks) {
  const Index d = blocks.front().size();
  SignedLog beta{Vector::Constant(d, -std::numeric_limits<double>::infinity()), Vector::Zero(d)};
  for (const DiagonalTerm& term : diagonal_terms(spec)) {
    for (Index j = 0; j < d; ++j) {
      double log_term = 0.0;
      double sign = term.sign;
      for (int k : term.blocks) {
        const auto& factor = blocks[static_cast<std::size_t>(k)];
        log_term += term.exponent * factor.log_abs[j];
        sign *= integer_power(factor.sign[j], term.exponent);
      }
      if (sign == 0.0) continue;
      const double log_beta = beta.log_abs[j];
      if (beta.sign[j] == 0.0 || log_beta == log_term) {
        const bool cancels = beta.sign[j] == -sign;
        beta.sign[j] = cancels ? 0.0 : sign;
        beta.log_abs[j] = cancels ? -std::numeric_limits<double>::infinity() : log_add(log_beta, log_term);
      } else if (beta.sign[j] == sign) {
        beta.log_abs[j] = log_add(log_beta, log_term);
      } else {
        beta.sign[j] = log_term > log_beta ? sign : beta.sign[j];
        beta.log_abs[j] = log_subtract(log_beta, log_term);
      }
    }
  }
  return Predictor::vector(std::move(beta));
}

DiagonalModel::DiagonalModel(const Diagonal& spec, MapPtr features)
    : spec_(spec),
      features_(std::move(features)),
      dimension_(features_->cols()),
      terms_(diagonal_terms(spec)),
      block_names_(diagonal_block_names(spec)) {}

std::vector<Block> DiagonalModel::blocks() const { return model_blocks(spec_, dimension_); }

void DiagonalModel::beta(VecIn theta, VecOut out) const {
  out.setZero();
  for (const DiagonalTerm& term : terms_) out.array() += Monomial(term, theta, dimension_).value();
}

void DiagonalModel::pull_back(VecIn theta, VecIn h, VecOut g) const {
  for (const DiagonalTerm& term : terms_) {
    const Monomial monomial(term, theta, dimension_);
    for (int k : term.blocks) g.segment(k * dimension_, dimension_).array() = h.array() * monomial.derivative({k});
  }
}

Vector DiagonalModel::term_sizes(VecIn theta) const {
  Vector out = Vector::Zero(dimension_);
  for (const DiagonalTerm& term : terms_) out.array() += Monomial(term, theta, dimension_).value().abs();
  return out;
}

void DiagonalModel::push_forward(VecIn theta, VecIn dtheta, VecOut dbeta) const {
  dbeta.setZero();
  for (const DiagonalTerm& term : terms_) {
    const Monomial monomial(term, theta, dimension_);
    for (int k : term.blocks) dbeta.array() += monomial.derivative({k}) * dtheta.segment(k * dimension_, dimension_).array();
  }
}

Vector DiagonalModel::metric(VecIn theta) const {
  Vector out = Vector::Zero(dimension_);
  for (const DiagonalTerm& term : terms_) {
    const Monomial monomial(term, theta, dimension_);
    for (int k : term.blocks) out.array() += monomial.derivative({k}).square();
  }
  return out;
}

void DiagonalModel::outputs(VecIn theta, VecOut f) const {
  Vector b(dimension_);
  beta(theta, b);
  features_->apply(b, f);
}

void DiagonalModel::vjp(VecIn theta, VecIn df, VecOut g) const {
  Vector h(dimension_);
  features_->adjoint(df, h);
  pull_back(theta, h, g);
}

void DiagonalModel::jvp(VecIn theta, VecIn dtheta, VecOut df) const {
  Vector dbeta(dimension_);
  push_forward(theta, dtheta, dbeta);
  features_->apply(dbeta, df);
}

void DiagonalModel::hvp(VecIn theta, VecIn df, VecIn dtheta, VecOut out) const {
  Vector h(dimension_);
  features_->adjoint(df, h);
  out.setZero();
  for (const DiagonalTerm& term : terms_) {
    const Monomial monomial(term, theta, dimension_);
    for (int k : term.blocks)
      for (int l : term.blocks)
        out.segment(k * dimension_, dimension_).array() +=
            h.array() * monomial.derivative({k, l}) * dtheta.segment(l * dimension_, dimension_).array();
  }
}

Predictor DiagonalModel::predictor(VecIn theta) const {
  std::vector<SignedLog> logs;
  for (std::size_t k = 0; k < block_names_.size(); ++k)
    logs.push_back(SignedLog::from(theta.segment(static_cast<Index>(k) * dimension_, dimension_)));
  for (const DiagonalTerm& term : terms_) {
    const Array values = Monomial(term, theta, dimension_).value();
    Array log_values = Array::Zero(dimension_);
    for (int k : term.blocks) log_values += term.exponent * logs[static_cast<std::size_t>(k)].log_abs.array();
    for (Index j = 0; j < dimension_; ++j)
      if (outside_doubles(values[j], log_values[j])) return diagonal_predictor(spec_, logs);
  }
  Vector b(dimension_);
  beta(theta, b);
  return Predictor::vector(std::move(b));
}

}  // namespace penchant
