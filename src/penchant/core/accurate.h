// Sums that stay right where the plain ones lose digits.
#pragma once

#include "penchant/core/types.h"

namespace penchant {

// Running sum with the error of each addition carried along (Neumaier 1974): error eps |sum| + n eps^2 sum |x|.
class CompensatedSum {
 public:
  void add(double x);
  void add_product(double a, double b);  // the product enters without rounding
  double value() const { return sum_ + error_; }

 private:
  double sum_ = 0.0;
  double error_ = 0.0;
};

double accurate_sum(VecIn x);
double accurate_dot(VecIn x, VecIn y);
// r = X b - y with each entry accumulated as above: the residual of a point near a solution.
Vector accurate_residual(const Matrix& x, VecIn b, VecIn y);

// log sum exp(x_i); -inf for an empty vector.
double log_sum_exp(VecIn x);
// log(1 + exp(x)) without overflow, exact to rounding for every x.
double softplus(double x);
// log(exp(a) + exp(b)) and log|exp(a) - exp(b)|.
double log_add(double a, double b);
double log_subtract(double a, double b);
// e^{a+x} - e^a, entry by entry and to its own rounding however small x is, from e^a, e^{a+x} and x.
Eigen::ArrayXd exp_increase(const Eigen::ArrayXd& from, const Eigen::ArrayXd& to, const Eigen::ArrayXd& by);

}  // namespace penchant
