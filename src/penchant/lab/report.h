// Reports of one record.
#pragma once

#include <string>

#include "penchant/core/value.h"
#include "penchant/lab/report_document.h"

namespace penchant {

// Verdicts, plain sentences, charts, hypotheses, certificates, comparisons, rates, the run, and what it takes to run it again.
Document record_document(const Value& record);

// One self-contained offline HTML page.
std::string html_report(const Value& record);

}  // namespace penchant
