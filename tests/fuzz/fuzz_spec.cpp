// The reader of specs: TOML text to an experiment, whose resolved form reads back as the same one.
#include <cstdlib>

#include "contract.h"
#include "penchant/core/json.h"
#include "penchant/core/toml.h"
#include "penchant/lab/experiment.h"

namespace {

using namespace penchant;

void check_round_trip(const Experiment& experiment) {
  try {
    if (experiment_from(experiment.spec, "resolved", "").hash == experiment.hash) return;
    std::fprintf(stderr, "resolved spec has another hash: %s\n", to_json(experiment.spec).c_str());
  } catch (const InvalidInput& error) {
    std::fprintf(stderr, "resolved spec is refused: %s\n%s\n", error.what(), to_json(experiment.spec).c_str());
  }
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  value_or_refusal([&] {
    const Value spec = from_toml({reinterpret_cast<const char*>(data), size}, "f.toml");
    from_json(to_json(spec), "f.json");
    check_round_trip(experiment_from(spec, "f.toml", ""));
  });
  return 0;
}
