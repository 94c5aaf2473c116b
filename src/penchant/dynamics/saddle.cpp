#include "penchant/dynamics/saddle.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/models/weight_normalised.h"

namespace penchant {

namespace {

double log_norm(const Vector& log_abs) { return 0.5 * log_sum_exp(2.0 * log_abs); }

double log_norm(const Predictor& predictor) {
  return log_norm(predictor.logs.size() ? predictor.logs.log_abs : SignedLog::from(predictor.values).log_abs);
}

double log_start_norm(const Diagonal& model, const Start& start) {
  Vector largest = start.blocks.front().log_abs;
  for (const SignedLog& block : start.blocks) largest = largest.cwiseMax(block.log_abs);
  return log_norm(Vector(model.depth * largest));
}

double log_start_norm(const WeightNormalised& model, const Start& start) {
  return log_norm(Vector(model.depth * normalised_logs(model, start).w.log_abs));
}

double frobenius(const LinearMap& x) {
  if (x.dense()) return x.dense()->norm();
  Vector column(x.rows());
  double sum = 0.0;
  for (Index j = 0; j < x.cols(); ++j) {
    x.apply(Vector::Unit(x.cols(), j), column);
    sum += column.squaredNorm();
  }
  return std::sqrt(sum);
}

double log_needed_size(const Problem& problem) {
  const LinearMap& x = *problem.data->features;
  const double size = frobenius(x);
  if (size == 0.0) return -std::numeric_limits<double>::infinity();
  if (is_classification_loss(problem.loss)) return -std::log(size);
  Vector pull(x.cols());
  x.adjoint(problem.data->targets, pull);
  return std::log(pull.norm() / 2.0) - 2.0 * std::log(size);
}

}  // namespace

bool left_saddle(const Problem& problem, const Predictor& predictor) {
  double start = 0.0;
  if (const auto* model = std::get_if<Diagonal>(&problem.model)) start = log_start_norm(*model, problem.start);
  else if (const auto* normalised = std::get_if<WeightNormalised>(&problem.model))
    start = log_start_norm(*normalised, problem.start);
  else return true;
  return !(log_norm(predictor) <
           std::min(std::log(10.0) + start, log_needed_size(problem)));  // one that is no number is not there either
}

}  // namespace penchant
