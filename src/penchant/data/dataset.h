// What is fitted: features, targets and how they were made from the columns of a file, so that new rows can be treated alike.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penchant/core/linear_map.h"
#include "penchant/core/value.h"

namespace penchant {

// From the columns of a file to features, fitted on the training rows and applied unchanged to new ones:
//   monomials up to `degree` of the input columns -> (x - centre) / scale -> an appended constant 1 if `intercept`.
struct Transform {
  std::vector<std::string> inputs;          // columns read, in order
  int degree = 1;                           // total degree of the monomials; 1 keeps the columns
  Vector centre;                            // (features before the intercept); empty: not standardised
  Vector scale;                             // standard deviation (divisor n); 1 for a constant column
  bool intercept = false;
  double target_centre = 0.0;               // subtracted from the targets
  std::vector<std::string> classes;         // two names: the first is -1, the second +1; empty for regression

  Matrix features(const Matrix& columns) const;  // (rows, inputs) -> (rows, features)
};

struct Dataset {
  std::string origin;                       // file or generator, for records
  MapPtr features;                          // X (n, d)
  Vector targets;                           // y (n); -1 or +1 for classification
  std::vector<std::string> feature_names;   // d
  Transform transform;
  std::optional<Vector> truth;              // the beta (d) a generator planted, where the features are as generated
  Vector test_targets;                      // empty without a test part; on the scale of `targets`
  MapPtr test_features;                     // nullptr without a test part
  std::vector<int> fold;                    // (n) fold of each sample, empty without folds
  std::string hash;                         // of X and y

  Index samples() const { return features->rows(); }
  Index dimension() const { return features->cols(); }
  bool is_classification() const { return !transform.classes.empty(); }
};

using DatasetPtr = std::shared_ptr<const Dataset>;

// A data set from numbers in memory, checked: finite, at least one sample and one feature, as many targets as rows.
// Targets that are all -1 or +1 make it a classification when `classification` is set; anything else is then refused.
DatasetPtr make_dataset(Matrix x, Vector y, bool classification = false);

// Throws InvalidInput naming `where` unless all targets are -1 or +1 and both occur.
void check_two_classes(const Vector& y, std::string_view where);

// Content hash of shape and bits of both.
std::string dataset_hash(const Matrix& x, const Vector& y);

}  // namespace penchant
