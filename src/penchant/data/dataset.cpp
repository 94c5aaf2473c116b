#include "penchant/data/dataset.h"

#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/hash.h"
#include "penchant/core/text.h"
#include "penchant/data/sizes.h"
#include "penchant/data/transform.h"

namespace penchant {

namespace {

std::string_view bytes_of(const double* data, Index size) {
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size) * sizeof(double)};
}

void check_finite(const Matrix& x, const Vector& y) {
  for (Index i = 0; i < x.rows(); ++i) {
    for (Index j = 0; j < x.cols(); ++j)
      if (!std::isfinite(x(i, j)))
        throw InvalidInput(cat("data: x(", i, ", ", j, ") is ", number_text(x(i, j)), ", expected a finite number"));
    if (!std::isfinite(y[i])) throw InvalidInput(cat("data: y(", i, ") is ", number_text(y[i]), ", expected a finite number"));
  }
}

}  // namespace

std::string dataset_hash(const Matrix& x, const Vector& y) {
  return content_hash(cat(x.rows(), " x ", x.cols(), ' ', content_hash(bytes_of(x.data(), x.size())),
                          content_hash(bytes_of(y.data(), y.size()))));
}

void check_two_classes(const Vector& y, std::string_view where) {
  for (Index i = 0; i < y.size(); ++i)
    if (y[i] != 1.0 && y[i] != -1.0)
      throw InvalidInput(cat(where, ": target ", i, " is ", number_text(y[i]), ", expected -1 or +1 for a classification"));
  if ((y.array() == y[0]).all())
    throw InvalidInput(cat(where, ": all ", y.size(), " targets are ", y[0] > 0 ? "+1" : "-1", ": one class only, expected two"));
}

DatasetPtr make_dataset(Matrix x, Vector y, bool classification) {
  if (x.rows() < 1 || x.cols() < 1)
    throw InvalidInput(cat("data: x is ", x.rows(), " x ", x.cols(), ", expected at least one sample and one feature"));
  if (y.size() != x.rows()) throw InvalidInput(cat("data: x has ", x.rows(), " rows but y has ", y.size(), " entries"));
  check_finite(x, y);
  check_sizes(x, y, "data");
  if (classification) check_two_classes(y, "data");
  Dataset data;
  data.origin = "memory";
  for (Index j = 1; j <= x.cols(); ++j) data.transform.inputs.push_back(cat("x", j));
  if (classification) data.transform.classes = {"-1", "+1"};
  data.feature_names = feature_names(data.transform);
  data.hash = dataset_hash(x, y);
  data.features = std::make_shared<DenseMap>(std::move(x));
  data.targets = std::move(y);
  return std::make_shared<const Dataset>(std::move(data));
}

}  // namespace penchant
