#include "penchant/core/expansion.h"

#include <cmath>
#include <limits>

#include "penchant/core/error.h"

namespace penchant {

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// Replaces (a, b) by (a + b rounded, its error).
void two_sum(double& a, double& b) {
  const double sum = a + b, shifted = sum - a;
  b = (a - (sum - shifted)) + (b - shifted);
  a = sum;
}

// Moves the sum of all terms into the last one and leaves the errors of the additions in the others.
void distil(std::vector<double>& terms) {
  for (std::size_t i = 1; i < terms.size(); ++i) two_sum(terms[i], terms[i - 1]);
}

}  // namespace

ExpansionVector::ExpansionVector(Index size, int parts) : parts_(Eigen::MatrixXd::Zero(size, parts)) {
  PENCHANT_CHECK(parts >= 2);
}

void ExpansionVector::set_parts(const Eigen::MatrixXd& parts) {
  if (parts.rows() != parts_.rows() || parts.cols() != parts_.cols()) throw InvalidInput("is of a run of another precision");
  parts_ = parts;
}

void ExpansionVector::add(VecIn x) {
  for (Index i = 0; i < size(); ++i) {
    double carried = x[i];
    for (Index k = 0; k < parts_.cols(); ++k) two_sum(parts_(i, k), carried);
    // additions leave parts that overlap: passed upwards, each is a rounding of the one above again
    for (Index k = parts_.cols() - 1; k > 0; --k) two_sum(parts_(i, k - 1), parts_(i, k));
  }
}

double ExpansionVector::less_dot(double from, VecIn x) const {
  const Index most = parts_.cols();
  for (Index folds = 2;; ++folds) {
    terms_.assign(1, from);
    double size = std::abs(from);
    for (Index k = folds; k-- > 0;)
      for (Index i = 0; i < x.size(); ++i) {
        const double product = -x[i] * parts_(i, k);
        terms_.push_back(std::fma(-x[i], parts_(i, k), -product));
        terms_.push_back(product);
        size += std::abs(product);
      }
    for (Index fold = 1; fold < folds; ++fold) distil(terms_);
    double rest = 0.0;
    for (std::size_t i = 0; i + 1 < terms_.size(); ++i) rest += terms_[i];
    const double value = terms_.back() + rest;
    const double lost = size * std::pow(2.0 * static_cast<double>(terms_.size()) * kEpsilon, static_cast<double>(folds));
    if (folds == most || lost <= kEpsilon * std::abs(value) || size == 0.0) return value;
  }
}

}  // namespace penchant
