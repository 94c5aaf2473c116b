// The report of a sweep.
#pragma once

#include <string>

#include "penchant/lab/report_document.h"
#include "penchant/lab/report_sweep_view.h"

namespace penchant {

struct SweepReportOptions {
  SweepViewOptions view;
  bool incomplete = false;  // statistics also over a sweep that is not complete, and said so
};

// `sweep`: what sweep.json says is swept; `maker`: its provenance. Without `incomplete`,
// an incomplete sweep is shown trial by trial: how far it is,
// what failed and why, the points so far, and no statistic. Throws InvalidInput for names in the view that the store lacks.
Document sweep_document(const Value& sweep, const Value& maker, const StoreTable& table, const SweepReportOptions& options,
                        const std::string& folder);

}  // namespace penchant
