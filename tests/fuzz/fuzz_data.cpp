// The readers of tables: the first byte chooses .csv, .npy or .svm, the rest is the file.
#include <cstdlib>

#include "contract.h"
#include "penchant/core/npy.h"
#include "penchant/data/load.h"

namespace {

using namespace penchant;

// A table fits in a few times its file, whatever the file claims.
constexpr std::uint64_t kBytesAByte = 64;

Table read(std::uint8_t format, std::string_view bytes) {
  if (format % 3 == 0) return parse_csv(bytes, "f.csv");
  if (format % 3 == 1) return parse_npy(bytes, "f.npy");
  return parse_svm(bytes, "f.svm", kBytesAByte * (bytes.size() + 1));
}

// Everything a caller may do with a table that was accepted.
void use(const Table& table) {
  Transform transform;
  transform.inputs = table.names;
  const Matrix features = features_of(table, transform);
  if (features.rows() != table.rows() || features.cols() != table.columns() || !features.allFinite()) std::abort();
  if (from_npy(to_npy(features), "again") != features) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  value_or_refusal([&] {
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Table table = read(data[0], bytes);
    if (table.rows() < 1 || table.columns() < 1) std::abort();
    if (8 * static_cast<std::uint64_t>(table.numbers.size()) > kBytesAByte * (size + 1)) std::abort();
    use(table);
  });
  return 0;
}
