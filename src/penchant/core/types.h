// Dense containers used throughout. A feature matrix X is (samples, features) and row-major: one sample is contiguous.
#pragma once

#include <Eigen/Core>

namespace penchant {

using Index = Eigen::Index;
using Vector = Eigen::VectorXd;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using VecIn = Eigen::Ref<const Vector>;
using VecOut = Eigen::Ref<Vector>;

}  // namespace penchant
