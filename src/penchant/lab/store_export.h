// All trials of a store as text, in order of the grid.
#pragma once

#include <iosfwd>
#include <string_view>

#include "penchant/lab/store.h"

namespace penchant {

enum class StoreFormat { csv, json };
StoreFormat store_format(std::string_view text);  // throws InvalidInput with the nearest name

// csv: one line a trial, a header with index, key, outcome, text, the axes, the values, seconds, host, attempt; RFC 4180,
// what means nothing is empty, lists and tables are JSON.
// json: {"schema": "penchant/trials/1", "sweep": …, "trials": N, "results": [{…}, …]}, one line a trial.
void export_store(const Store& store, StoreFormat format, std::ostream& out);

}  // namespace penchant
