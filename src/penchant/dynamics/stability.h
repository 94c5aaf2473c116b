// How long a constant step may be. With lambda the largest eigenvalue of the loss's Hessian in the parameters,
//   gradient descent  eta < 2/lambda,   heavy ball  2(1+mu)/lambda,   Nesterov  2(1+mu)/((1+2mu) lambda).
#pragma once

#include "penchant/dynamics/objective.h"

namespace penchant {

// lambda_max(X diag(m) X^T), m (d) >= 0: exactly for min(n, d) <= 500, else by power iteration to 1e-8 (from below).
double top_eigenvalue(const LinearMap& x, VecIn metric);

double stability_bound(double lambda, double momentum, bool nesterov);

// lambda = c lambda_max(X M X^T) at the start, M = (dbeta/dtheta)(dbeta/dtheta)^T, c the bound of the loss's curvature.
// A bound for the whole run of a linear model; of a diagonal network only for as long as it is near its start:
// what comes later is recorded,
// not refused.
double start_curvature(const Objective& objective, const Point& start);

// Where a diagonal network may go: |beta_j| ‖x_j‖ <= ‖y‖ for a fit by one feature alone,
// so M_j ~ N^2 |beta_j|^{2-2/N} (N for separate factors) and lambda ~ c max_j M_j ‖x_j‖^2. An estimate, not a bound;
// 0 for a linear model.
double fit_curvature(const Objective& objective, const Point& start);

struct StepCheck {
  double momentum = 0.0;
  bool nesterov = false;
  bool force = false;
  Index batch = 0;  // samples of a step, 0: all
  double weight_decay = 0.0;  // adds to every curvature
};

// "auto": half the bound (a quarter for diagonal networks) of the larger of the two curvatures above, on the worst batch.
double automatic_step(const Objective& objective, const Point& start, const StepCheck& check);

// Throws InvalidInput "…step_size: … is not below the stability bound …" for a step at or beyond the bound at the start,
// unless forced.
void require_stable(const Objective& objective, const Point& start, const StepSize& step, const StepCheck& check,
                    std::string_view method);

}  // namespace penchant
