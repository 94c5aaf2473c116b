// From a [data] table to a data set.
#pragma once

#include <string>

#include "penchant/data/dataset.h"
#include "penchant/data/spec.h"
#include "penchant/data/table.h"

namespace penchant {

// In order: rows, classes, the draw of the test part, then a transform fitted on the training rows (see Transform).
// Relative paths start at `folder`. Throws InvalidInput with file,
// line and column for anything that is not a table of finite numbers.
DatasetPtr load_dataset(const DataSpec& spec, const std::string& folder);

// Features of new rows under the transform of a data set. Columns are found by name and others ignored;
// a file without header that has exactly as many columns as the transform reads gives them by position.
Matrix features_of(const Table& table, const Transform& transform);

}  // namespace penchant
