// Formulas over named numbers, as figures write them: "truth_error / (1 - data.samples / data.features)".
// Grammar and functions are muParser's (+ - * / ^, comparisons, && ||, ?:, sqrt exp ln log10 abs min max …; log is the natural
// logarithm), names may contain dots,
// and besides there are
//   least_norm_risk(samples, features, signal, noise)   see theory/least_norm_risk.h
//   donoho_tanner(n/d) l1_dimension(s/d), _positive and positive_: the same with signs known;
//     transition_width(eta)   see theory/donoho_tanner.h
//   q_alpha(beta, alpha, N)  q_alpha_slope(beta, alpha, N)   see limits/implicit_penalty.h
//   r_alpha(beta, alpha, N)  r_alpha_slope(beta, alpha, N)   see limits/explicit_distance.h
//   ridge_filter(x) = x/(1+x)   flow_filter(x) = 1-exp(-x)
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "penchant/core/fields.h"

namespace penchant {

class Expression {
 public:
  // Throws InvalidInput, naming `where`, if it does not parse.
  Expression(const std::string& text, const Where& where);
  ~Expression();
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;

  const std::string& text() const { return text_; }
  const std::vector<std::string>& names() const { return names_; }  // that it uses, sorted
  // NaN where a name has no value (NaN) or the formula none. Not thread-safe.
  double operator()(const std::function<double(std::string_view)>& value_of) const;

 private:
  struct State;
  std::string text_;
  std::vector<std::string> names_;
  std::unique_ptr<State> state_;
};

}  // namespace penchant
