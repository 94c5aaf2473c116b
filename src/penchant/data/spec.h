// [data]: where samples come from and what is done to them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "penchant/core/fields.h"

namespace penchant {

// Exactly one source: `file` and `target` (a .csv with or without header, .npy, .svm), or `x` and `y` (two files), or `generate`.
struct DataSpec {
  std::string generate;                        // sparse_regression gaussian_regression separable
  std::string file, target, x, y;              // target: a column's name; a .svm file calls its own "label"
  std::string rows;                            // "0:40", half open, before anything else is computed
  std::vector<std::vector<std::string>> classes;  // two groups of labels: -1 and +1; a group ["rest"] takes what is left
  int polynomial = 1;                          // monomials up to this total degree
  bool standardise = false;                    // features to mean 0 and standard deviation 1 (divisor n)
  bool centre_target = false;
  bool intercept = false;                      // append a constant feature 1, counted in the norm like any other
  std::optional<double> test_fraction;         // key `test`, a number: this share of the rows, drawn by seed
  std::string test_file;                       // key `test`, a string
  std::optional<int> folds;
  std::optional<int> held_out;                 // this fold is the test part; rows of `test` are put aside
  std::uint64_t max_bytes = 1'000'000'000;     // of a file, and of the features as stored in memory
  // generators
  int samples = 0, features = 0;
  std::optional<int> nonzeros;                 // sparse_regression
  std::optional<double> value;                 // size of a non-zero (normal: its standard deviation); default 1/√nonzeros
  std::string law = "equal";                   // of the non-zeros: equal (±value) or normal (N(0, value²))
  bool positive = false;                       // their absolute values
  double decay = 0.0;                          // the k-th of them times k^-decay: compressible signals
  double noise_variance = 0.0;
  std::optional<double> margin;                // separable: planted, default 1
  std::optional<std::uint64_t> seed;           // default 0
};

// Besides wrong types and unknown keys, refuses: no source or two, a key that the chosen source does not read,
// `seed` where nothing is random, a missing partner (`target` of `file`, `y` of `x`, sizes of a generator).
// Labels may be text or numbers.
DataSpec data_from(const Value& table, const Where& where);
// Only the keys that the source reads, so that data_from reads it back.
Value to_value(const DataSpec& data);

// The keys of a [data] table.
std::vector<std::string> data_keys();
// Whether anything about these data is drawn by `seed`.
bool uses_seed(const DataSpec& data);
// "a:b", ":b" or "a:" as a half-open range within 0 … n; nullopt if it is not one or is empty.
std::optional<std::pair<long, long>> row_range(std::string_view rows, long n);

}  // namespace penchant
