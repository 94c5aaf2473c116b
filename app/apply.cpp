// apply: the predictor of a record on new rows, in original units.
#include <iostream>

#include "options.h"
#include "penchant/core/csv_field.h"
#include "penchant/core/file.h"
#include "penchant/core/json.h"
#include "penchant/core/npy.h"
#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"
#include "penchant/data/load.h"
#include "penchant/lab/transform_record.h"

#include <filesystem>

namespace penchant::app {

namespace {

constexpr std::uint64_t kMaxBytes = 1'000'000'000;

const Value& member(const Value& table, std::string_view key, const std::string& where) {
  const Value* value = table.find(key);
  if (!value) throw InvalidInput(cat(where, ": no \"", key, "\": not a Penchant record"));
  return *value;
}

Vector coefficients(const Value& owner, const std::string& record) {
  const Value& w = member(owner, "w", record);
  if (const Value* file = w.find("npy"); file && file->as_string()) {
    const std::string path = (std::filesystem::path(record).parent_path() / *file->as_string()).string();
    return from_npy(read_file(path, kMaxBytes), path).col(0);
  }
  Vector out;
  read_value(w, out, Where{record, "w", 0});
  return out;
}

struct Chosen {
  Vector beta;
  double intercept = 0.0;
};

Chosen chosen(const Value& record, const std::string& path, const std::string& from) {
  if (from != "limit" && from != "run") throw InvalidInput(cat("--from ", from, ": expected limit or run"));
  const Value& trajectory = member(record, "trajectory", path);
  const auto* solutions = member(record, "solutions", path).as_list();
  const bool solved = solutions && !solutions->empty();
  if (from == "limit" && solved) {
    const Value* intercept = solutions->front().find("intercept");
    return {coefficients(solutions->front(), path), intercept && intercept->is_number() ? intercept->number() : 0.0};
  }
  if (from == "run" && trajectory.as_object()) return {coefficients(trajectory, path), 0.0};
  throw InvalidInput(
      cat(path, ": holds no ", from == "limit" ? "solved limit; --from run uses the run" : "run; --from limit uses the limit"));
}

}  // namespace

int apply_command(const Options& options) {
  const std::string path = record_path(options.spec);
  const Value record = read_record_file(path);
  const Transform transform = transform_from(member(member(record, "data", path), "transform", path), path);
  const Chosen predictor = chosen(record, path, options.from);
  const Table table = read_table_file(options.new_data, kMaxBytes);
  const Matrix x = features_of(table, transform);
  if (x.cols() != predictor.beta.size())
    throw InvalidInput(cat(path, ": ", predictor.beta.size(), " coefficients, but the transform makes ", x.cols(), " features"));
  const Vector score = (x * predictor.beta).array() + predictor.intercept;
  const bool classes = !transform.classes.empty();
  std::string out = classes ? "score,class\n" : "prediction\n";
  for (double s : score)
    out += classes ? cat(number_text(s), ",", csv_text(transform.classes[s > 0.0 ? 1 : 0]), "\n")
                   : cat(number_text(s + transform.target_centre), "\n");
  if (options.out.empty()) std::cout << out;
  else write_file(options.out, out);
  return 0;
}

}  // namespace penchant::app
