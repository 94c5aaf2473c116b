#include "penchant/core/decompositions.h"

namespace Eigen {

template class JacobiSVD<MatrixXd>;
template class BDCSVD<MatrixXd>;

}  // namespace Eigen
