// The Hessian H of L in the p parameters: what steps of η see of it (2/η is the edge of stability),
// and what noise on the targets minimises.
// H v = Jᵀ(l'' ⊙ Jv) + Σ_i l'_i (∇²F_i) v. Up to kLargestExact parameters H is formed and everything is exact; beyond, sharpness is
// by Lanczos and the traces by Hutchinson's estimate: the mean of zᵀ f(H) z over kProbes sign vectors z, zᵀ f(H)
// z by kLanczosSteps of Lanczos from z.
#pragma once

#include "penchant/dynamics/objective.h"

namespace penchant {

inline constexpr Index kLargestExact = 200;
inline constexpr int kProbes = 64;
inline constexpr int kLanczosSteps = 60;

struct Estimated {
  double value = 0.0;
  double standard_error = 0.0;  // of the mean over the probes; 0 where the value is exact
};

// H v, at a point whose theta is evaluated.
Vector hessian_times(const Objective& objective, const Point& point, VecIn v);
double sharpness(const Objective& objective, const Point& point, bool exact);
Estimated hessian_trace(const Objective& objective, const Point& point, bool exact);
// R = -(1/2η) tr log(I - η/2 H); NaN where an eigenvalue reaches 2/η.
Estimated noise_regulariser(const Objective& objective, const Point& point, double step, bool exact);

// What `measure` asks for.
class CurvatureMeter {
 public:
  explicit CurvatureMeter(std::vector<CurvatureMeasure> wanted) : wanted_(std::move(wanted)) {}
  void add_to(Snapshot& snapshot, const Objective& objective, const Point& point) const;
  // "noise_regulariser": R at the end and its standard error.
  void add_to(Measured& measured, const Objective& objective, const Point& point, double step) const;

 private:
  bool wants(CurvatureMeasure what) const;
  std::vector<CurvatureMeasure> wanted_;
};

}  // namespace penchant
