// What nearly every file of the library includes, read once: parsing these headers takes longer than most files of ours. A file
// still includes what it uses; nothing of Penchant's own stands here except headers that hardly change.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "penchant/core/decompositions.h"
#include "penchant/core/types.h"
