// Files that travel inside the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace penchant::embedded {

std::string_view report_js();      // chart bundle, built from web/
std::string_view report_css();
std::string_view record_schema();  // JSON Schema of penchant/record/1
std::string_view sources_bib();  // theory/sources.bib

}  // namespace penchant::embedded
