// store: check, merge or export what a sweep has left.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "options.h"
#include "penchant/core/error.h"
#include "penchant/core/file.h"
#include "penchant/core/json.h"
#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/lab/store_check.h"
#include "penchant/lab/store_export.h"
#include "penchant/lab/store_merge.h"

namespace penchant::app {

namespace {

constexpr std::size_t kMostSentences = 20;

const std::string& only_store(const Options& options) {
  if (options.stores.size() != 1)
    throw InvalidInput(cat("store ", options.action, ": ", options.stores.size(), " stores, expected one"));
  return options.stores[0];
}

Value list_of(const std::vector<std::string>& texts) { return Value::List(texts.begin(), texts.end()); }

void print_sentences(const char* title, const std::vector<std::string>& sentences) {
  for (std::size_t k = 0; k < std::min(sentences.size(), kMostSentences); ++k) std::cout << "  " << title << sentences[k] << "\n";
  if (sentences.size() > kMostSentences)
    std::cout << "  " << title << "... and " << sentences.size() - kMostSentences << " more (--json has them all)\n";
}

int check(const Options& options) {
  const StoreCheck found = check_store(Store::open(only_store(options)));
  if (options.json) {
    std::cout << to_json(Value::object({{"store", options.stores[0]}, {"trials", found.trials}, {"done", found.done},
                                        {"refused", found.refused},
                                        {"failed", found.failed}, {"missing", found.missing}, {"journals", found.journals},
                                        {"entries", found.entries}, {"arrays", found.arrays}, {"damage", list_of(found.damage)},
                                        {"notes", list_of(found.notes)}}))
              << "\n";
  } else if (!options.quiet) {
    std::cout << options.stores[0] << ": " << count_of(found.trials, "trial") << ": " << found.done << " done, " << found.refused
              << " refused, " << found.failed << " failed, " << found.missing << " missing\n  read       "
              << count_of(found.entries, "line") << " of " << count_of(found.journals, "journal") << ", "
              << count_of(found.arrays, "array") << "\n";
    print_sentences("note       ", found.notes);
    print_sentences("damaged    ", found.damage);
    if (!found.damage.empty()) std::cout << "  what was lost is run again when the sweep is resumed\n";
  }
  constexpr int kDamaged = 3;
  return found.damage.empty() ? 0 : kDamaged;
}

int merge(const Options& options) {
  if (options.out.empty()) throw InvalidInput("store merge: no --out, expected the folder of the merged store");
  std::vector<Store> sources;
  for (const std::string& folder : options.stores) sources.push_back(Store::open(folder));
  const MergeSummary merged = merge_stores(sources, options.out);
  if (options.json)
    std::cout << to_json(Value::object({{"store", options.out}, {"trials", merged.trials}, {"missing", merged.missing},
                                        {"contradictions", list_of(merged.contradictions)}}))
              << "\n";
  else if (!options.quiet)
    std::cout << options.out << ": " << count_of(merged.trials, "trial") << " from " << count_of(sources.size(), "store") << ", "
              << merged.missing
              << " missing\n";
  for (const std::string& sentence : merged.contradictions) std::cerr << "penchant: " << sentence << "\n";
  return 0;
}

int write_export(const Options& options) {
  const Store store = Store::open(only_store(options));
  const StoreFormat format = store_format(options.format.empty() ? "csv" : options.format);
  if (options.out.empty()) {
    export_store(store, format, std::cout);
    std::cout.flush();
    if (!std::cout) throw InvalidInput("cannot write to standard output");
    return 0;
  }
  const std::string partial = make_partial_file(options.out);
  std::ofstream out(partial, std::ios::binary | std::ios::trunc);
  if (out) export_store(store, format, out);
  out.close();
  std::error_code code;
  if (out) std::filesystem::rename(partial, options.out, code);
  if (!out || code) {
    std::filesystem::remove(partial, code);
    throw InvalidInput(cat(options.out, ": cannot be written"));
  }
  if (!options.quiet) std::cout << options.out << "\n";
  return 0;
}

}  // namespace

int store_command(const Options& options) {
  if (options.action == "check") return check(options);
  if (options.action == "merge") return merge(options);
  if (options.action == "export") return write_export(options);
  throw InvalidInput(
      cat("store ", options.action, ": expected check, merge or export", suggestion(options.action, {"check", "merge", "export"})));
}

}  // namespace penchant::app
