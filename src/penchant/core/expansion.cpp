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

struct Sum {
  double value, size, lost;  // Σ terms, Σ|terms|, a bound on what rounding took
};

double lost_after(Index folds, std::size_t terms, double size) {
  return size * std::pow(2.0 * static_cast<double>(terms) * kEpsilon, static_cast<double>(folds));
}

// Two folds, which most sums are content with: four lanes side by side, each a running sum and the errors of its additions.
Sum twofold(double from, VecIn x, const Eigen::MatrixXd& parts) {
  constexpr Index lanes = 4;
  double sum[lanes] = {from}, errors[lanes] = {}, sizes[lanes] = {std::abs(from)};
  const double *a = x.data(), *leading = parts.data(), *next = leading + parts.rows();
  const auto take = [&](Index lane, Index i) {
    double product = -a[i] * leading[i];
    const double rest = std::fma(-a[i], leading[i], -product);
    sizes[lane] += std::abs(product);
    two_sum(sum[lane], product);
    errors[lane] += product + (rest - a[i] * next[i]);
  };
  Index i = 0;
  for (; i + lanes <= x.size(); i += lanes)
    for (Index lane = 0; lane < lanes; ++lane) take(lane, i + lane);
  for (Index lane = 0; i < x.size(); ++i, ++lane) take(lane, i);
  for (Index lane = 1; lane < lanes; ++lane) {
    two_sum(sum[0], sum[lane]);
    errors[0] += sum[lane] + errors[lane];
    sizes[0] += sizes[lane];
  }
  const double size = sizes[0] * (1.0 + 4.0 * kEpsilon);  // with the second parts
  return {sum[0] + errors[0], size, lost_after(2, 4 * static_cast<std::size_t>(x.size()) + 1, size)};
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
  const Sum quick = twofold(from, x, parts_);
  if (most == 2 || quick.lost <= kEpsilon * std::abs(quick.value) || quick.size == 0.0) return quick.value;
  for (Index folds = 3;; ++folds) {
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
    if (folds == most || lost_after(folds, terms_.size(), size) <= kEpsilon * std::abs(value)) return value;
  }
}

}  // namespace penchant
