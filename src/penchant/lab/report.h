// One self-contained offline HTML page from a record.
#pragma once

#include <string>

#include "penchant/core/value.h"

namespace penchant {

std::string html_report(const Value& record);

}  // namespace penchant
