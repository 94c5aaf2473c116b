// min D_φ(β, β_0) s.t. Xβ = y: the dual in s, Newton, on independent rows.
// Redundant rows are dropped (their dual is 0), contradictory ones and targets outside the cone of a positive potential are
// answered with the dual that proves it.

#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/bregman_gap.h"
#include "penchant/limits/feasible.h"
#include "penchant/limits/solvers/bregman_newton.h"
#include "penchant/limits/solvers/independent_rows.h"
#include "penchant/limits/solvers/separating_ray.h"

namespace penchant {

namespace {

struct SolveForm {
  const DualData& data;
  const Vector& y;
  const SolveOptions& options;
  Solution operator()(const Exponentials& form) const { return solve_exponentials(form, data, y, options); }
  Solution operator()(const Powers& form) const { return solve_powers(form, data, y, options); }
  Solution operator()(const NormPower& form) const { return solve_norm_power(form, data, y, options); }
  Solution operator()(const SquaredNormPower& form) const { return solve_squared_norm_power(form, data, y, options); }
  Solution operator()(const QuadraticForm&) const { PENCHANT_CHECK(false); }
};

// With K = LL^T and γ = L^T(β - β_0) it is the least-norm problem XL^{-T}γ = y - Xβ_0.
Solution solve_quadratic(const QuadraticForm& form, const Matrix& x, const Vector& y) {
  const Eigen::LLT<Eigen::MatrixXd> factor(form.k);
  const Matrix transformed = factor.matrixL().solve(x.transpose()).transpose();
  const Feasible set(transformed);
  const Vector gamma = set.pseudo_inverse(y - x * form.origin);
  Solution out;
  out.predictor = Predictor::vector(form.origin + factor.matrixU().solve(gamma));
  out.dual = set.transposed_pseudo_inverse(gamma);
  out.iterations = 1;
  out.outcome = {Status::solved, cat("closed form, rank ", set.rank())};
  return out;
}

// Features of norm 1 (or 0): the same range, and a rank that does not depend on their units.
Matrix equilibrated(const Matrix& x) {
  const Vector norms = x.colwise().norm();
  const Vector inverse = (norms.array() > 0.0).select(1.0 / norms.array(), 0.0);
  return x * inverse.asDiagonal();
}

Solution infeasible(const Matrix& x, Vector ray, std::string text) {
  Solution out;
  out.predictor = Predictor::vector(Vector::Constant(x.cols(), std::nan("")));
  out.dual = std::move(ray);
  out.objective = std::nan("");
  out.outcome = {Status::infeasible, std::move(text)};
  return out;
}

Solution solve_on_independent_rows(const DualForm& form, const DualData& data, const Vector& y, const SolveOptions& options) {
  Solution out = std::visit(SolveForm{data, y, options}, form);
  if (out.outcome.status != Status::not_converged || !is_positive(form)) return out;
  if (std::optional<Vector> ray = separating_ray(data.x, y))
    return infeasible(data.x, std::move(*ray), "no β >= 0 has Xβ = y: the dual ν has X^T ν >= 0 and <ν, y> < 0");
  return out;
}

Solution solve_reduced(const DualForm& form, const Matrix& x, const Vector& y, const SolveOptions& options) {
  const Matrix scaled = equilibrated(x);
  if (const Vector miss = Feasible(scaled).unreachable(y); miss.norm() > kInconsistent * y.norm())
    return infeasible(x, -miss,
                      cat("no β has Xβ = y: y is ", miss.norm(), " away from the range of X, and the dual ν is that part of -y"));
  std::vector<Index> rows = independent_rows(scaled);
  if (rows.empty()) rows.push_back(0);  // X = 0 and y = 0: the start already fits
  const Matrix kept = x(rows, Eigen::all);
  const DualData data(kept);
  Solution out = solve_on_independent_rows(form, data, y(rows), options);
  Vector dual = Vector::Zero(x.rows());
  for (std::size_t k = 0; k < rows.size(); ++k) dual[rows[k]] = out.dual[Index(k)];
  out.dual = dual;
  return out;
}

}  // namespace

Solution solve_bregman_projection(const BregmanProjection& limit, const SolveOptions& options) {
  const Matrix& x = require_dense(*limit.x, "bregman_projection");
  if (limit.y.size() != x.rows())
    throw InvalidInput(cat("bregman_projection: X has ", x.rows(), " rows, y has ", limit.y.size(), " entries"));
  const DualForm form = dual_form(limit.potential, limit.origin, x.cols());
  Solution out;
  if (const auto* quadratic = std::get_if<QuadraticForm>(&form); quadratic && Feasible(x).consistent(limit.y)) {
    out = solve_quadratic(*quadratic, x, limit.y);
  } else if (!quadratic && x.rows() <= x.cols()) {
    const DualData data(x);
    out = data.clearly_independent() ? solve_on_independent_rows(form, data, limit.y, options)
                                     : solve_reduced(form, x, limit.y, options);
  } else {
    out = solve_reduced(form, x, limit.y, options);
  }
  if (out.outcome.status == Status::solved) out.objective = divergence_from_start(form, out.predictor);
  return out;
}

}  // namespace penchant
