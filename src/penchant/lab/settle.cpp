#include "penchant/lab/settle.h"

#include <cmath>

#include "penchant/core/text.h"

namespace penchant {

std::vector<Prediction> settled(std::vector<Prediction> predictions, const Trajectory& trajectory) {
  if (trajectory.snapshots.empty()) return predictions;
  const Snapshot& end = trajectory.snapshots.back();
  const bool decays = !std::isnan(end.rest);
  const double left = decays ? end.rest : end.residual;
  if (!(left <= kArrived)) return predictions;
  for (Prediction& prediction : predictions)
    for (Hypothesis& hypothesis : prediction.hypotheses) {
      if (hypothesis.shown_by != ShownBy::run || hypothesis.holds) continue;
      hypothesis.holds = true;
      hypothesis.measured = left;
      hypothesis.threshold = kArrived;
      hypothesis.text += cat("; it ended with a ", decays ? "force" : "residual", " of ", left);
    }
  return ranked(std::move(predictions));
}

std::vector<Prediction> settled(std::vector<Prediction> predictions, const std::string& id, const Certificate& certificate) {
  if (certificate.kind != CertificateKind::bracket) return predictions;
  for (Prediction& prediction : predictions)
    for (Hypothesis& hypothesis : prediction.hypotheses) {
      if (prediction.id != id || hypothesis.shown_by != ShownBy::limit || hypothesis.holds) continue;
      hypothesis.holds = true;
      hypothesis.text += ", and the certified limit is such a point";
    }
  return ranked(std::move(predictions));
}

}  // namespace penchant
