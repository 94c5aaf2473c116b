#include "penchant/dynamics/curvature.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/core/random.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

using Dense = Eigen::MatrixXd;

Vector weights_of_curvature(const Objective& objective, const Point& point) {
  Vector out(point.outputs.size());
  objective.loss().curvature(point.outputs, objective.targets(), out);
  return out;
}

Dense hessian(const Objective& objective, const Point& point) {
  const Index p = point.theta.size();
  Dense h(p, p);
  for (Index j = 0; j < p; ++j) h.col(j) = hessian_times(objective, point, Vector::Unit(p, j));
  return 0.5 * (h + h.transpose());
}

Vector eigenvalues(const Objective& objective, const Point& point) {
  return Eigen::SelfAdjointEigenSolver<Dense>(hessian(objective, point), Eigen::EigenvaluesOnly).eigenvalues();
}

// Eigenvalues of H on the Krylov space of z, and the weights of zᵀ f(H) z = ‖z‖² Σ_k w_k f(λ_k).
// Every direction is made orthogonal to all before it,
// twice: plain Lanczos finds eigenvalues again and again.
struct Quadrature {
  Vector nodes, weights;
};
Quadrature lanczos(const Objective& objective, const Point& point, const Vector& z) {
  const Index p = z.size(), most = std::min<Index>(p, kLanczosSteps);
  Dense basis(p, most);
  Vector diagonal(most), beside = Vector::Zero(most);
  Vector direction = z.normalized();
  Index steps = 0;
  double size = 0.0;
  while (steps < most) {
    basis.col(steps) = direction;
    Vector next = hessian_times(objective, point, direction);
    diagonal[steps] = direction.dot(next);
    ++steps;
    const auto seen = basis.leftCols(steps);
    for (int twice = 0; twice < 2; ++twice) next -= seen * (seen.transpose() * next).eval();
    size = std::max(size, diagonal.head(steps).cwiseAbs().maxCoeff());
    const double norm = next.norm();
    beside[steps - 1] = norm;
    if (!(norm > 1e-12 * size)) break;  // the space is invariant
    direction = next / norm;
  }
  Eigen::SelfAdjointEigenSolver<Dense> solver;
  solver.computeFromTridiagonal(diagonal.head(steps), beside.head(std::max<Index>(steps - 1, 0)));
  return {solver.eigenvalues(), solver.eigenvectors().row(0).transpose().array().square()};
}

// The same probes at every point: differences along a run are of the run.
Vector probe(Index p, int which) {
  const RandomKey key(0, "curvature");
  Vector z(p);
  for (Index j = 0; j < p; ++j) z[j] = rademacher(key, 0, static_cast<std::uint64_t>(which), static_cast<std::uint32_t>(j));
  return z;
}

template <class Form>
Estimated mean_over_probes(Index p, Form form) {
  Vector values(kProbes);
  for (int i = 0; i < kProbes; ++i) values[i] = form(probe(p, i));
  const double n = kProbes, mean = values.mean();
  return {mean, std::sqrt((values.array() - mean).square().sum() / (n - 1.0) / n)};
}

double penalty(const Vector& eigenvalues, const Vector& weights, double step) {
  const Vector inside = 1.0 - 0.5 * step * eigenvalues.array();
  if (!(inside.minCoeff() > 0.0)) return std::nan("");
  return -weights.dot((-0.5 * step * eigenvalues).unaryExpr([](double x) { return std::log1p(x); })) / (2.0 * step);
}

}  // namespace

Vector hessian_times(const Objective& objective, const Point& point, VecIn v) {
  const Model& model = objective.model();
  Vector through(point.outputs.size()), gauss(v.size()), rest(v.size());
  model.jvp(point.theta, v, through);
  through.array() *= weights_of_curvature(objective, point).array();
  model.vjp(point.theta, through, gauss);
  model.hvp(point.theta, point.output_slope, v, rest);
  return gauss + std::exp(point.log_scale) * rest;
}

double sharpness(const Objective& objective, const Point& point, bool exact) {
  if (!point.theta.allFinite() || !std::isfinite(point.log_loss)) return std::nan("");
  if (exact) return eigenvalues(objective, point).maxCoeff();
  return lanczos(objective, point, probe(point.theta.size(), 0)).nodes.maxCoeff();
}

Estimated hessian_trace(const Objective& objective, const Point& point, bool exact) {
  if (!point.theta.allFinite() || !std::isfinite(point.log_loss)) return {std::nan(""), 0.0};
  if (exact) return {hessian(objective, point).trace(), 0.0};
  return mean_over_probes(point.theta.size(), [&](const Vector& z) { return z.dot(hessian_times(objective, point, z)); });
}

Estimated noise_regulariser(const Objective& objective, const Point& point, double step, bool exact) {
  if (!point.theta.allFinite() || !std::isfinite(point.log_loss)) return {std::nan(""), 0.0};
  if (exact) return {penalty(eigenvalues(objective, point), Vector::Ones(point.theta.size()), step), 0.0};
  return mean_over_probes(point.theta.size(), [&](const Vector& z) {
    const Quadrature q = lanczos(objective, point, z);
    return penalty(q.nodes, z.squaredNorm() * q.weights, step);
  });
}

bool CurvatureMeter::wants(CurvatureMeasure what) const { return std::find(wanted_.begin(), wanted_.end(), what) != wanted_.end(); }

void CurvatureMeter::add_to(Snapshot& snapshot, const Objective& objective, const Point& point) const {
  const bool exact = point.theta.size() <= kLargestExact;
  if (wants(CurvatureMeasure::sharpness)) snapshot.sharpness = sharpness(objective, point, exact);
  if (wants(CurvatureMeasure::hessian_trace)) snapshot.hessian_trace = hessian_trace(objective, point, exact).value;
}

void CurvatureMeter::add_to(Measured& measured, const Objective& objective, const Point& point, double step) const {
  if (!wants(CurvatureMeasure::noise_regulariser) || !(step > 0.0)) return;
  const bool exact = point.theta.size() <= kLargestExact;
  const Estimated r = noise_regulariser(objective, point, step, exact);
  const std::string how = exact ? "exact" : cat("Hutchinson's estimate from ", kProbes, " sign vectors");
  measured["noise_regulariser"] = {
      cat("R = -(1/2η) tr log(I - η/2 ∇²L) at the end, η = ", step, ", and its standard error (", how, ")"),
      Vector{{r.value, r.standard_error}}};
}

}  // namespace penchant
