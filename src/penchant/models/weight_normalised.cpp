#include "penchant/models/weight_normalised.h"

#include <cmath>

#include "penchant/core/accurate.h"
#include "penchant/models/diagonal.h"

namespace penchant {

namespace {

using Array = Eigen::ArrayXd;

Array integer_power(const Array& x, int exponent) {
  Array out = Array::Ones(x.size());
  for (int i = 0; i < exponent; ++i) out *= x;
  return out;
}

// theta taken apart.
struct Parts {
  Parts(VecIn theta, double unit)
      : r(unit * theta[0]), norm(theta.tail(theta.size() - 1).norm()), direction(theta.tail(theta.size() - 1) / norm) {}

  Array w() const { return r * direction.array(); }
  // x less its part along v
  Vector tangential(const Vector& x) const { return x - x.dot(direction) * direction; }

  double r, norm;
  Vector direction;
};

}  // namespace

NormalisedLogs normalised_logs(const WeightNormalised& spec, const SignedLog& radius, const SignedLog& direction) {
  NormalisedLogs out;
  out.log_r = radius.log_abs[0] + 0.5 * std::log(spec.rate_r);
  out.log_norm = 0.5 * log_sum_exp(2.0 * direction.log_abs);
  out.w = {direction.log_abs.array() + (out.log_r - out.log_norm), radius.sign[0] * direction.sign};
  return out;
}

NormalisedLogs normalised_logs(const WeightNormalised& spec, const Start& start) {
  return normalised_logs(spec, start.blocks.at(0), start.blocks.at(1));
}

NormalisedLogs normalised_logs(const WeightNormalised& spec, VecIn theta) {
  return normalised_logs(spec, SignedLog::from(theta.head(1)), SignedLog::from(theta.tail(theta.size() - 1)));
}

Predictor power_predictor(int depth, const SignedLog& w) {
  return diagonal_predictor(Diagonal{depth, DiagonalForm::power, Factors::tied}, {w});
}

WeightNormalisedModel::WeightNormalisedModel(const WeightNormalised& spec, MapPtr features)
    : spec_(spec), features_(std::move(features)), unit_(std::sqrt(spec.rate_r)) {}

std::vector<Block> WeightNormalisedModel::blocks() const { return model_blocks(spec_, features_->cols()); }

void WeightNormalisedModel::beta(VecIn theta, VecOut out) const {
  out.array() = integer_power(Parts(theta, unit_).w(), spec_.depth);
}

Vector WeightNormalisedModel::term_sizes(VecIn theta) const {
  Vector out(features_->cols());
  beta(theta, out);
  return out.cwiseAbs();
}

void WeightNormalisedModel::pull_back(VecIn theta, VecIn h, VecOut g) const {
  const Parts parts(theta, unit_);
  const Vector p = (spec_.depth * integer_power(parts.w(), spec_.depth - 1) * h.array()).matrix();
  g[0] = unit_ * p.dot(parts.direction);
  g.tail(p.size()) = parts.r / parts.norm * parts.tangential(p);
}

void WeightNormalisedModel::outputs(VecIn theta, VecOut f) const {
  Vector b(features_->cols());
  beta(theta, b);
  features_->apply(b, f);
}

void WeightNormalisedModel::vjp(VecIn theta, VecIn df, VecOut g) const {
  Vector h(features_->cols());
  features_->adjoint(df, h);
  pull_back(theta, h, g);
}

void WeightNormalisedModel::jvp(VecIn theta, VecIn dtheta, VecOut df) const {
  const Parts parts(theta, unit_);
  const Vector dv = dtheta.tail(features_->cols());
  const Vector dw = unit_ * dtheta[0] * parts.direction + parts.r / parts.norm * parts.tangential(dv);
  features_->apply((spec_.depth * integer_power(parts.w(), spec_.depth - 1) * dw.array()).matrix(), df);
}

// J_w^T diag(N (N-1) w^{N-2} h) J_w + p · d²w, p = N w^{N-1} h held fixed in the second.
void WeightNormalisedModel::hvp(VecIn theta, VecIn df, VecIn dtheta, VecOut out) const {
  const Parts parts(theta, unit_);
  Vector h(features_->cols());
  features_->adjoint(df, h);
  const int depth = spec_.depth;
  const Vector dv = dtheta.tail(h.size()), p = (depth * integer_power(parts.w(), depth - 1) * h.array()).matrix();
  const double dr = unit_ * dtheta[0], dnorm = parts.direction.dot(dv), along = p.dot(parts.direction);
  const Vector turn = parts.tangential(dv) / parts.norm;  // of the direction
  const Vector dw = dr * parts.direction + parts.r * turn;
  const Vector dp = (depth * (depth - 1.0) * integer_power(parts.w(), depth - 2) * h.array() * dw.array()).matrix();
  out[0] = unit_ * (dp.dot(parts.direction) + p.dot(turn));
  out.tail(h.size()) = parts.r / parts.norm * (parts.tangential(dp) - p.dot(turn) * parts.direction - along * turn) +
                       (dr / parts.norm - parts.r * dnorm / (parts.norm * parts.norm)) * parts.tangential(p);
}

Predictor WeightNormalisedModel::predictor(VecIn theta) const {
  Vector b(features_->cols());
  beta(theta, b);
  const bool held = b.allFinite() && b.cwiseAbs().minCoeff() >= std::numeric_limits<double>::min();
  return held ? Predictor::vector(std::move(b)) : power_predictor(spec_.depth, normalised_logs(spec_, theta).w);
}

}  // namespace penchant
