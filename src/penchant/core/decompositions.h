// The dense decompositions. Each class is compiled once, in decompositions.cpp: without the declarations below a file that uses a
// singular value decomposition takes half a minute to compile.
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>

namespace Eigen {

extern template class LLT<MatrixXd>;
extern template class LDLT<MatrixXd>;
extern template class PartialPivLU<MatrixXd>;
extern template class FullPivLU<MatrixXd>;
extern template class HouseholderQR<MatrixXd>;
extern template class ColPivHouseholderQR<MatrixXd>;
extern template class CompleteOrthogonalDecomposition<MatrixXd>;
extern template class SelfAdjointEigenSolver<MatrixXd>;
extern template class JacobiSVD<MatrixXd>;
extern template class BDCSVD<MatrixXd>;

// A feature matrix is row-major (core/types.h).
using RowMajorXd = Matrix<double, Dynamic, Dynamic, RowMajor>;
extern template class ColPivHouseholderQR<RowMajorXd>;
extern template class CompleteOrthogonalDecomposition<RowMajorXd>;
extern template class SelfAdjointEigenSolver<RowMajorXd>;

}  // namespace Eigen
