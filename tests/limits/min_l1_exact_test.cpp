// Small hostile problems, every sentence of the answer checked in exact arithmetic.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "penchant/core/text.h"
#include "penchant/limits/certify.h"
#include "penchant/limits/solve.h"
#include "support/l1_problems.h"
#include "support/rational_simplex.h"

namespace penchant {
namespace {

using namespace penchant::testing;

// Printed bounds and objectives are doubles: they may miss the optimum by this share of it.
const Rational kRounding = Rational(1, 1000000000);
constexpr double kFits = 1e-9;

Rational objective_of(const MinL1& limit, const Vector& beta) {
  Rational sum = 0;
  for (Index j = 0; j < beta.size(); ++j) {
    const Vector& prices = beta[j] < 0 && limit.negative_weights.size() > 0 ? limit.negative_weights : limit.weights;
    sum += Rational(std::abs(beta[j])) * Rational(prices.size() > 0 ? prices[j] : 1.0);
  }
  return sum;
}

double misfit_of(const MinL1& limit, const Vector& beta) {
  const RationalMatrix x = rational(*limit.x->dense());
  const RationalVector b = rational(beta);
  Rational squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Rational r = rational_dot(x[i], b) - Rational(limit.y[static_cast<Index>(i)]);
    squares += r * r;
  }
  const double size = limit.y.norm();
  return std::sqrt(squares.convert_to<double>()) / (size > 0 ? size : 1.0);
}

void expect_true_bounds(const Certificate& certificate, const ExactMinL1& exact) {
  EXPECT_NE(certificate.kind, CertificateKind::infeasible) << certificate.text;
  if (std::isfinite(certificate.lower)) {
    EXPECT_LE(Rational(certificate.lower), exact.value * (1 + kRounding));
  }
  if (std::isfinite(certificate.upper)) {
    EXPECT_GE(Rational(certificate.upper), exact.value * (1 - kRounding));
  }
  if (certificate.unique) {
    EXPECT_EQ(*certificate.unique, exact.unique) << certificate.text;
  }
}

// Nothing that is said of the problem is wrong; whether something was said.
bool expect_truth(const MinL1& limit) {
  const ExactMinL1 exact = exact_min_l1(limit);
  const Solution solution = solve(limit);
  const Status status = solution.outcome.status;
  if (!exact.feasible) {
    EXPECT_NE(status, Status::solved) << solution.outcome.text;
    EXPECT_NE(status, Status::almost_solved) << solution.outcome.text;
    return status == Status::infeasible;
  }
  EXPECT_NE(status, Status::infeasible) << solution.outcome.text << " / " << solution.certificate.text;
  expect_true_bounds(solution.certificate, exact);
  if (status != Status::solved) return false;
  const Vector& beta = solution.predictor.values;
  const Rational excess = objective_of(limit, beta) - exact.value;
  EXPECT_LE(abs(excess), exact.value * 10 * kRounding) << solution.certificate.text;
  EXPECT_LE(misfit_of(limit, beta), kFits);
  if (limit.positive) {
    EXPECT_GE(beta.minCoeff(), 0.0);
  }
  if (solution.certificate.unique.value_or(false) && std::isfinite(solution.certificate.distance_bound)) {
    Rational squares = 0;
    for (Index j = 0; j < beta.size(); ++j) {
      const Rational away = exact.beta[static_cast<std::size_t>(j)] - Rational(beta[j]);
      squares += away * away;
    }
    EXPECT_LE(std::sqrt(squares.convert_to<double>()), solution.certificate.distance_bound * (1 + 1e-6) + 1e-13 * beta.norm());
  }
  return true;
}

TEST(ExactAnswers, rows_of_unequal_size_are_fitted_by_what_fits_them) {
  Matrix x(2, 2);
  x << 0x1p27, 0x1p27, -0x1p-8, 0;  // β = (1, -2)
  MinL1 limit = min_l1(x, Vector{{-0x1p27, -0x1p-8}});
  limit.weights = Vector{{8.0, 2.0}};
  EXPECT_TRUE(expect_truth(limit));
}

TEST(ExactAnswers, a_tiny_feature_that_alone_has_the_right_sign_fits) {
  Matrix x(1, 2);
  x << 0x1p-13, -0x1p25;
  MinL1 limit = min_l1(x, Vector{{1.0}});
  limit.positive = true;  // β = (2^13, 0)
  EXPECT_TRUE(expect_truth(limit));
}

TEST(ExactAnswers, a_tiny_row_that_contradicts_a_copy_of_it_is_seen) {
  Matrix x(3, 3);
  x << 0x1p20, 0, 0, 0, 0x1p-26, 0x1p-26, 0, 0x1p-26, 0x1p-26;
  EXPECT_TRUE(expect_truth(min_l1(x, Vector{{0x1p20, 0x1p-26, 0x1p-25}}))) << "infeasible, with a proof";
}

TEST(ExactAnswers, a_tie_that_is_broken_below_the_last_digit_is_not_called_one) {
  // x_2 = 0.1 x_0 + 0.2 x_1 costs what they cost in double, and 3e-17 more in truth: β = (1, 1, 0) alone.
  Matrix x(2, 3);
  x << 1, 0, 0.1, 0, 1, 0.2;
  MinL1 limit = min_l1(x, Vector{{1.0, 1.0}});
  limit.weights = Vector{{1.0, 1.0, 0.1 + 0.2}};
  EXPECT_TRUE(exact_min_l1(limit).unique);
  EXPECT_TRUE(expect_truth(limit));
}

TEST(ExactAnswers, the_last_bit_of_a_target_decides) {
  Matrix x(2, 1);
  x << 1, 1;
  EXPECT_EQ(solve(min_l1(x, Vector{{1.0, 1.0 + 0x1p-20}})).outcome.status, Status::infeasible);
  EXPECT_EQ(solve(min_l1(x, Vector{{1.0, 1.0}})).outcome.status, Status::solved);
}

// Problems of exact data: few bits an entry, so that what is planted is fitted exactly, then rows or columns in units that differ
// by powers of two.
class Hostile {
 public:
  explicit Hostile(unsigned seed) : random_(seed) {}

  MinL1 next() {
    const Index n = 1 + below(6), d = 1 + below(9);
    const int kind = below(3);
    const auto entry = [&] { return kind == 0 ? dyadic() : kind == 1 ? below(7) - 3.0 : below(3) - 1.0; };
    Matrix x(n, d);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < d; ++j) x(i, j) = entry();
    if (one_in(5)) x.row(below(n)) = Vector(x.row(below(n)).transpose()).transpose();
    if (one_in(5)) x.row(below(n)) = (x.row(below(n)) + x.row(below(n))).eval();
    if (one_in(5)) x.col(below(d)) = (one_in(2) ? 1.0 : -1.0) * Vector(x.col(below(d)));
    if (one_in(6)) x.col(below(d)).setZero();
    if (one_in(6)) x.row(below(n)).setZero();
    Vector planted = Vector::Zero(d);
    const bool nonnegative = one_in(2);
    for (int k = 1 + below(d); k > 0; --k) {
      const double value = kind == 0 ? dyadic() : below(5) - 2.0;
      planted[below(d)] = nonnegative ? std::abs(value) : value;
    }
    Vector y = x * planted;
    if (one_in(5))
      for (Index i = 0; i < n; ++i) y[i] = below(7) - 3.0;
    if (one_in(3)) change_units(x, y);
    MinL1 limit = min_l1(std::move(x), std::move(y));
    limit.positive = one_in(3);
    if (one_in(2)) limit.weights = prices(d);
    if (!limit.positive && one_in(3)) limit.negative_weights = prices(d);
    return limit;
  }

 private:
  static constexpr int kFarthest = 27;

  Index below(Index n) { return static_cast<Index>(random_() % static_cast<unsigned>(n)); }
  bool one_in(int n) { return below(n) == 0; }
  double dyadic() { return (below(1 << 18) - (1 << 17)) * 0x1p-16; }
  double power() { return std::exp2(below(2 * kFarthest + 1) - kFarthest); }

  void change_units(Matrix& x, Vector& y) {
    if (one_in(2)) {
      for (Index j = 0; j < x.cols(); ++j) x.col(j) *= power();
    } else {
      for (Index i = 0; i < x.rows(); ++i) {
        const double unit = power();
        x.row(i) *= unit;
        y[i] *= unit;
      }
    }
  }

  Vector prices(Index d) {
    const bool far = one_in(2);
    Vector out(d);
    for (Index j = 0; j < d; ++j) out[j] = far ? std::exp2(below(15) - 7) : 1.0 + below(3);
    return out;
  }

  std::mt19937 random_;
};

class HostileMinL1 : public ::testing::TestWithParam<unsigned> {};

TEST_P(HostileMinL1, says_nothing_wrong_and_seldom_nothing) {
  constexpr int kProblems = 60;
  Hostile problems(GetParam());
  int open = 0;
  for (int k = 0; k < kProblems; ++k) {
    const MinL1 limit = problems.next();
    SCOPED_TRACE(cat("seed ", GetParam(), ", problem ", k));
    open += !expect_truth(limit);
  }
  EXPECT_LE(open, 2);
}

INSTANTIATE_TEST_SUITE_P(Seeds, HostileMinL1, ::testing::Range(0u, 10u));

}  // namespace
}  // namespace penchant
