#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "penchant/core/decompositions.h"
#include "penchant/limits/solvers/homotopy_kernels.h"
#include "penchant/limits/solvers/homotopy_qr.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using namespace penchant::testing;
using l1::ActiveQr;

TEST(HomotopyKernels, agree_with_plain_sums_at_every_remainder) {
  for (Index rows : {1, 2, 3, 4, 5, 7, 8, 9})
    for (Index cols : {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 1023, 1024, 1025, 1031}) {
      const Matrix x = gaussian_matrix(rows, cols, 1);
      const Vector v = gaussian_vector(rows, 2), u = gaussian_vector(rows, 3);
      Vector c(cols), a(cols), squares(cols), only(cols);
      l1::correlate_pair(x.data(), rows, cols, v.data(), u.data(), c.data(), a.data());
      l1::correlate_and_measure(x.data(), rows, cols, v.data(), only.data(), squares.data());
      for (Index j = 0; j < cols; ++j) {
        double want_c = 0, want_a = 0, want_square = 0, size = 0;
        for (Index i = 0; i < rows; ++i) {
          want_c += x(i, j) * v[i];
          want_a += x(i, j) * u[i];
          want_square += x(i, j) * x(i, j);
          size += std::abs(x(i, j)) * (std::abs(v[i]) + std::abs(u[i]) + std::abs(x(i, j)));
        }
        const double tolerance = rounding(2.0 * double(rows)) * size;
        EXPECT_NEAR(c[j], want_c, tolerance) << rows << " x " << cols;
        EXPECT_NEAR(only[j], want_c, tolerance);
        EXPECT_NEAR(a[j], want_a, tolerance);
        EXPECT_NEAR(squares[j], want_square, tolerance);
      }
    }
}

TEST(HomotopyKernels, a_dot_product_has_the_same_bits_beside_any_others) {
  for (Index rows = 1; rows < 40; ++rows) {
    const Eigen::MatrixXd columns = gaussian_matrix(rows, 11, 4);
    const Vector v = gaussian_vector(rows, 5);
    std::vector<const double*> pointers;
    for (Index k = 0; k < columns.cols(); ++k) pointers.push_back(columns.col(k).data());
    std::vector<double> all(11), one(1);
    l1::column_dots(pointers.data(), pointers.size(), static_cast<std::size_t>(rows), v.data(), all.data());
    for (std::size_t k = 0; k < pointers.size(); ++k) {
      l1::column_dots(&pointers[k], 1, static_cast<std::size_t>(rows), v.data(), one.data());
      EXPECT_EQ(all[k], one[0]) << rows;
      EXPECT_NEAR(all[k], columns.col(static_cast<Index>(k)).dot(v),
                  rounding(2.0 * double(rows)) * columns.col(static_cast<Index>(k)).norm() * v.norm());
    }
  }
}

TEST(HomotopyKernels, pair_of_dots_agrees_with_plain_sums_at_every_remainder) {
  for (Index count = 0; count < 70; ++count) {
    const Vector row = gaussian_vector(count, 1), v = gaussian_vector(count, 2), u = gaussian_vector(count, 3);
    double out[2];
    l1::pair_dots(row.data(), static_cast<std::size_t>(count), v.data(), u.data(), out);
    const double tolerance = rounding(2.0 * double(count + 1)) * row.norm();
    EXPECT_NEAR(out[0], row.dot(v), tolerance * v.norm()) << count;
    EXPECT_NEAR(out[1], row.dot(u), tolerance * u.norm()) << count;
  }
}

TEST(ActiveQr, follows_insertions_and_removals) {
  const Index n = 23;
  const Eigen::MatrixXd columns = gaussian_matrix(n, 20, 6);
  const Vector y = gaussian_vector(n, 7);
  ActiveQr qr(y);
  std::vector<Index> active;
  std::vector<double> prices;
  for (int step = 0; step < 200; ++step) {
    const Index j = (7 * step + step / 20) % 20;
    const auto at = std::find(active.begin(), active.end(), j);
    if (at == active.end()) {
      prices.push_back(step % 3 ? 1.0 : -0.5);
      EXPECT_TRUE(qr.insert(columns.col(j).data(), prices.back()));
      active.push_back(j);
    } else {
      qr.remove(at - active.begin());
      prices.erase(prices.begin() + (at - active.begin()));
      active.erase(at);
    }
    Eigen::MatrixXd part(n, static_cast<Index>(active.size()));
    for (std::size_t k = 0; k < active.size(); ++k) part.col(static_cast<Index>(k)) = columns.col(active[k]);
    if (active.empty()) continue;
    const Eigen::HouseholderQR<Eigen::MatrixXd> factors(part);
    const Vector fit = factors.solve(y), s = Eigen::Map<Vector>(prices.data(), static_cast<Index>(prices.size()));
    const Vector slope = (part.transpose() * part).ldlt().solve(s);
    Vector got_fit, got_slope;
    qr.coefficients(got_fit, got_slope);
    // Condition numbers of such columns stay below 1e2; the Gram matrix of the reference squares that.
    constexpr double kDrift = 1e-11;
    EXPECT_LE(relative_distance(got_fit, fit), kDrift);
    EXPECT_LE(relative_distance(got_slope, slope), kDrift);
    EXPECT_LE((qr.residual() - (y - part * fit)).norm(), kDrift);
    EXPECT_LE((qr.dual() - part * slope).norm(), kDrift);
    EXPECT_LE(relative_distance(qr.least_norm(s), part * slope), kDrift);
    EXPECT_LE(relative_distance(qr.least_squares(y), fit), kDrift);
  }
}

TEST(ActiveQr, column_in_the_span_is_turned_away_and_changes_nothing) {
  const Eigen::MatrixXd columns = gaussian_matrix(9, 3, 8);
  const Vector y = gaussian_vector(9, 9);
  ActiveQr qr(y);
  qr.insert(columns.col(0).data(), 1.0);
  qr.insert(columns.col(1).data(), 1.0);
  const Vector residual = qr.residual(), inside = 3.0 * columns.col(0) - columns.col(1);
  EXPECT_FALSE(qr.insert(inside.data(), 1.0));
  EXPECT_EQ(qr.size(), 2);
  EXPECT_EQ(qr.residual(), residual);
  EXPECT_TRUE(qr.insert(columns.col(2).data(), 1.0));
}

}  // namespace
}  // namespace penchant
