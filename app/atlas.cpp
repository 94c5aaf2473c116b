// atlas and cite.
#include <filesystem>
#include <iostream>

#include "options.h"
#include "penchant/core/error.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"
#include "penchant/theory/atlas_markdown.h"
#include "penchant/theory/prediction.h"

namespace penchant::app {

std::string record_path(const std::string& given) {
  return std::filesystem::is_directory(given) ? (std::filesystem::path(given) / "record.json").string() : given;
}

int atlas_command(const Options& options) {
  if (options.format == "md") {
    std::cout << atlas_markdown();
  } else if (options.format == "json") {
    Value::List rows;
    for (const AtlasRow& r : atlas())
      rows.push_back(Value::object({{"id", r.id}, {"model", r.model}, {"loss", r.loss}, {"dynamics", r.dynamics},
                                    {"limit", r.limit},
                                    {"strength", r.strength}, {"source", r.source}, {"text", r.text}}));
    std::cout << to_json(Value(rows)) << "\n";
  } else if (options.format.empty() || options.format == "text") {
    for (const AtlasRow& r : atlas())
      std::cout << r.id << "  " << r.model << " · " << r.loss << " · " << r.dynamics << "\n    → " << r.limit << " (" << r.strength
                << (r.source.empty() ? "" : "; " + r.source) << ")\n    " << r.text << "\n";
  } else {
    throw InvalidInput(
        cat("--format ", options.format, ": expected text, md or json", suggestion(options.format, {"text", "md", "json"})));
  }
  return 0;
}

int cite_command(const Options& options) {
  const std::string path = record_path(options.spec);
  const Value record = read_record_file(path);
  std::vector<std::string> keys;
  const auto add = [&](const Value* owner) {
    const Value* source = owner ? owner->find("source") : nullptr;
    if (source && source->as_string()) keys.push_back(*source->as_string());
  };
  const Value* predictions = record.find("predictions");
  if (!predictions || !predictions->as_list()) throw InvalidInput(cat(path, ": no \"predictions\": not a Penchant record"));
  for (const Value& prediction : *predictions->as_list()) add(&prediction);
  add(record.find("refusal"));
  std::cout << bibliography(keys);
  return 0;
}

}  // namespace penchant::app
