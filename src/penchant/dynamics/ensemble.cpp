#include "penchant/dynamics/ensemble.h"

#include <cmath>

#include "penchant/dynamics/kernels/diagonal_ensemble.h"

namespace penchant {

namespace {

void check_shapes(const Matrix& x, VecIn y, const EnsembleStart& start, std::int64_t steps) {
  const Index members = start.step_size.size();
  if (x.rows() < 1 || x.cols() < 1 || y.size() != x.rows())
    throw InvalidInput(cat("ensemble: X is (", x.rows(), ", ", x.cols(), "), y has ", y.size(), " entries"));
  if (members < 1) throw InvalidInput("ensemble: no members");
  for (const Matrix* factor : {&start.u, &start.v})
    if (factor->rows() != x.cols() || factor->cols() != members)
      throw InvalidInput(
          cat("ensemble: a factor is (", factor->rows(), ", ", factor->cols(), "), expected (", x.cols(), ", ", members, ")"));
  for (Index m = 0; m < members; ++m)
    if (!(start.step_size[m] > 0.0))
      throw InvalidInput(cat("ensemble: step_size of member ", m, " is ", start.step_size[m], ", expected > 0"));
  if (steps < 0) throw InvalidInput(cat("ensemble: ", steps, " steps"));
}

}  // namespace

EnsembleEnd descend_ensemble(const Matrix& x, VecIn y, Reduction reduction, EnsembleStart start, std::int64_t steps,
                             std::optional<double> residual) {
  check_shapes(x, y, start, steps);
  const Index members = start.step_size.size();
  const double weight = reduction == Reduction::mean ? 1.0 / static_cast<double>(x.rows()) : 1.0;
  const double size = y.norm() > 0.0 ? y.norm() : 1.0;
  // as gradient_descent has it, so that the bits agree
  const Vector s = start.step_size.unaryExpr([&](double eta) { return 2.0 * eta * weight; });
  EnsembleEnd end{std::move(start.u), std::move(start.v), {}, Vector(members), {},
                  std::vector<std::int64_t>(static_cast<std::size_t>(members))};
  const Vector targets = y;
  const double target = residual ? (*residual * size) * (*residual * size) : -1.0;
  kernels::run_ensemble(
      {x.data(), targets.data(), static_cast<std::size_t>(x.rows()), static_cast<std::size_t>(x.cols()),
       static_cast<std::size_t>(members), end.u.data(), end.v.data(), s.data(), end.loss.data(), end.steps.data()},
      steps, target);
  end.residual = end.loss.cwiseSqrt() / size;
  end.loss *= 0.5 * weight;
  end.beta = end.u.cwiseAbs2() - end.v.cwiseAbs2();
  return end;
}

}  // namespace penchant
