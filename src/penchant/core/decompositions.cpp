#include "penchant/core/decompositions.h"

namespace Eigen {

template class LLT<MatrixXd>;
template class LDLT<MatrixXd>;
template class PartialPivLU<MatrixXd>;
template class FullPivLU<MatrixXd>;
template class HouseholderQR<MatrixXd>;
template class ColPivHouseholderQR<MatrixXd>;
template class CompleteOrthogonalDecomposition<MatrixXd>;
template class ColPivHouseholderQR<RowMajorXd>;
template class CompleteOrthogonalDecomposition<RowMajorXd>;
template class SelfAdjointEigenSolver<RowMajorXd>;
template class SelfAdjointEigenSolver<MatrixXd>;

}  // namespace Eigen
