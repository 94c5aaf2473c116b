// One maker per kind of training; each throws InvalidInput for a problem its method does not apply to.
#pragma once

#include "penchant/dynamics/stepper.h"

namespace penchant {

std::unique_ptr<Stepper> make_gradient_flow(const Problem& problem, const GradientFlow& dynamics);
std::unique_ptr<Stepper> make_gradient_descent(const Problem& problem, const GradientDescent& dynamics);
std::unique_ptr<Stepper> make_stochastic(const Problem& problem, const Stochastic& dynamics);
std::unique_ptr<Stepper> make_mirror(const Problem& problem, const Mirror& dynamics);
std::unique_ptr<Stepper> make_steepest(const Problem& problem, const Steepest& dynamics);
std::unique_ptr<Stepper> make_conjugate_gradient(const Problem& problem, const ConjugateGradient& dynamics);
std::unique_ptr<Stepper> make_bfgs(const Problem& problem, const Bfgs& dynamics);
std::unique_ptr<Stepper> make_lbfgs(const Problem& problem, const Lbfgs& dynamics);

}  // namespace penchant
