// Markdown and LaTeX of a document.
#pragma once

#include <string>
#include <string_view>

#include "penchant/lab/report_document.h"

namespace penchant {

std::string markdown(const Document& document, const std::string& assets = {});
// Needs booktabs and amssymb, and graphicx where `assets` is given.
std::string latex(const Document& document, const std::string& assets = {});

// "1.9e-08" standing by itself becomes 1.9 × 10⁻⁸; everything else stays as it is.
std::string with_powers(std::string_view text);
// Escaped for LaTeX: letters of formulas (ℓ, β, ‖, ≤, …) and powers of ten in math mode.
std::string latex_text(std::string_view text);

}  // namespace penchant
