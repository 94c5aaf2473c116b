#pragma once

#include <string>

#include "penchant/lab/report_document.h"

namespace penchant {

// One page that needs nothing from outside: style and chart bundle travel inside.
std::string html_page(const Document& document);

}  // namespace penchant
