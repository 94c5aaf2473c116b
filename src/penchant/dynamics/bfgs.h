// Quasi-Newton methods: theta <- theta - a H g, H a model of the inverse Hessian built from s = theta_{k+1} - theta_k,
// y = g_{k+1} - g_k, the step a by strong Wolfe (line_search.h), first tried at 1.
// On the linear model with H_0 = I (or a multiple of it) the iterates stay in beta_0 + row(X) (theory A2); on other models they are
// simulated without a theorem.
// Ends as stationary where the gradient or the decrease left is rounding, or the gradient below 1e-150.
// Time is the sum of the steps a. Measured on the linear model: "rounding" (1), how far rounding has moved beta out of
// beta_0 + row(X). H_0 is 1 across row(X) and becomes 1/curvature inside: the rounding of the one beside the other can be far above
// that of beta, and unlike an error inside row(X) no later step takes it back.
#pragma once

#include "penchant/dynamics/steppers.h"

namespace penchant {

class InverseHessian {
 public:
  virtual ~InverseHessian() = default;
  virtual Vector times(const Vector& g) const = 0;              // H g
  virtual void update(const Vector& s, const Vector& y) = 0;    // y . s > 0
  virtual void reset() = 0;                                     // to H_0
  virtual void save(Writer& out) const = 0;
  virtual void load(Reader& in) = 0;
};

std::unique_ptr<Stepper> make_quasi_newton(const Problem& problem, std::string method, std::unique_ptr<InverseHessian> model);

}  // namespace penchant
