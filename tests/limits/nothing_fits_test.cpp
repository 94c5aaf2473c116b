// That nothing fits is said where it is proven, and only there.
#include <gtest/gtest.h>

#include "penchant/limits/solve.h"

namespace penchant {
namespace {

MapPtr map_of(const Matrix& x) { return std::make_shared<DenseMap>(x); }

// A positive point fits by construction, with a feature that is 10^8 times smaller than another: no dual proves that nothing does,
// though X^T ν >= 0 holds to 1e-9 of ‖x_j‖‖ν‖.
TEST(NothingFits, is_not_said_by_an_entropy_projection_against_a_point_that_fits) {
  Matrix x(3, 3);
  x << 0.00018532260902953611, 114615.66855970636, 176.34314537773673, 4.055749114494083e-05, 313.35515224188248,
      27.602437606933247, 0.00010038949192930228, 67689.557352186064, 88.884393463029227;
  Solution point;
  point.predictor = Predictor::vector(Vector{{0.058682848329435752, 1.7681746058732724, 0.54824256639821989}});
  point.dual = Vector{{-99969.597333357946, 94999.834264535355, 168834.21885874728}};
  const Vector y = x * point.predictor.values;
  for (const Potential& potential : {Potential(Entropy{}), Potential(Burg{})})
    EXPECT_NE(certify(BregmanProjection{map_of(x), y, potential, SignedLog::constant(3, 0.0)}, point).kind,
              CertificateKind::infeasible);
}

// A row of zeros asks 3e-8 of 0, which is nothing beside the other rows, and nothing fits all the same.
TEST(NothingFits, is_proven_by_a_row_of_zeros_however_small_its_target) {
  const Vector y{{-16777216, 0, 2.9802322387695312e-08}};
  for (const bool positive : {false, true}) {
    const Solution s = solve(MinL1{.x = map_of(Matrix{{-8388608.0}, {0.0}, {0.0}}), .y = y, .weights = {}, .negative_weights = {},
                                   .positive = positive});
    EXPECT_EQ(s.outcome.status, Status::infeasible) << s.outcome.text;
  }
}

}  // namespace
}  // namespace penchant
