#include "points.h"

#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/data/load.h"

namespace penchant::app {

Vector read_point(const std::string& path, Index size, const std::string& what) {
  constexpr std::uint64_t kMaxBytes = 1'000'000'000;
  const Table table = read_table_file(path, kMaxBytes);
  const Matrix& m = table.numbers;
  for (Index j = 0; j < table.columns(); ++j)
    if (table.is_text(j))
      throw InvalidInput(cat(path, ": column \"", table.names[static_cast<std::size_t>(j)], "\" is not numbers"));
  if (m.rows() != 1 && m.cols() != 1)
    throw InvalidInput(cat(path, ": ", m.rows(), " x ", m.cols(), ", expected one column or one row: ", what));
  const Vector v = m.cols() == 1 ? Vector(m.col(0)) : Vector(m.row(0).transpose());
  if (size > 0) require_length(v, path, size, what);
  for (Index i = 0; i < v.size(); ++i)
    if (!std::isfinite(v[i]))
      throw InvalidInput(cat(path, ": entry ", i + 1, " of ", v.size(), " is ", v[i], ", expected a finite number"));
  return v;
}

void require_length(const Vector& v, const std::string& path, Index size, const std::string& what) {
  if (v.size() != size) throw InvalidInput(cat(path, ": ", v.size(), " numbers, expected ", size, ": ", what));
}

}  // namespace penchant::app
