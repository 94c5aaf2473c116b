#include "penchant/lab/store_export.h"

#include <ostream>

#include "penchant/core/csv_field.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/lab/store_database.h"

namespace penchant {

namespace {

std::string csv_cell(const Value& value) {
  if (value.is_null()) return {};
  if (const std::string* text = value.as_string()) return csv_text(*text);
  return csv_quoted(to_json(value, -1));
}

void csv_cells(std::string& line, const Value& cells) {
  for (const auto& [name, value] : *cells.as_object()) line.append(csv_cell(value)).append(",");
}

void csv_header(const StoreDatabase& table, std::ostream& out) {
  std::string line = "index,key,outcome,text,";
  for (const bool axis : {true, false})
    for (const auto& column : table.columns())
      if (column.axis == axis) line.append(csv_text(column.name)).append(",");
  out << line << "seconds,host,attempt\n";
}

void csv_row(const TrialResult& r, std::ostream& out) {
  std::string line = cat(r.index, ",", r.key, ",", name(r.outcome), ",", csv_text(r.text), ",");
  csv_cells(line, r.assignments);
  csv_cells(line, r.values);
  out << line << number_text(r.seconds) << "," << csv_text(r.host) << "," << r.attempt << "\n";
}

Value json_row(const JournalEntry& entry) {
  const TrialResult& r = entry.result;
  Value::List arrays;
  for (const StoredArray& array : entry.arrays) arrays.emplace_back(array_file_name(r.key, array.name));
  return Value::object({{"index", r.index}, {"key", r.key}, {"outcome", name(r.outcome)}, {"text", r.text},
                        {"assignments", r.assignments},
                        {"values", r.values}, {"arrays", arrays}, {"seconds", r.seconds}, {"host", r.host}, {"attempt",
                                                                                                             r.attempt}});
}

}  // namespace

StoreFormat store_format(std::string_view text) {
  if (text == "csv") return StoreFormat::csv;
  if (text == "json") return StoreFormat::json;
  throw InvalidInput(cat("--format ", text, ": expected csv or json", suggestion(text, {"csv", "json"})));
}

void export_store(const Store& store, StoreFormat format, std::ostream& out) {
  StoreDatabase table = store.readable();
  TrialCursor cursor(table);
  const bool csv = format == StoreFormat::csv;
  if (csv) csv_header(table, out);
  else
    out << "{\"schema\":\"penchant/trials/1\",\"trials\":" << store.sweep().trials
        << ",\"sweep\":" << to_json(store.sweep().sweep, -1) << ",\"results\":[";
  const char* before = "\n";
  for (JournalEntry entry; cursor.next(entry);) {
    if (csv) {
      csv_row(entry.result, out);
    } else {
      out << before << to_json(json_row(entry), -1);
      before = ",\n";
    }
  }
  if (!csv) out << "\n]}\n";
}

}  // namespace penchant
