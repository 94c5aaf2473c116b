#include "penchant/limits/lasso_face.h"

#include <gtest/gtest.h>

#include "penchant/limits/solve.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

// x = (1, 1, ½): ½(β_1 + β_2 + ½β_3 - 2)² + ½‖β‖₁ has the minimisers β_1 + β_2 = 1.5, both >= 0, β_3 = 0.
const Penalised kTwins{std::make_shared<DenseMap>(Matrix{{1.0, 1.0, 0.5}}), Vector{{2.0}}, Penalty::l1, 0.5, {}, {}};

TEST(LassoFace, the_nearest_of_twins_is_found) {
  const Solution solved = solve(kTwins);
  ASSERT_TRUE(std::isnan(solved.certificate.distance_bound));
  const auto inside = lasso_minimiser_near(kTwins, solved, Vector{{0.4, 1.1, 0.0}});
  ASSERT_TRUE(inside);
  EXPECT_LT((inside->beta - Vector{{0.4, 1.1, 0.0}}).norm(), 1e-14) << "a minimiser already";
  EXPECT_LT(inside->set_distance, 1e-7);
  EXPECT_LT(inside->distance_bound, 1e-7);
  // (0.4, 1.1, 0) + t (1, 1, 0) is nearest to it again.
  const auto beside = lasso_minimiser_near(kTwins, solved, Vector{{0.5, 1.2, 0.0}});
  EXPECT_LT((beside->beta - Vector{{0.4, 1.1, 0.0}}).norm(), 1e-14);
  EXPECT_NEAR(beside->set_distance, 0.2 / 1.5, 1e-6) << "‖X‖ = 1.5, and the fit is off by 0.2";
  const auto wrong_sign = lasso_minimiser_near(kTwins, solved, Vector{{-1.0, 1.2, 0.3}});
  EXPECT_LT((wrong_sign->beta - Vector{{0.0, 1.5, 0.0}}).norm(), 1e-14);
  EXPECT_GE(wrong_sign->set_distance, 0.3) << "no minimiser uses the third feature";
}

// Every point found is a minimiser by its own bracket, and no farther from what was given than the set allows.
TEST(LassoFace, points_found_are_minimisers) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Matrix x = testing::gaussian_matrix(4, 9, seed);
    x.col(7) = x.col(2);
    x.col(8) = -x.col(3);
    const Vector y = testing::gaussian_vector(4, 100 + seed);
    const Penalised limit{std::make_shared<DenseMap>(x), y, Penalty::l1, 0.2 * (x.transpose() * y).cwiseAbs().maxCoeff(), {}, {}};
    const Solution solved = solve(limit);
    if (!std::isnan(solved.certificate.distance_bound)) continue;
    const Vector given = solved.predictor.values + 1e-3 * testing::gaussian_vector(9, 200 + seed);
    const auto near = lasso_minimiser_near(limit, solved, given);
    if (!near) continue;
    ++found;
    Solution point;
    point.predictor = Predictor::vector(near->beta);
    point.dual = solved.dual;
    EXPECT_LT(certify(limit, point).relative_gap, 1e-12) << seed;
    EXPECT_LE(near->set_distance, (near->beta - given).norm() + 1e-7) << seed;
    EXPECT_LT(near->distance_bound, 1e-5) << seed;
  }
  EXPECT_GT(found, 10);
}

}  // namespace
}  // namespace penchant
