// Time along a flow. What is integrated over is x:
//   time      t = x
//   log_time  t = t_0 (e^x - 1): the normalised clock of classification. With dtau = dt * (sum of the loss weights) it is the same
//             clock up to the factor t * weights, which tends to a constant; log t of 1e9 is an x of 1e9.
//   speed     dt = dx / kappa, kappa the speed of the fastest factor (depth > 2): near its saddle a network of scale alpha moves at
//             the rate alpha^{N-2} and then leaves within a time 1, a change that t itself cannot resolve in a double.
#pragma once

#include <cmath>

#include "penchant/core/accurate.h"

namespace penchant {

enum class FlowVariable { time, log_time, speed };

struct FlowClock {
  FlowVariable variable = FlowVariable::time;
  double log_unit = 0.0;  // log t_0 (log_time), log t of one unit of the accumulated time (speed)

  // log dt/dx where it depends on x alone.
  double log_rate(double x) const { return variable == FlowVariable::log_time ? log_unit + x : 0.0; }
  // log t at x; `accumulated` is the time the speed variable carries along, in units of e^log_unit.
  double log_time(double x, double accumulated) const {
    switch (variable) {
      case FlowVariable::time: return std::log(x);
      case FlowVariable::log_time: return x > 0.0 ? log_unit + x + std::log(-std::expm1(-x)) : -INFINITY;
      case FlowVariable::speed: return log_unit + std::log(accumulated);
    }
    return 0.0;
  }
  // The x of a time, where it does not depend on the path.
  double position(double log_time) const {
    return variable == FlowVariable::time ? std::exp(log_time) : softplus(log_time - log_unit);
  }
};

}  // namespace penchant
