// A linear model on numbers in memory, and the answers of linear algebra for it by the plainest route.
#pragma once

#include <memory>

#include "penchant/core/decompositions.h"
#include "penchant/problem.h"

namespace penchant::testing {

inline DatasetPtr dataset_of(Matrix x, Vector y) {
  auto data = std::make_shared<Dataset>();
  data->features = std::make_shared<DenseMap>(std::move(x));
  data->targets = std::move(y);
  return data;
}

inline Problem linear_problem(Matrix x, Vector y, const Vector& beta_0, LossSpec loss = Squared{}) {
  return make_problem(dataset_of(std::move(x), std::move(y)), Linear{}, loss, Start{{SignedLog::from(beta_0)}});
}

// X^+ b by a full singular value decomposition.
inline Vector pseudo_inverse_times(const Matrix& x, const Vector& b) {
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(Eigen::MatrixXd(x), Eigen::ComputeThinU | Eigen::ComputeThinV);
  return svd.solve(b);
}

// argmin ‖β-β_0‖₂ over the least-squares solutions: β_0 + X^+ (y - X β_0).
inline Vector nearest_fit(const Matrix& x, const Vector& y, const Vector& beta_0) {
  return beta_0 + pseudo_inverse_times(x, y - x * beta_0);
}

}  // namespace penchant::testing
