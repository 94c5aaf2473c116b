#include "penchant/theory/diagonal_start.h"

#include <cmath>
#include <limits>

#include "penchant/core/text.h"

namespace penchant {

namespace {

constexpr double kLog2 = 0.69314718055994530942;
constexpr double kMinusInf = -std::numeric_limits<double>::infinity();

// log|a + b| for a = sa e^{la}, b = sb e^{lb}.
double log_abs_sum(double la, double sa, double lb, double sb) {
  if (sa == 0.0) return sb == 0.0 ? kMinusInf : lb;
  if (sb == 0.0) return la;
  if (la < lb) return log_abs_sum(lb, sb, la, sa);
  const double ratio = std::exp(lb - la);
  return sa == sb ? la + std::log1p(ratio) : ratio == 1.0 ? kMinusInf : la + std::log1p(-ratio);
}

// log √(a² + b²) from logs.
double log_hypot(double la, double lb) {
  const double top = std::max(la, lb);
  if (top == kMinusInf) return top;
  return top + 0.5 * std::log(std::exp(2.0 * (la - top)) + std::exp(2.0 * (lb - top)));
}

// ½|p+q| and ½|p-q| in logs.
struct Pair {
  Vector log_plus, log_minus;
};
Pair pair(const SignedLog& p, const SignedLog& q) {
  Pair out{Vector(p.size()), Vector(p.size())};
  for (Index j = 0; j < p.size(); ++j) {
    out.log_plus[j] = log_abs_sum(p.log_abs[j], p.sign[j], q.log_abs[j], q.sign[j]) - kLog2;
    out.log_minus[j] = log_abs_sum(p.log_abs[j], p.sign[j], q.log_abs[j], -q.sign[j]) - kLog2;
  }
  return out;
}

NoDiagonalStart wrong_sign(const char* factor, Index j, bool zero) {
  return {cat("factor ", factor, " starts at ", zero ? "0" : "a negative value", " at feature ", j + 1,
              zero ? ", where it stays for ever: the theorem needs a positive start" : ": the theorem needs a positive start"),
          "from positive factors the limit is a Bregman projection of the start (C, Woodworth et al. 2020)", "woodworth2020"};
}

// Even powers do not see signs.
std::optional<NoDiagonalStart> check_factor(const SignedLog& factor, const char* name, bool sign_matters) {
  for (Index j = 0; j < factor.size(); ++j)
    if (factor.sign[j] == 0.0 || (sign_matters && factor.sign[j] < 0.0)) return wrong_sign(name, j, factor.sign[j] == 0.0);
  return std::nullopt;
}

bool same(const SignedLog& a, const SignedLog& b) { return a.log_abs == b.log_abs && a.sign == b.sign; }

using Result = std::variant<DiagonalStart, NoDiagonalStart>;

NoDiagonalStart unequal(int depth, const char* what) {
  return {cat("the ", depth, " factors of ", what, " start at different values: their flow has no potential in β at depth > 2"),
          "factors that start equal stay equal, and the limit is the Bregman projection of depth N (C, Chou et al. 2023); depth 2 "
          "is exact from any start "
          "(C, Azulay et al. 2021)",
          "chou2023more azulay2021"};
}

Result product_start(const SignedLog& p, const SignedLog& q) {
  Pair w = pair(p, q);
  const Index flat_minus = (w.log_minus.array() == kMinusInf).count(), flat_plus = (w.log_plus.array() == kMinusInf).count();
  if (flat_minus == p.size()) return DiagonalStart{2, std::move(w.log_plus), {}};
  if (flat_minus + flat_plus == 0) return DiagonalStart{2, std::move(w.log_plus), std::move(w.log_minus)};
  Index j = 0;
  while (w.log_minus[j] != kMinusInf && w.log_plus[j] != kMinusInf) ++j;
  return NoDiagonalStart{
      cat("the two factors start with equal size at feature ", j + 1,
          ", which keeps the sign of β there for ever, but not with equal values at every feature: mixed signs have no solver "
          "here"),
      "factors of different size at every feature, or equal at every feature, have a limit (C, Azulay et al. 2021)", "azulay2021"};
}

Result power_start(const Diagonal& model, const Start& start) {
  const int depth = model.depth;
  const bool tied = model.factors == Factors::tied;
  if (!tied && depth == 2) {
    Result out = product_start(start.blocks.at(0), start.blocks.at(1));
    return out;
  }
  const SignedLog& w = start.blocks.at(0);
  if (auto bad = check_factor(w, "w", !tied || depth % 2 == 1)) return *bad;
  if (!tied)
    for (const SignedLog& block : start.blocks)
      if (!same(block, w)) return unequal(depth, "β = w_1 ⊙ … ⊙ w_N");
  return DiagonalStart{depth, w.log_abs, {}};
}

Result difference_start(const Diagonal& model, const Start& start) {
  const int depth = model.depth;
  const bool tied = model.factors == Factors::tied;
  const std::size_t v_at = tied ? 1 : static_cast<std::size_t>(depth);
  if (!tied && depth == 2) {
    const Pair u = pair(start.blocks.at(0), start.blocks.at(1)), v = pair(start.blocks.at(2), start.blocks.at(3));
    DiagonalStart out{2, Vector(u.log_plus.size()), Vector(u.log_plus.size())};
    for (Index j = 0; j < u.log_plus.size(); ++j) {
      out.log_u[j] = log_hypot(u.log_plus[j], v.log_minus[j]);
      out.log_v[j] = log_hypot(v.log_plus[j], u.log_minus[j]);
      if (out.log_u[j] == kMinusInf || out.log_v[j] == kMinusInf) return wrong_sign(out.log_u[j] == kMinusInf ? "u" : "v", j, true);
    }
    return out;
  }
  const SignedLog &u = start.blocks.at(0), &v = start.blocks.at(v_at);
  if (auto bad = check_factor(u, "u", !tied || depth % 2 == 1)) return *bad;
  if (auto bad = check_factor(v, "v", !tied || depth % 2 == 1)) return *bad;
  if (!tied)
    for (std::size_t k = 0; k < start.blocks.size(); ++k)
      if (!same(start.blocks[k], k < v_at ? u : v)) return unequal(depth, k < v_at ? "u" : "v");
  return DiagonalStart{depth, u.log_abs, v.log_abs};
}

}  // namespace

std::optional<double> DiagonalStart::uniform() const {
  const double log_alpha = log_u[0];
  const bool constant = (log_u.array() == log_alpha).all() && (log_v.array() == log_alpha).all();
  return constant ? std::optional(log_alpha) : std::nullopt;
}

double DiagonalStart::log_min() const {
  return depth * std::min(log_u.minCoeff(), positive() ? log_u.minCoeff() : log_v.minCoeff());
}

double DiagonalStart::log_sum() const {
  const double top = std::max(log_u.maxCoeff(), positive() ? log_u.maxCoeff() : log_v.maxCoeff());
  double sum = (depth * (log_u.array() - top)).exp().sum();
  if (!positive()) sum += (depth * (log_v.array() - top)).exp().sum();
  return depth * top + std::log(sum);
}

std::variant<DiagonalStart, NoDiagonalStart> diagonal_start(const Diagonal& model, const Start& start) {
  if (model.form == DiagonalForm::power) return power_start(model, start);
  if (model.form == DiagonalForm::difference_of_powers) return difference_start(model, start);
  if (model.depth == 2) return product_start(start.blocks.at(0), start.blocks.at(1));
  return NoDiagonalStart{
      cat("a product of ", model.depth, " separate factors has no potential in β from this start (the last factor starts at 0)"),
      "a product of two factors is exact from any start: the limit is hypentropy with c = |w_1² - w_2²|/2, its origin shifted (C, "
      "Azulay et "
      "al. 2021); equal factors of any depth are the forms power and difference_of_powers",
      "azulay2021 chou2023more"};
}

Potential flow_potential(const DiagonalStart& start) {
  if (start.depth > 2) return DeepDiagonal{start.depth, start.log_u, start.log_v};
  if (start.positive()) return Entropy{};
  if (const auto log_alpha = start.uniform()) return Hypentropy{kLog2 + 2.0 * *log_alpha};
  return ShiftedHypentropy{start.log_u, start.log_v};
}

SignedLog flow_origin(const DiagonalStart& start) {
  if (start.depth > 2 || !start.positive()) return {};
  return {2.0 * start.log_u, Vector::Ones(start.log_u.size())};
}

}  // namespace penchant
