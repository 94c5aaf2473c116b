#include "penchant/lab/null_space.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "penchant/core/decompositions.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

double null_space_constant(const Matrix& x, Index order) {
  const Index d = x.cols();
  if (order < 1 || order > d) throw InvalidInput(cat("null space constant: order is ", order, ", expected 1 to ", d));
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(Eigen::MatrixXd(x), Eigen::ComputeFullV);
  const double threshold =
      static_cast<double>(std::max(x.rows(), d)) * std::numeric_limits<double>::epsilon() * svd.singularValues()[0];
  const Index nullity = d - (svd.singularValues().array() > threshold).count();
  if (nullity == 0) return 0.0;
  if (nullity > 1)
    throw InvalidInput(cat("null space constant: the null space of X has ", nullity,
                           " dimensions; it is computed on a line only, beyond that it is NP-hard"));
  Vector sizes = svd.matrixV().col(d - 1).cwiseAbs();
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  const double rest = sizes.tail(d - order).sum();
  return rest > 0.0 ? sizes.head(order).sum() / rest : std::numeric_limits<double>::infinity();
}

}  // namespace penchant
