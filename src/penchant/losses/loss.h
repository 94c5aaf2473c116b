// A loss of outputs f (n) and targets y (n). Margins are m_i = y_i f_i; values that underflow are given by their logs.
#pragma once

#include <memory>

#include "penchant/core/types.h"
#include "penchant/losses/spec.h"

namespace penchant {

class Loss {
 public:
  virtual ~Loss() = default;
  virtual double value(VecIn f, VecIn y) const = 0;
  // natural log; finite where value() underflows; -inf at a perfect fit
  virtual double log_value(VecIn f, VecIn y) const = 0;
  virtual void gradient(VecIn f, VecIn y, VecOut df) const = 0;    // df_i = d value / d f_i
  virtual void curvature(VecIn f, VecIn y, VecOut d2f) const = 0;  // d2f_i = d2 value / d f_i^2 >= 0
  // Classification: log(-d value / d m_i) of each sample (n). Throws InternalError for regression losses.
  virtual void log_weights(VecIn f, VecIn y, VecOut log_w) const = 0;
  virtual double curvature_bound(Index samples) const = 0;         // sup of d2f_i; +inf for the exponential loss
};

std::unique_ptr<Loss> make_loss(const LossSpec& spec);

}  // namespace penchant
