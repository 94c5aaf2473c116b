#include "penchant/dynamics/flow_escape.h"

#include <cmath>
#include <limits>

#include "penchant/losses/loss.h"
#include "penchant/models/diagonal.h"

namespace penchant {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Vector slopes_at_start(const Problem& problem, const Diagonal& model) {
  const Index n = problem.data->samples(), d = problem.data->dimension();
  Vector f(n), slopes(n), g(d);
  problem.data->features->apply(diagonal_predictor(model, problem.start.blocks).values, f);
  make_loss(problem.loss)->gradient(f, problem.data->targets, slopes);
  problem.data->features->adjoint(slopes, g);
  return g;
}

double column_square(const LinearMap& x, Index j) {
  Vector column(x.rows());
  x.apply(Vector::Unit(x.cols(), j), column);
  return column.squaredNorm();
}

}  // namespace

double log10_escape_time(const Problem& problem) {
  const auto* model = std::get_if<Diagonal>(&problem.model);
  if (!model) return -kInfinity;
  const Vector g = slopes_at_start(problem, *model);
  const double depth = model->depth;
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
      if (model->depth > 2) {
        soonest = std::min(soonest, (2.0 - depth) * mean - std::log(depth - 2.0) - rate);
      } else {
        const double growth = 0.5 * std::log(std::abs(g[j]) / column_square(*problem.data->features, j)) - mean;
        soonest = std::min(soonest, growth > 0.0 ? std::log(growth) - rate : -kInfinity);
      }
    }
  }
  return soonest / std::log(10.0);
}

}  // namespace penchant
