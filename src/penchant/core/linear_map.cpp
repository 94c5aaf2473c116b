#include "penchant/core/linear_map.h"

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

const Matrix& require_dense(const LinearMap& map, const char* who) {
  const Matrix* dense = map.dense();
  if (!dense) throw InvalidInput(cat(who, ": needs a stored matrix, got a map of ", map.rows(), " x ", map.cols()));
  return *dense;
}

}  // namespace penchant
