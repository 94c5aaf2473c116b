#include "penchant/lab/provenance.h"

#include <hwy/targets.h>

#include <thread>

#include "penchant/core/text.h"

namespace penchant {

std::string version() { return PENCHANT_VERSION; }

Value provenance() {
  std::string isa = PENCHANT_ISA;
  for (const std::int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SSE4})
    if (hwy::SupportedTargets() & target) {
      isa += cat("+", hwy::TargetName(target));  // what the hot loops run on
      break;
    }
  return Value::object({{"version", version()},
                        {"compiler", __VERSION__},
                        {"isa", isa},
                        {"threads", static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))}});
}

}  // namespace penchant
