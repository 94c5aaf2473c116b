#include "penchant/dynamics/stepper.h"

#include "penchant/dynamics/steppers.h"

namespace penchant {

namespace {

struct Maker {
  const Problem& problem;
  std::unique_ptr<Stepper> operator()(const GradientFlow& d) const { return make_gradient_flow(problem, d); }
  std::unique_ptr<Stepper> operator()(const GradientDescent& d) const { return make_gradient_descent(problem, d); }
  std::unique_ptr<Stepper> operator()(const Stochastic& d) const { return make_stochastic(problem, d); }
  std::unique_ptr<Stepper> operator()(const Mirror& d) const { return make_mirror(problem, d); }
  std::unique_ptr<Stepper> operator()(const Steepest& d) const { return make_steepest(problem, d); }
  std::unique_ptr<Stepper> operator()(const ConjugateGradient& d) const { return make_conjugate_gradient(problem, d); }
  std::unique_ptr<Stepper> operator()(const Bfgs& d) const { return make_bfgs(problem, d); }
  std::unique_ptr<Stepper> operator()(const Lbfgs& d) const { return make_lbfgs(problem, d); }
};

}  // namespace

std::unique_ptr<Stepper> make_stepper(const Problem& problem, const Dynamics& dynamics) {
  return std::visit(Maker{problem}, dynamics);
}

}  // namespace penchant
