#include "penchant/data/transform.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

// The product of an earlier monomial (or nothing, parent = -1) and the column `last`, which is not before its other factors.
struct Monomial {
  Index parent, last;
};

std::vector<Monomial> monomials(Index columns, int degree) {
  std::vector<Monomial> out;
  for (Index j = 0; j < columns; ++j) out.push_back({-1, j});
  Index begin = 0;
  for (int d = 2; d <= degree; ++d) {
    const auto end = static_cast<Index>(out.size());
    for (Index m = begin; m < end; ++m)
      for (Index j = out[static_cast<std::size_t>(m)].last; j < columns; ++j) out.push_back({m, j});
    begin = end;
  }
  return out;
}

// "age^2*bmi"
std::string monomial_name(const std::vector<Monomial>& all, Index m, const std::vector<std::string>& inputs) {
  std::vector<Index> factors;
  for (; m >= 0; m = all[static_cast<std::size_t>(m)].parent) factors.push_back(all[static_cast<std::size_t>(m)].last);
  std::string name;
  for (auto it = factors.rbegin(); it != factors.rend();) {
    const auto next = std::find_if(it, factors.rend(), [&](Index j) { return j != *it; });
    if (!name.empty()) name += '*';
    name += inputs[static_cast<std::size_t>(*it)];
    if (next - it > 1) name += cat('^', next - it);
    it = next;
  }
  return name;
}

void fit_column(const Matrix& features, Index j, double& centre, double& scale) {
  const Index n = features.rows();
  const double first = features(0, j);
  centre = first;
  scale = 1.0;
  // By comparison: the rounded mean of equal numbers can differ from them, and its spread would then be scaled to 1.
  if ((features.col(j).array() == first).all()) return;
  const double largest = features.col(j).cwiseAbs().maxCoeff();
  const Vector scaled = features.col(j) / largest;  // squares neither over- nor underflow
  const double mean = accurate_sum(scaled) / static_cast<double>(n);
  const Vector deviation = scaled.array() - mean;
  centre = largest * mean;
  const double spread = largest * std::sqrt(deviation.squaredNorm() / static_cast<double>(n));
  if (spread > 0.0) scale = spread;  // it can underflow among the smallest numbers
}

}  // namespace

double monomial_count(Index columns, int degree) {
  double count = 1.0;
  for (int d = 1; d <= degree; ++d) count *= (static_cast<double>(columns) + d) / d;
  return std::round(count - 1.0);
}

Matrix Transform::features(const Matrix& columns) const {
  PENCHANT_CHECK(columns.cols() == static_cast<Index>(inputs.size()));
  const std::vector<Monomial> all = monomials(columns.cols(), degree);
  const auto made = static_cast<Index>(all.size());
  Matrix out(columns.rows(), made + (intercept ? 1 : 0));
  for (Index i = 0; i < out.rows(); ++i) {
    double* const row = out.row(i).data();
    for (Index m = 0; m < made; ++m) {
      const Monomial& monomial = all[static_cast<std::size_t>(m)];
      row[m] = columns(i, monomial.last) * (monomial.parent < 0 ? 1.0 : row[monomial.parent]);
    }
    if (centre.size() > 0)
      for (Index m = 0; m < made; ++m) row[m] = (row[m] - centre[m]) / scale[m];
    if (intercept) row[made] = 1.0;
  }
  return out;
}

std::vector<std::string> feature_names(const Transform& transform) {
  const auto all = monomials(static_cast<Index>(transform.inputs.size()), transform.degree);
  std::vector<std::string> names;
  for (Index m = 0; m < static_cast<Index>(all.size()); ++m) names.push_back(monomial_name(all, m, transform.inputs));
  if (transform.intercept) names.emplace_back("intercept");
  return names;
}

Transform fit_transform(const Matrix& columns, std::vector<std::string> inputs, int degree, bool standardise, bool intercept,
                        std::string_view where) {
  Transform transform;
  transform.inputs = std::move(inputs);
  transform.degree = degree;
  if (degree == 1 && !standardise) {
    transform.intercept = intercept;
    return transform;
  }
  const Matrix features = transform.features(columns);
  for (Index j = 0; j < features.cols(); ++j)
    if (!features.col(j).allFinite())
      throw InvalidInput(cat(where, ": feature ", printable(feature_names(transform)[static_cast<std::size_t>(j)]),
                             " is beyond the range of a double in some row"));
  transform.intercept = intercept;
  if (!standardise) return transform;
  transform.centre.resize(features.cols());
  transform.scale.resize(features.cols());
  for (Index j = 0; j < features.cols(); ++j) fit_column(features, j, transform.centre[j], transform.scale[j]);
  return transform;
}

}  // namespace penchant
