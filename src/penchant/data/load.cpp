#include "penchant/data/load.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/data/generate.h"
#include "penchant/data/select.h"
#include "penchant/data/sizes.h"
#include "penchant/data/split.h"
#include "penchant/data/transform.h"

namespace penchant {

namespace {

// Input columns and targets of some rows, before any transform.
struct Samples {
  std::string where;                 // for messages
  std::vector<std::string> names;    // of the columns
  Matrix columns;
  Vector targets;
  std::vector<std::string> classes;  // two names, or none
  std::optional<Vector> truth;
};

std::string path_in(const std::string& folder, const std::string& file) {
  return folder.empty() ? file : (std::filesystem::path(folder) / file).lexically_normal().string();
}

std::vector<Index> all_columns_but(const Table& table, Index left_out) {
  std::vector<Index> out;
  for (Index j = 0; j < table.columns(); ++j)
    if (j != left_out) out.push_back(j);
  return out;
}

void refuse_text_target(const Table& targets, Index column, const std::vector<Index>& rows) {
  double number = 0.0;
  for (const Index row : rows) {
    if (!targets.is_text(column)) return;
    const std::string cell(targets.text[static_cast<std::size_t>(column)][static_cast<std::size_t>(row)]);
    if (cell.empty() || parse_number(cell, number)) continue;
    throw InvalidInput(cat(targets.position(row, column), ": the target is text (", in_quotes(cell),
                           "); say which labels are -1 and +1, as classes = [", in_quotes(cell), ", \"rest\"]"));
  }
}

// features: (table, its columns); targets: a column of the same or of another table with as many rows.
Samples samples_of(const Table& features, const std::vector<Index>& inputs, const Table& targets, Index target,
                   const DataSpec& spec, const std::string& row_slice) {
  if (inputs.empty()) throw InvalidInput(cat(features.where, ": no feature columns beside the target"));
  std::vector<Index> rows = slice_rows(features, row_slice);
  Samples out;
  out.where = features.where;
  if (spec.classes.empty()) {
    refuse_text_target(targets, target, rows);
    out.targets = targets.finite_numbers(rows, {target}).col(0);
  } else {
    Labelled labelled = label_rows(targets, target, rows, spec.classes);
    rows = std::move(labelled.rows);
    out.targets = std::move(labelled.targets);
    out.classes = std::move(labelled.names);
  }
  out.columns = features.finite_numbers(rows, inputs);
  for (const Index j : inputs) out.names.push_back(features.names[static_cast<std::size_t>(j)]);
  return out;
}

Index target_column(const Table& table, const DataSpec& spec) {
  return table.column(spec.target.empty() ? "label" : spec.target, "data.target");
}

Samples read_file_source(const DataSpec& spec, const std::string& folder) {
  const Table table = read_table_file(path_in(folder, spec.file), spec.max_bytes);
  const Index target = target_column(table, spec);
  return samples_of(table, all_columns_but(table, target), table, target, spec, spec.rows);
}

Samples read_pair_source(const DataSpec& spec, const std::string& folder) {
  const Table x = read_table_file(path_in(folder, spec.x), spec.max_bytes);
  const Table y = read_table_file(path_in(folder, spec.y), spec.max_bytes);
  if (y.columns() != 1) throw InvalidInput(cat(y.where, ": ", y.columns(), " columns, expected one column of targets"));
  if (x.rows() != y.rows()) throw InvalidInput(cat(x.where, ": ", x.rows(), " rows, but ", y.where, " has ", y.rows()));
  return samples_of(x, all_columns_but(x, -1), y, 0, spec, spec.rows);
}

// The test file has the columns of the training file, found by name; classes are the same, `rows` is not applied.
Samples read_test_source(const DataSpec& spec, const std::string& folder, const std::vector<std::string>& names) {
  const Table table = read_table_file(path_in(folder, spec.test_file), spec.max_bytes);
  std::vector<Index> inputs;
  for (const std::string& name : names) inputs.push_back(table.column(name, "a feature of the training file"));
  return samples_of(table, inputs, table, target_column(table, spec), spec, "");
}

void refuse_size(const std::string& where, double rows, double features, std::uint64_t max_bytes) {
  const double bytes = 8.0 * rows * features;
  if (bytes > static_cast<double>(max_bytes))
    throw InvalidInput(
        cat(where, ": ", rows, " samples of ", features, " features take ", bytes, " bytes, more than max_bytes = ", max_bytes));
}

Samples read_generated(const DataSpec& spec) {
  refuse_size(cat("data.generate = \"", spec.generate, "\""), spec.samples, spec.features, spec.max_bytes);
  Generated made = generate(spec);
  Samples out;
  out.where = spec.generate;
  for (int j = 1; j <= spec.features; ++j) out.names.push_back(cat("x", j));
  out.columns = std::move(made.x);
  out.targets = std::move(made.y);
  out.truth = std::move(made.truth);
  if (spec.generate == "separable") out.classes = {"-1", "+1"};
  return out;
}

Samples read_source(const DataSpec& spec, const std::string& folder) {
  if (!spec.file.empty()) return read_file_source(spec, folder);
  if (!spec.x.empty()) return read_pair_source(spec, folder);
  return read_generated(spec);
}

std::string origin_of(const DataSpec& spec) {
  if (!spec.file.empty()) return spec.file;
  return spec.x.empty() ? spec.generate : cat(spec.x, ", ", spec.y);
}

Samples part_of(const Samples& all, const std::vector<Index>& rows) {
  Samples out{all.where, all.names, all.columns(rows, Eigen::all), all.targets(rows), all.classes, all.truth};
  return out;
}

// Moves the test part out of `samples`, if there is to be one.
std::optional<Samples> split_off_test(Samples& samples, const DataSpec& spec, const std::string& folder) {
  if (!spec.test_file.empty()) return read_test_source(spec, folder, samples.names);
  if (!spec.test_fraction) return std::nullopt;
  const Index n = samples.targets.size();
  if (n < 2) throw InvalidInput(cat(samples.where, ": ", n, " row, expected at least 2 to draw a test part from"));
  const Split split = draw_test(n, *spec.test_fraction, spec.seed.value_or(0));
  Samples test = part_of(samples, split.test);
  samples = part_of(samples, split.train);
  return test;
}

void check_folds(const DataSpec& spec, const Samples& samples) {
  if (spec.folds && *spec.folds > samples.targets.size())
    throw InvalidInput(cat(samples.where, ": folds = ", *spec.folds, " but there are ", samples.targets.size(), " samples"));
}

// The fold that is held out takes the place of the test part, whose rows nobody sees.
Samples split_off_fold(Samples& samples, const DataSpec& spec) {
  const std::vector<int> fold = draw_folds(samples.targets.size(), *spec.folds, spec.seed.value_or(0));
  std::vector<Index> kept, held;
  for (Index i = 0; i < samples.targets.size(); ++i)
    (fold[static_cast<std::size_t>(i)] == *spec.held_out ? held : kept).push_back(i);
  Samples out = part_of(samples, held);
  samples = part_of(samples, kept);
  return out;
}

// The planted vector in the coordinates of the features, where those are the generated ones.
std::optional<Vector> truth_of(const Samples& samples, const Transform& transform) {
  if (!samples.truth || transform.degree > 1 || transform.centre.size() > 0 || transform.target_centre != 0.0) return std::nullopt;
  if (!transform.intercept) return samples.truth;
  Vector truth = Vector::Zero(samples.truth->size() + 1);
  truth.head(samples.truth->size()) = *samples.truth;
  return truth;
}

Matrix checked_features(const Transform& transform, const Matrix& columns, std::string_view where) {
  Matrix features = transform.features(columns);
  if (!features.allFinite()) throw InvalidInput(cat(where, ": a feature is beyond the range of a double after the transform"));
  return features;
}

}  // namespace

DatasetPtr load_dataset(const DataSpec& spec, const std::string& folder) {
  Samples samples = read_source(spec, folder);
  std::optional<Samples> test = split_off_test(samples, spec, folder);
  check_folds(spec, samples);
  if (spec.held_out) test = split_off_fold(samples, spec);
  if (!samples.classes.empty()) check_two_classes(samples.targets, samples.where);
  refuse_size(samples.where, static_cast<double>(samples.columns.rows()), monomial_count(samples.columns.cols(), spec.polynomial),
              spec.max_bytes);

  Dataset data;
  data.origin = origin_of(spec);
  data.transform = fit_transform(samples.columns, samples.names, spec.polynomial, spec.standardise, spec.intercept, samples.where);
  data.transform.classes = samples.classes;
  if (spec.centre_target)
    data.transform.target_centre = accurate_sum(samples.targets) / static_cast<double>(samples.targets.size());
  data.feature_names = feature_names(data.transform);
  data.truth = truth_of(samples, data.transform);
  if (test) {
    data.test_features = std::make_shared<DenseMap>(checked_features(data.transform, test->columns, test->where));
    data.test_targets = test->targets.array() - data.transform.target_centre;
  }
  data.targets = samples.targets.array() - data.transform.target_centre;
  if (spec.folds && !spec.held_out) data.fold = draw_folds(data.targets.size(), *spec.folds, spec.seed.value_or(0));
  Matrix features = checked_features(data.transform, samples.columns, samples.where);
  check_sizes(features, data.targets, samples.where);
  data.hash = dataset_hash(features, data.targets);
  data.features = std::make_shared<DenseMap>(std::move(features));
  return std::make_shared<const Dataset>(std::move(data));
}

Matrix features_of(const Table& table, const Transform& transform) {
  std::vector<Index> rows(static_cast<std::size_t>(table.rows())), inputs;
  std::iota(rows.begin(), rows.end(), Index{0});
  const bool by_position = !table.header && table.columns() == static_cast<Index>(transform.inputs.size());
  for (const std::string& name : transform.inputs)
    inputs.push_back(by_position ? static_cast<Index>(inputs.size()) : table.column(name, "a feature of the trained model"));
  return checked_features(transform, table.finite_numbers(rows, inputs), table.where);
}

}  // namespace penchant
