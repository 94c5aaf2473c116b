#include "penchant/lab/expression.h"

#include <muParser.h>

#include <cmath>
#include <deque>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/explicit_distance.h"
#include "penchant/limits/implicit_penalty.h"
#include "penchant/theory/donoho_tanner.h"
#include "penchant/theory/least_norm_risk.h"

namespace penchant {

namespace {

double ridge_filter(double x) { return x / (1.0 + x); }
double flow_filter(double x) { return -std::expm1(-x); }

// NaN for what is no network.
bool is_network(double alpha, double depth) { return alpha > 0.0 && depth >= 2.0 && depth <= 1000.0 && depth == std::floor(depth); }
double q_alpha(double beta, double alpha, double depth) {
  return is_network(alpha, depth) ? implicit_penalty(static_cast<int>(depth), std::log(alpha), beta).value : std::nan("");
}
double q_alpha_slope(double beta, double alpha, double depth) {
  return is_network(alpha, depth) ? implicit_penalty(static_cast<int>(depth), std::log(alpha), beta).slope : std::nan("");
}
double r_alpha(double beta, double alpha, double depth) {
  return is_network(alpha, depth) ? explicit_coordinate(static_cast<int>(depth), std::log(alpha), beta).value : std::nan("");
}
double r_alpha_slope(double beta, double alpha, double depth) {
  if (!is_network(alpha, depth)) return std::nan("");
  return std::copysign(std::exp(explicit_coordinate(static_cast<int>(depth), std::log(alpha), beta).log_slope), beta);
}

std::string sentence(const mu::Parser::exception_type& error) {
  std::string text = error.GetMsg();
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

}  // namespace

struct Expression::State {
  mu::Parser parser;
  std::deque<double> values;  // addresses stay

  static double* make(const char*, void* self) {
    auto& values = static_cast<State*>(self)->values;
    values.push_back(std::nan(""));
    return &values.back();
  }
};

Expression::Expression(const std::string& text, const Where& where) : text_(text), state_(std::make_unique<State>()) {
  mu::Parser& parser = state_->parser;
  try {
    parser.DefineNameChars("0123456789_.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    parser.DefineFun("least_norm_risk", least_norm_risk);
    parser.DefineFun("donoho_tanner", donoho_tanner);
    parser.DefineFun("donoho_tanner_positive", donoho_tanner_positive);
    parser.DefineFun("l1_dimension", l1_dimension);
    parser.DefineFun("positive_l1_dimension", positive_l1_dimension);
    parser.DefineFun("transition_width", transition_width);
    parser.DefineFun("ridge_filter", ridge_filter);
    parser.DefineFun("flow_filter", flow_filter);
    parser.DefineFun("q_alpha", q_alpha);
    parser.DefineFun("q_alpha_slope", q_alpha_slope);
    parser.DefineFun("r_alpha", r_alpha);
    parser.DefineFun("r_alpha_slope", r_alpha_slope);
    parser.SetVarFactory(&State::make, state_.get());
    parser.SetExpr(text);
    for (const auto& [name, address] : parser.GetUsedVar()) names_.push_back(name);
    if (parser.GetNumResults() > 1) where.fail(cat(in_quotes(text), " holds more than one formula"));
  } catch (const mu::Parser::exception_type& error) {
    where.fail(cat(in_quotes(text), " is no formula: ", sentence(error)));
  }
}

Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

double Expression::operator()(const std::function<double(std::string_view)>& value_of) const {
  const auto& used = state_->parser.GetUsedVar();
  for (const auto& [name, address] : used) *address = value_of(name);
  try {
    return state_->parser.Eval();
  } catch (const mu::Parser::exception_type&) {
    return std::nan("");  // outside a function's domain
  }
}

}  // namespace penchant
