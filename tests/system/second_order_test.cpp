// Conjugate gradients, BFGS from H_0 = I and L-BFGS stay in beta_0 + row(X) and end at the nearest fit (theory A2).
#include <gtest/gtest.h>

#include <functional>

#include "penchant/core/binary.h"
#include "penchant/dynamics/bfgs.h"
#include "support/descriptions.h"
#include "support/linear_problem.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace testing;

constexpr double kSame = 1e-10;  // promised: row space and limit

struct Method {
  const char* name;
  std::function<std::unique_ptr<Stepper>(const Problem&)> make;
};
const Method kMethods[] = {{"conjugate_gradient", [](const Problem& p) { return make_conjugate_gradient(p, {}); }},
                           {"bfgs", [](const Problem& p) { return make_bfgs(p, {}); }},
                           {"lbfgs 3", [](const Problem& p) { return make_lbfgs(p, {.memory = 3}); }},
                           {"lbfgs 10", [](const Problem& p) { return make_lbfgs(p, {.memory = 10}); }}};

// Runs to rest, or to the residual; the largest distance from the row space on the way is returned.
double run(Stepper& stepper, double residual, double max_steps) {
  double alignment = 0.0;
  while (stepper.progress().residual > residual && stepper.progress().steps < max_steps) {
    if (!stepper.advance(kInfinity, 1)) break;
    alignment = std::max(alignment, stepper.snapshot().alignment);
  }
  return alignment;
}

TEST(SecondOrder, iterates_stay_in_the_row_space_and_end_at_the_nearest_fit) {
  for (const auto& [n, d] : {std::pair{3, 8}, std::pair{10, 40}, std::pair{20, 25}, std::pair{30, 300}}) {
    const Matrix x = gaussian_matrix(n, d, static_cast<std::uint64_t>(n));
    const Vector y = gaussian_vector(n, 1), start = gaussian_vector(d, 2);
    const Vector nearest = nearest_fit(x, y, start);
    for (const Method& method : kMethods) {
      const auto stepper = method.make(linear_problem(x, y, start));
      EXPECT_LE(run(*stepper, 1e-13, 5000), kSame) << method.name << " " << n << " x " << d;
      EXPECT_LE(stepper->progress().residual, 1e-12) << method.name << " " << n << " x " << d << ": " << stepper->failure_text();
      EXPECT_LE(relative_distance(stepper->snapshot().predictor.values, nearest), kSame) << method.name << " " << n << " x " << d;
    }
  }
}

TEST(SecondOrder, inconsistent_targets_end_at_the_nearest_least_squares_solution) {
  Matrix x = gaussian_matrix(8, 12, 3);
  x.row(7) = x.row(0);
  x.row(6) = 2.0 * x.row(1);
  const Vector y = gaussian_vector(8, 4), start = gaussian_vector(12, 5);
  for (const Method& method : kMethods) {
    const auto stepper = method.make(linear_problem(x, y, start));
    EXPECT_LE(run(*stepper, 0.0, 5000), kSame) << method.name;
    EXPECT_EQ(stepper->failure(), StopReason::stationary) << method.name << ": " << stepper->failure_text();
    EXPECT_LE(relative_distance(stepper->snapshot().predictor.values, nearest_fit(x, y, start)), kSame) << method.name;
  }
}

TEST(SecondOrder, conjugate_gradients_end_within_rank_steps_on_well_conditioned_data) {
  const Index n = 12;
  Matrix x = gaussian_matrix(n, 60, 6);
  x.row(n - 1) = x.row(0) + x.row(1);
  const Vector y = x * gaussian_vector(60, 7);
  const auto stepper = make_conjugate_gradient(linear_problem(x, y, Vector::Zero(60)), {});
  run(*stepper, 1e-10, 1000);  // what is 0 after the last of them without rounding is 1e-12 or so with it
  EXPECT_LE(stepper->progress().steps, static_cast<double>(n - 1));
  EXPECT_GE(stepper->progress().steps, 5.0) << "and not before, with as many different singular values";
}

TEST(SecondOrder, another_loss_with_a_finite_root_has_the_same_limit) {
  const Matrix x = gaussian_matrix(6, 20, 8);
  const Vector y = gaussian_vector(6, 9), start = gaussian_vector(20, 10);
  for (const Method& method : {kMethods[1], kMethods[3]}) {
    const auto stepper = method.make(linear_problem(x, y, start, LogCosh{}));
    EXPECT_LE(run(*stepper, 1e-13, 5000), kSame) << method.name;
    EXPECT_LE(relative_distance(stepper->snapshot().predictor.values, nearest_fit(x, y, start)), kSame) << method.name;
  }
}

// Negative control: H_0 is not a multiple of I. Directions are then D X^T times something,
// and the end is the nearest fit in another metric.
class Preconditioned final : public InverseHessian {
 public:
  explicit Preconditioned(Vector diagonal) : diagonal_(std::move(diagonal)) {}
  Vector times(const Vector& g) const override { return diagonal_.cwiseProduct(g); }
  void update(const Vector&, const Vector&) override {}
  void reset() override {}
  void save(Writer& out) const override { out.vector(diagonal_); }
  void load(Reader& in) override { diagonal_ = in.vector(); }

 private:
  Vector diagonal_;
};

TEST(SecondOrder, another_first_inverse_hessian_ends_elsewhere) {
  const Matrix x = gaussian_matrix(3, 8, 11);
  const Vector y = gaussian_vector(3, 12), start = Vector::Zero(8);
  const Vector diagonal = 0.02 * Vector(gaussian_vector(8, 13).cwiseAbs().array() + 0.2);
  const auto stepper = make_quasi_newton(linear_problem(x, y, start), "preconditioned", std::make_unique<Preconditioned>(diagonal));
  EXPECT_GE(run(*stepper, 1e-12, 20'000), 0.1) << "out of the row space";
  EXPECT_LE(stepper->progress().residual, 1e-10);
  const Vector end = stepper->snapshot().predictor.values;
  EXPECT_GE(relative_distance(end, nearest_fit(x, y, start)), 0.01);
  // In the metric of D^{-1} it is the nearest: D X^T (X D X^T)^{-1} y.
  const Vector root = diagonal.cwiseSqrt();
  const Vector in_metric = root.cwiseProduct(testing::pseudo_inverse_times(x * root.asDiagonal(), y));
  EXPECT_LE(relative_distance(end, in_metric), 1e-8);
}

}  // namespace
}  // namespace penchant
