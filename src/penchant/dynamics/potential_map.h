// The maps of mirror descent between primal and dual iterates, for the potentials of section "potential" of a spec:
//   z = grad phi(beta),   beta = grad phi*(z).
// limits/ holds its own version of the same maps, written apart; a test compares the two.
//
//   kind           phi                                       z = grad phi(beta)             range of z
//   euclidean      ½‖β‖²                                     β                              R^d
//   entropy        Σ β log β - β,  β > 0                     log β                          R^d
//   hypentropy     Σ β asinh(β/c) - √(β²+c²)                 asinh(β/c)                     R^d
//   p_norm         (1/p) Σ|β|^p,  p > 1                      sign β |β|^{p-1}               R^d
//   squared_p_norm ½‖β‖_p²,  p > 1                           ‖β‖_p^{2-p} sign β |β|^{p-1}   R^d
//   burg           -Σ log β,  β > 0                          -1/β                           z < 0
//   quadratic      ½ βᵀKβ                                    K β                            R^d
//   diagonal       network of depth N > 2 from u = v = α     α^{2-N} h⁻¹(β/α^N)             |z| < α^{2-N}
// with h(t) = (1-t)^{-a} - (1+t)^{-a}, a = N/(N-2), |t| < 1.
// In double the dual iterate of `diagonal` holds β to a relative a eps/(1-|t|),
// and 1-|t| is about α^{N-2}: an α with α^{N-2} < 1e-6 is refused.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "penchant/core/predictor.h"
#include "penchant/dynamics/spec.h"

namespace penchant {

class PotentialMap {
 public:
  virtual ~PotentialMap() = default;
  virtual std::string kind() const = 0;
  virtual std::string range() const = 0;  // of z, for messages: "z < 0"
  // z (d) of a start in logs. Throws InvalidInput where beta is outside the domain of phi or z is no double.
  virtual Vector dual(const SignedLog& beta) const = 0;
  // beta (d) of any z (d). False where a coordinate is outside the range, then beta is left unspecified.
  virtual bool primal(VecIn z, VecOut beta) const = 0;
  // The first coordinate of z outside the range, or -1.
  virtual Index outside(VecIn z) const = 0;
  // out = (Hessian of phi* at z) v, for z in the range. Entries may be inf where phi* has no second derivative (p-norms at 0).
  virtual void tangent(VecIn z, VecIn v, VecOut out) const = 0;
  // The p with phi(t beta) = t^p phi(beta), t > 0: max margin in that norm for classification. Empty for potentials that have none.
  virtual std::optional<double> homogeneity() const = 0;
  virtual bool has_constant_hessian() const { return false; }
  // beta in logs where it may leave the range of a double although z is an ordinary number (entropy).
  virtual std::optional<SignedLog> primal_logs(VecIn) const { return {}; }
};

// Throws InvalidInput for an unknown kind, a parameter that is missing, out of its domain or not read by the kind,
// a K that is not (d, d) symmetric positive definite.
std::unique_ptr<PotentialMap> make_potential_map(const PotentialSpec& spec, Index features);
std::unique_ptr<PotentialMap> make_quadratic_map(const Matrix& k, Index features);

}  // namespace penchant
