// argmin D_φ(β, β_0) s.t. Xβ = y in 60 digits: Newton's method on the dual, whatever the potential.
#pragma once

#include <memory>

#include "penchant/limits/limit.h"
#include "referee/wide.h"

namespace penchant::referee {

// φ and its start as the dual sees them, v = Xᵀs being what the start's mirror image is moved by.
class MirrorMap {
 public:
  virtual ~MirrorMap() = default;
  virtual bool inside(const WideVector& v) const = 0;
  virtual WideVector beta(const WideVector& v) const = 0;
  virtual WideMatrix slope(const WideVector& v) const = 0;  // dβ/dv (d, d)
  virtual Wide conjugate(const WideVector& v) const = 0;    // φ*(∇φ(β_0) + v) - φ*(∇φ(β_0))
  // Powers are solved in units of their own (limits/potential_dual.h): the library's s and objective are this times those here.
  virtual Wide unit() const { return 1; }
};
std::unique_ptr<MirrorMap> mirror_map(const Potential& potential, const Vector& origin, Index features);

struct ProjectionOptimum {
  WideVector beta;
  Wide value;  // D_φ(β, β_0), times the unit
};
// From the library's dual `guess` where that is inside the domain, else from 0.
// Absent where Newton did not get ‖Xβ-y‖ below 1e-30 ‖y‖.
std::optional<ProjectionOptimum> project(const WideMatrix& x, const WideVector& y, const MirrorMap& map, const Vector& guess);

}  // namespace penchant::referee
