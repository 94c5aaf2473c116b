// Models: descriptions. Theta is cut into blocks; `factors` of a diagonal network are tied (one weight, used N times) or separate.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "penchant/core/fields.h"

namespace penchant {

// f(x) = beta . x; theta = beta (d).
struct Linear {};

enum class DiagonalForm {
  difference_of_powers,  // beta = u^N - v^N                     tied: theta = (u, v)          separate: (u_1 … u_N, v_1 … v_N)
  power,                 // beta = w^N                           tied: theta = (w)             separate: (w_1 … w_N)
  // beta = w_1 ⊙ … ⊙ w_N of any signs    separate by nature; the last factor starts at 0, the others at `scale`
  product
};
enum class Factors { tied, separate };

// Diagonal linear network of depth N >= 2: f(x) = beta(theta) . x.
struct Diagonal {
  int depth = 2;
  DiagonalForm form = DiagonalForm::difference_of_powers;
  Factors factors = Factors::tied;
};

// Weight normalisation of the positive network: beta = w^N, w = r v/|v|, f(x) = beta . x. The radius has a rate of its own,
//   dr/dt = -rate_r dL/dr,  dv/dt = -dL/dv.
// theta = (R, v) with r = sqrt(rate_r) R, in which both rates are 1:
// every method that steps along the gradient in theta has the two time scales.
struct WeightNormalised {
  int depth = 2;
  double rate_r = 1.0;
};

using ModelSpec = std::variant<Linear, Diagonal, WeightNormalised>;

ModelSpec model_from(const Value& table, const Where& where);
Value to_value(const ModelSpec& model);

// The start. `scale` is the entry of every non-zero factor (linear: beta_0 = scale * shape, 0 unless given); `shape` (d)
// multiplies it feature by feature, `exponents` (d, > 0) take its powers, shape_j scale^exponent_j (diagonal); or `factors`:
// one file per block with the entries themselves. weight_normalised: `scale` is r_0 and v_0 = shape/|shape|,
// uniform unless given (factors:
// r_0 and v_0 as they are).
struct InitSpec {
  std::optional<double> scale;
  std::vector<double> shape;
  std::vector<double> exponents;
  std::vector<std::string> factors;
  std::optional<std::uint64_t> seed;
};

InitSpec init_from(const Value& table, const Where& where);
Value to_value(const InitSpec& init);

}  // namespace penchant
