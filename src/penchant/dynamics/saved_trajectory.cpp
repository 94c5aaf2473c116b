#include "penchant/dynamics/saved_trajectory.h"

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

namespace {

void write(Writer& out, const Predictor& predictor) {
  out.text(predictor.kind);
  for (const Vector* v : {&predictor.values, &predictor.logs.log_abs, &predictor.logs.sign}) out.vector(*v);
}

Predictor read_predictor(Reader& in) {
  Predictor out;
  out.kind = in.text();
  for (Vector* v : {&out.values, &out.logs.log_abs, &out.logs.sign}) *v = in.vector();
  return out;
}

void write(Writer& out, const Snapshot& snapshot) {
  for (double x :
       {snapshot.log10_time, snapshot.steps, snapshot.log10_loss, snapshot.residual, snapshot.alignment, snapshot.conserved_drift})
    out.number(x);
  write(out, snapshot.predictor);
  out.vector(snapshot.loss_weights);
  out.number(snapshot.sharpness);
  out.number(snapshot.hessian_trace);
}

Snapshot read_snapshot(Reader& in) {
  Snapshot out;
  for (double* x : {&out.log10_time, &out.steps, &out.log10_loss, &out.residual, &out.alignment, &out.conserved_drift})
    *x = in.number();
  out.predictor = read_predictor(in);
  out.loss_weights = in.vector();
  out.sharpness = in.number();
  out.hessian_trace = in.number();
  return out;
}

std::int64_t read_count(Reader& in) {
  const std::int64_t count = in.integer();
  if (count < 0) throw InvalidInput(cat("holds a count of ", count));
  return count;
}

}  // namespace

void write(Writer& out, const std::vector<Snapshot>& snapshots) {
  out.integer(static_cast<std::int64_t>(snapshots.size()));
  for (const Snapshot& snapshot : snapshots) write(out, snapshot);
}

std::vector<Snapshot> read_snapshots(Reader& in) {
  std::vector<Snapshot> out;
  for (std::int64_t left = read_count(in); left > 0; --left) out.push_back(read_snapshot(in));
  return out;
}

void write(Writer& out, const Trajectory& t) {
  out.section("trajectory");
  for (const std::string* text : {&t.coordinates, &t.clock, &t.text}) out.text(*text);
  out.integer(static_cast<std::int64_t>(t.reason));
  for (double x : {t.steps, t.time, t.log10_time, t.loss, t.log10_loss, t.step_size, t.remaining, t.conserved_drift, t.seconds})
    out.number(x);
  out.flag(t.left_saddle);
  write(out, t.predictor);
  write(out, t.snapshots);
  out.integer(static_cast<std::int64_t>(t.measured.size()));
  for (const auto& [name, array] : t.measured) {
    out.text(name);
    out.text(array.formula);
    out.vector(array.values);
  }
}

Trajectory read_trajectory(Reader& in) {
  in.section("trajectory");
  Trajectory t;
  for (std::string* text : {&t.coordinates, &t.clock, &t.text}) *text = in.text();
  t.reason = static_cast<StopReason>(in.integer());
  for (double* x :
       {&t.steps, &t.time, &t.log10_time, &t.loss, &t.log10_loss, &t.step_size, &t.remaining, &t.conserved_drift, &t.seconds})
    *x = in.number();
  t.left_saddle = in.flag();
  t.predictor = read_predictor(in);
  t.snapshots = read_snapshots(in);
  for (std::int64_t left = read_count(in); left > 0; --left) {
    const std::string name = in.text();
    MeasuredArray& array = t.measured[name];
    array.formula = in.text();
    array.values = in.vector();
  }
  return t;
}

}  // namespace penchant
