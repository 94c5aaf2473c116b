#include "penchant/dynamics/flow_escape.h"

#include <cmath>
#include <limits>

#include "penchant/losses/loss.h"
#include "penchant/models/diagonal.h"
#include "penchant/models/weight_normalised.h"

namespace penchant {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Vector slopes_at_start(const Problem& problem, const Predictor& start) {
  const Index n = problem.data->samples(), d = problem.data->dimension();
  Vector f(n), slopes(n), g(d);
  problem.data->features->apply(start.values, f);
  make_loss(problem.loss)->gradient(f, problem.data->targets, slopes);
  problem.data->features->adjoint(slopes, g);
  return g;
}

double column_square(const LinearMap& x, Index j) {
  Vector column(x.rows());
  x.apply(Vector::Unit(x.cols(), j), column);
  return column.squaredNorm();
}

// Of w at the rate `log_rate`, from log w = `from`.
double log_wait(int depth, double from, double log_rate, double growth) {
  if (depth > 2) return (2.0 - depth) * from - std::log(depth - 2.0) - log_rate;
  return growth > 0.0 ? std::log(growth) - log_rate : -kInfinity;
}

double log_escape_time(const WeightNormalised& model, const Problem& problem) {
  const NormalisedLogs start = normalised_logs(model, problem.start);
  const Vector g = slopes_at_start(problem, power_predictor(model.depth, start.w));
  const LinearMap& x = *problem.data->features;
  Vector pull(x.cols());
  x.adjoint(problem.data->targets, pull);
  double squares = 0.0, along = 0.0;
  for (Index j = 0; j < g.size(); ++j) {
    squares += column_square(x, j);
    along -= model.depth * g[j] * std::exp(model.depth * (start.w.log_abs[j] - start.log_r));
  }
  const double growth = std::log(pull.norm() / squares) / model.depth - start.log_r;
  if (along > 0.0) return log_wait(model.depth, start.log_r, std::log(model.rate_r * along), growth);
  Index fastest = 0;
  const double turn = (-g).maxCoeff(&fastest);
  if (!(turn > 0.0)) return kInfinity;
  return log_wait(model.depth, start.w.log_abs[fastest], std::log(model.depth * turn) + 2.0 * (start.log_r - start.log_norm),
                  growth);
}

}  // namespace

double log10_escape_time(const Problem& problem) {
  if (const auto* normalised = std::get_if<WeightNormalised>(&problem.model))
    return log_escape_time(*normalised, problem) / std::log(10.0);
  const auto* model = std::get_if<Diagonal>(&problem.model);
  if (!model) return -kInfinity;
  const Vector g = slopes_at_start(problem, diagonal_predictor(*model, problem.start.blocks));
  double soonest = kInfinity;  // natural log
  for (const DiagonalTerm& term : diagonal_terms(*model)) {
    const double speed = term.exponent;
    const bool either_sign = model->form == DiagonalForm::product;
    for (Index j = 0; j < g.size(); ++j) {
      double mean = 0.0;
      int factors = 0;
      for (int k : term.blocks) {
        const SignedLog& block = problem.start.blocks[static_cast<std::size_t>(k)];
        if (block.sign[j] == 0.0) continue;  // the zero factor of a product moves with the others
        mean += block.log_abs[j];
        ++factors;
      }
      if (factors == 0 || g[j] == 0.0 || (!either_sign && term.sign * g[j] > 0.0)) continue;
      mean /= factors;
      const double rate = std::log(speed * std::abs(g[j]));
      const double growth = 0.5 * std::log(std::abs(g[j]) / column_square(*problem.data->features, j)) - mean;
      soonest = std::min(soonest, log_wait(model->depth, mean, rate, growth));
    }
  }
  return soonest / std::log(10.0);
}

}  // namespace penchant
