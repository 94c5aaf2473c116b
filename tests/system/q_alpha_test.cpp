// The limit of diagonal networks, N = 2…6, starts from 10 down to 1e-300 (N = 2) and 1e-60 (N > 2),
// judged in extended precision: Xβ = y, and every coordinate of β is where X^T s says it is.
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "penchant/limits/certify.h"
#include "penchant/limits/solvers/solvers.h"
#include "support/q_alpha_cases.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

// Exponents to e^±4000 and 50 digits.
using Wide = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50>, boost::multiprecision::et_off>;

constexpr double kFit = 1e-12;        // ‖Xβ-y‖/‖y‖
constexpr double kOptimal = 1e-9;     // |h⁻¹(β_j/α^N) - x_j·s|, or the relative error of the log slack
constexpr double kCertified = 1e-10;  // relative gap

Wide log_of(const Predictor& beta, Index j) {
  return beta.logs.size() > 0 ? Wide(beta.logs.log_abs[j]) : Wide(log(abs(Wide(beta.values[j]))));
}
double sign_of(const Predictor& beta, Index j) {
  return beta.logs.size() > 0 ? beta.logs.sign[j] : double((beta.values[j] > 0.0) - (beta.values[j] < 0.0));
}

double fit(const Matrix& x, const Vector& y, const Predictor& beta) {
  Wide miss = 0, size = 0;
  for (Index i = 0; i < x.rows(); ++i) {
    Wide r = -Wide(y[i]);
    for (Index j = 0; j < x.cols(); ++j) r += Wide(x(i, j)) * beta.values[j];
    miss += r * r;
    size += Wide(y[i]) * y[i];
  }
  return static_cast<double>(sqrt(miss / size));
}

Wide image(const Matrix& x, const Vector& s, Index j) {
  Wide z = 0;
  for (Index i = 0; i < x.rows(); ++i) z += Wide(x(i, j)) * s[i];
  return z;
}

// z of β = 2α² sinh z, or of β = α² e^z.
Wide inverse_depth_two(Wide log_beta, double sign, double log_alpha, bool positive) {
  if (positive) return log_beta - 2 * Wide(log_alpha);
  if (sign == 0.0) return 0;
  const Wide ratio = exp(log_beta - log(Wide(2)) - 2 * Wide(log_alpha));
  return sign * log(ratio + sqrt(ratio * ratio + 1));
}

// log slack 1 - |z| of |β| = α^N [(1-z)^{-q} - (1+z)^{-q}], or 1 - z of β = α^N (1-z)^{-q}; fixed point, then Newton.
Wide inverse_slack(Wide log_beta, int depth, double log_alpha, bool positive) {
  const Wide q = Wide(depth) / (depth - 2), b = exp(log_beta - depth * Wide(log_alpha));
  if (positive) return pow(b, -1 / q);
  Wide low = 0, high = 1;  // slack
  const auto h = [&](const Wide& x) { return Wide(pow(x, -q) - pow(2 - x, -q)); };
  Wide x = pow(b + 1, -1 / q);
  for (int k = 0; k < 100; ++k) {
    const Wide miss = h(x) - b;
    (miss > 0 ? low : high) = x;
    Wide next = x + miss / (q * (pow(x, -q - 1) + pow(2 - x, -q - 1)));
    if (abs(next - x) <= 1e-30 * x) break;
    if (next <= low || next >= high) next = (low + high) / 2;
    x = next;
  }
  return x;
}

struct Worst {
  double fit = 0.0, optimality = 0.0, gap = 0.0;
};

void judge(const testing::FitCase& data, int depth, double log_alpha, bool positive, bool product) {
  const Index d = data.x.cols();
  const Vector start = Vector::Constant(d, log_alpha);
  const Vector& y = positive ? data.y_positive : data.y;
  BregmanProjection limit{std::make_shared<DenseMap>(data.x), y, Hypentropy{std::log(2.0) + 2.0 * log_alpha}, {}};
  if (depth == 2 && positive) {
    limit.potential = Entropy{};
    limit.origin = SignedLog::constant(d, 2.0 * log_alpha);
  }
  if (depth > 2) limit.potential = DeepDiagonal{depth, start, positive ? Vector() : start};
  if (product) limit.potential = ShiftedHypentropy{start, start};
  const Solution s = solve_bregman_projection(limit, {});
  const Certificate c = certify_bregman_projection(limit, s);
  const std::string where = data.name + ", N = " + std::to_string(depth) + ", log α = " + std::to_string(log_alpha) +
                            (positive ? ", positive: " : ": ") + s.outcome.text + "; " + c.text;
  EXPECT_EQ(s.outcome.status, Status::solved) << where;
  // From a start far above the data β itself is large, and rounding it to doubles moves Xβ by eps |X||β|.
  const double rounding = testing::kEps * (data.x.cwiseAbs() * s.predictor.values.cwiseAbs()).norm() / y.norm();
  EXPECT_LE(fit(data.x, y, s.predictor), std::max(kFit, 8.0 * rounding)) << where;
  EXPECT_EQ(c.kind, CertificateKind::bracket) << where;
  EXPECT_LE(c.relative_gap, kCertified) << where;
  Wide worst = 0;
  for (Index j = 0; j < d; ++j) {
    const Wide z = image(data.x, s.dual, j), log_beta = log_of(s.predictor, j);
    const double sign = sign_of(s.predictor, j);
    Wide error;
    if (depth == 2) {
      error = abs(inverse_depth_two(log_beta, sign, log_alpha, positive) - z);
    } else {
      const Wide slack = inverse_slack(log_beta, depth, log_alpha, positive);
      error = abs((positive ? Wide(1 - slack) : Wide(sign * (1 - slack))) - z);
      // What s in doubles cannot say: the slack the solver carries against the one β needs.
      if (log(slack) < -1) error = std::max<Wide>(error, abs((Wide(s.log_slack[j]) - log(slack)) / log(slack)));
    }
    worst = std::max<Wide>(worst, error);
  }
  EXPECT_LE(static_cast<double>(worst), kOptimal) << where;
}

class QAlpha : public ::testing::TestWithParam<std::tuple<int, double>> {};

TEST_P(QAlpha, is_solved_to_its_promise_in_every_form) {
  const auto [depth, alpha] = GetParam();
  for (const testing::FitCase& data : testing::fit_cases()) {
    judge(data, depth, std::log(alpha), false, false);
    judge(data, depth, std::log(alpha), true, false);
    if (depth == 2) judge(data, depth, std::log(alpha), false, true);
  }
}

INSTANTIATE_TEST_SUITE_P(DepthTwo, QAlpha,
                         ::testing::Combine(::testing::Values(2),
                                            ::testing::Values(10.0, 1.0, 1e-1, 1e-2, 1e-4, 1e-8, 1e-16, 1e-30, 1e-100, 1e-300)));
INSTANTIATE_TEST_SUITE_P(Deep, QAlpha,
                         ::testing::Combine(::testing::Values(3, 4, 5, 6),
                                            ::testing::Values(10.0, 1.0, 1e-1, 1e-2, 1e-4, 1e-8, 1e-20, 1e-60)));

}  // namespace
}  // namespace penchant
