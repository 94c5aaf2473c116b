// C1 and C2 on a thousand random problems: sizes, depths, signs and starts. Not one violation.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "penchant/limits/solve.h"
#include "penchant/theory/small_start.h"
#include "support/planted.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;

constexpr int kProblems = 1000;
// Both norms come from solvers that certify 1e-12.
constexpr double kSolved = 1e-10;

struct Drawn {
  MapPtr x;
  Vector y;
  Index d = 0;
};

class Draw {
 public:
  explicit Draw(int problem) : engine_(static_cast<std::uint64_t>(problem)), seed_(10 * static_cast<std::uint64_t>(problem)) {}

  int whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
  double real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine_); }

  // y = X b for a b with a few entries or many, of one sign or both, and of a size from 1e-3 to 1e3.
  Drawn problem(bool positive) {
    const Index n = whole(1, 10), d = n + whole(1, 25);
    const Matrix x = gaussian_matrix(n, d, seed_);
    Vector b = gaussian_vector(d, seed_ + 1);
    if (positive) b = b.cwiseAbs();
    if (whole(0, 1) == 0) b.tail(d - std::min<Index>(d, 1 + n / 2)).setZero();
    return {std::make_shared<DenseMap>(x), std::pow(10.0, real(-3.0, 3.0)) * (x * b), d};
  }

  // u and v (signed) of up to a factor e^3 between the features at N = 2, all equal beyond: what the bound speaks of.
  // ‖x_0‖₁ is 10^-8 … 1 times `below`.
  DiagonalStart start(int depth, bool positive, Index d, double below) {
    DiagonalStart out{depth, Vector::Zero(d), {}};
    const bool shaped = depth == 2 && whole(0, 1) == 0;
    if (shaped)
      for (double& log_u : out.log_u) log_u = real(-1.5, 1.5);
    if (!positive) {
      out.log_v = out.log_u;
      if (shaped && whole(0, 1) == 0)
        for (double& log_v : out.log_v) log_v = real(-1.5, 1.5);
    }
    const double shift = (std::log(below) + std::log(10.0) * real(-8.0, 0.0) - out.log_sum()) / depth;
    out.log_u.array() += shift;
    if (!positive) out.log_v.array() += shift;
    return out;
  }

 private:
  std::mt19937_64 engine_;
  std::uint64_t seed_;
};

// A point and how far ‖β‖₁ and ‖β‖₂ of the true one may be from its own, as certified.
struct Solved {
  Vector beta;
  double l1_error = 0.0, l2_error = 0.0;
};

class Solver {
 public:
  Solved operator()(const Limit& limit) {
    const Solution out = solve(limit);
    ++solved_;
    const double root = std::sqrt(static_cast<double>(out.predictor.values.size())), size = kSolved * out.predictor.values.norm();
    if (out.outcome.status == Status::solved) return {out.predictor.values, root * size, size};
    const double bound = out.certificate.distance_bound + size;
    const bool known = out.certificate.feasibility < kSolved && std::isfinite(bound);
    if (!known) ++unknown_;
    return {out.predictor.values, known ? root * bound : INFINITY, known ? bound : INFINITY};
  }

  // Of a thousand problems of every size a few are past the solver's promise; almost none past any certificate.
  void expect_nearly_all_known() const { EXPECT_LE(unknown_, solved_ / 100) << "of " << solved_; }

 private:
  int solved_ = 0, unknown_ = 0;
};

double least_l1(Solver& solver, const Drawn& p, bool positive) {
  return solver(MinL1{.x = p.x, .y = p.y, .weights = {}, .negative_weights = {}, .positive = positive}).beta.lpNorm<1>();
}

// Chou, Maly, Rauhut 2023: ‖x_inf‖₁/Q - 1 <= ε for β₁ < Q.
TEST(TheoremC2, no_random_problem_exceeds_its_bound) {
  double nearest = 0.0;
  Solver solver;
  for (int problem = 0; problem < kProblems; ++problem) {
    Draw draw(problem);
    const int depth = draw.whole(2, 6);
    const bool positive = draw.whole(0, 1) == 0;
    const Drawn p = draw.problem(positive);
    const double q = least_l1(solver, p, positive);
    const DiagonalStart start = draw.start(depth, positive, p.d, q);
    const auto epsilon = l1_excess(start, q);
    ASSERT_TRUE(epsilon) << "problem " << problem;
    const Solved end = solver(BregmanProjection{p.x, p.y, flow_potential(start), flow_origin(start)});
    const double norm = end.beta.lpNorm<1>();
    EXPECT_LE(norm, (1.0 + *epsilon) * q * (1.0 + kSolved) + end.l1_error)
        << "problem " << problem << ", depth " << depth << (positive ? ", positive" : "");
    EXPECT_GE(norm, q * (1.0 - kSolved) - end.l1_error) << "problem " << problem;
    nearest = std::max(nearest, (norm / q - 1.0) / *epsilon);
  }
  solver.expect_nearly_all_known();
  EXPECT_GT(nearest, 0.1) << "a bound that no problem comes near would hold with another formula too";
}

// S4 has β₁ = α√N and β_min = α: with them the bound is violated.
TEST(TheoremC2, the_slide_s_beta_1_is_violated) {
  int violations = 0;
  Solver solver;
  for (int problem = 0; problem < 50; ++problem) {
    Draw draw(problem);
    const Drawn p = draw.problem(true);
    const double q = least_l1(solver, p, true), alpha = std::sqrt(0.3 * q / static_cast<double>(p.d)),
                 slide_sum = alpha * std::sqrt(2.0), slide_min = alpha;
    if (!(slide_sum < q)) continue;
    const DiagonalStart start{2, Vector::Constant(p.d, std::log(alpha)), {}};
    const Solved end = solver(BregmanProjection{p.x, p.y, flow_potential(start), flow_origin(start)});
    if (end.beta.lpNorm<1>() - end.l1_error > (1.0 + std::log(slide_sum / slide_min) / std::log(q / slide_sum)) * q) ++violations;
  }
  EXPECT_GT(violations, 0);
}

// Woodworth et al. 2020, Theorems 2 and 3, at their own thresholds.
TEST(TheoremC1, no_random_problem_breaks_a_threshold) {
  Solver solver;
  for (int problem = 0; problem < kProblems; ++problem) {
    Draw draw(problem);
    const Drawn p = draw.problem(false);
    const double q = least_l1(solver, p, false), r = solver(MinDistance{p.x, p.y, {}}).beta.norm();
    const double epsilon = std::min(std::pow(10.0, draw.real(-2.0, 1.0)), 0.9 * static_cast<double>(p.d));
    const auto at = [&](double log_alpha) {
      return solver(BregmanProjection{p.x, p.y, Hypentropy{std::log(2.0) + 2.0 * log_alpha}, {}});
    };
    const Solved rich = at(rich_log_alpha(epsilon, q, static_cast<double>(p.d))), kernel = at(kernel_log_alpha(epsilon, r));
    EXPECT_LE(rich.beta.lpNorm<1>(), (1.0 + epsilon) * q * (1.0 + kSolved) + rich.l1_error)
        << "problem " << problem << ", ε " << epsilon;
    EXPECT_LE(kernel.beta.norm(), std::sqrt(1.0 + epsilon) * r * (1.0 + kSolved) + kernel.l2_error)
        << "problem " << problem << ", ε " << epsilon;
  }
  solver.expect_nearly_all_known();
}

}  // namespace
}  // namespace penchant
