// run, simulate, predict, solve.
#include "penchant/lab/run.h"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <limits>
#include <optional>

#include "options.h"
#include "penchant/core/file.h"
#include "penchant/core/json.h"
#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/lab/output_folder.h"
#include "penchant/lab/report.h"
#include "progress.h"
#include "signals.h"
#include "terminal.h"

namespace penchant::app {

namespace {

// Where the record goes; empty: nowhere.
std::string output_folder(const Options& options, const Experiment& experiment) {
  if (!options.out.empty()) return options.out;
  const bool writes = options.command == "run" && !options.json;
  return writes ? (std::filesystem::path("penchant-out") / experiment.name).string() : std::string();
}

// Before anything is computed: a run of an hour should not end in "exists already".
void check_folder(const std::string& folder, bool force) {
  if (folder.empty()) return;
  const std::filesystem::path path(folder);
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::status_known(status)) throw InvalidInput(cat("--out ", printable(folder), ": ", code.message()));
  if (std::filesystem::exists(status) && !std::filesystem::is_directory(status))
    throw InvalidInput(cat("--out ", folder, ": is not a folder"));
  if (std::filesystem::exists(path / "record.json", code) && !force)
    throw InvalidInput(cat("--out ", folder, ": holds a record already; --force writes over it"));
  for (const char* file : {"record.json", "report.html"})
    if (std::filesystem::is_directory(path / file, code))
      throw InvalidInput(cat("--out ", folder, ": ", file, " is a folder there"));
}

void remove_file(const std::string& path) {
  std::error_code code;
  std::filesystem::remove(path, code);
}

// The old record first and the new one last: wherever this is cut off, no record lies beside the report or the arrays of another.
Value write_outputs(const Record& record, const std::string& folder) {
  for (const char* file : {"record.json", "report.html"}) remove_file((std::filesystem::path(folder) / file).string());
  Value value = record_value(record, folder);
  if (!record.experiment.limit || !record.solutions.empty())
    write_file((std::filesystem::path(folder) / "report.html").string(), html_report(value));
  write_file((std::filesystem::path(folder) / "record.json").string(), to_json(value) + "\n");
  return value;
}

void print_prediction(const Prediction& p, bool colour) {
  std::cout << "  theory     " << p.title << " [" << p.id << ", " << name(p.strength) << "; " << p.source << "]\n";
  for (const Hypothesis& h : p.hypotheses)
    std::cout << "             " << coloured(h.holds ? (*h.holds ? "holds       " : "FAILS       ") : "not checked ", colour)
              << h.text << "\n";
  for (const std::string& note : p.notes) std::cout << "             " << note << "\n";
  if (!p.limit) std::cout << "             needs from a run: " << join(p.needs, ", ") << "\n";
}

void print_solution(const SolvedPrediction& s) {
  const Certificate& c = s.solution.certificate;
  std::cout << "  limit      " << kind_of(s.limit) << ": " << name(s.solution.outcome.status);
  if (c.kind == CertificateKind::bracket)
    std::cout << ", optimum in [" << short_text(c.lower, 10) << ", " << short_text(c.upper, 10) << "], relative gap "
              << short_text(c.relative_gap, 2);
  std::cout << "\n             " << (s.solution.outcome.text.empty() ? c.text : s.solution.outcome.text) << "\n";
}

void print_trajectory(const Trajectory& t) {
  std::cout << "  run        " << t.coordinates << ", " << short_text(t.steps, 10)
            << " steps, t = " << power_of_ten_text(t.log10_time) << "\n             " << t.text << "\n";
}

void print_comparison(const Comparison& c, const std::string& title, bool colour) {
  std::cout << "  verdict    " << c.prediction << " (" << title << "): " << coloured(c.text, colour) << "\n             "
            << (c.trivial       ? "no evidence: nothing else could have come out"
                : c.independent ? "independent evidence"
                                : "not independent: the run's coordinates assume part of the theorem")
            << "\n";
  for (const RateFit& r : c.rates)
    std::cout << "             measured " << r.quantity << " ∝ " << r.variable << "^" << short_text(r.exponent, 6) << " ["
              << short_text(r.low, 6) << ", " << short_text(r.high, 6) << "], theory " << (r.upper_bound_only ? "at most " : "")
              << short_text(r.expected)
              << (std::isnan(r.expected_constant)
                      ? ""
                      : cat(", times ", short_text(r.constant), ", theory ", short_text(r.expected_constant)))
              << ": " << (r.verdict == Verdict::agrees ? cat("within ", kRateTolerance) : "not decided in this window") << "\n";
}

std::string title_of(const Record& record, const std::string& id) {
  for (const Prediction& prediction : record.predictions)
    if (prediction.id == id) return prediction.title;
  return id;
}

void print_verdict(const Record& record, const std::string& folder, bool colour) {
  std::cout << record.experiment.name << ": " << record.data->samples() << " samples, " << record.data->dimension()
            << " features\n";
  if (record.refusal)
    std::cout << "  " << coloured("refused    ", colour) << record.refusal->reason
              << "\n             nearest: " << record.refusal->nearest << "\n";
  for (const Prediction& p : record.predictions) print_prediction(p, colour);
  for (const SolvedPrediction& s : record.solutions) print_solution(s);
  if (record.trajectory) print_trajectory(*record.trajectory);
  for (const Comparison& c : record.comparisons) print_comparison(c, title_of(record, c.prediction), colour);
  if (!folder.empty()) std::cout << "  report     " << (std::filesystem::path(folder) / "report.html").string() << "\n";
}

// From here on SIGTERM asks for a checkpoint.
CheckpointOptions checkpoint_in(const std::string& folder, const Options& options) {
  CheckpointOptions out{(std::filesystem::path(folder) / "checkpoint").string(), options.checkpoint_every, checkpoint_requested};
  if (!options.quiet) out.note = [](const std::string& text) { std::cerr << "penchant: " << text << "\n"; };
  if (options.force) remove_file(out.path);
  listen_for_checkpoint();
  return out;
}

// The line of progress of one training. What is left is known only where the spec bounds the steps or the seconds.
class RunProgress {
 public:
  RunProgress(const Options& options, const StopSpec& stop) : progress_(options.quiet), stop_(stop) {}
  void look_at(const Snapshot& now) {
    if (!first_steps_) {
      first_steps_ = now.steps;
      start_ = Clock::now();
    }
    if (progress_.due()) progress_.show(text(now));
  }
  void clear() { progress_.clear(); }

 private:
  using Clock = std::chrono::steady_clock;

  std::string text(const Snapshot& now) const {
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    const double rate = seconds > 0.0 ? (now.steps - *first_steps_) / seconds : 0.0;
    double left = std::numeric_limits<double>::infinity();
    if (stop_.steps && rate > 0.0) left = (static_cast<double>(*stop_.steps) - now.steps) / rate;
    if (stop_.seconds) left = std::min(left, *stop_.seconds - seconds);
    const std::string time =
        std::isfinite(left) ? cat("at most ", duration_text(std::max(left, 0.0)), " left") : duration_text(seconds);
    return cat(short_text(now.steps, 8), " steps  ", rate_text(rate), "  ", time, "  log10 t ", short_text(now.log10_time, 4),
               "  log10 loss ", short_text(now.log10_loss, 4));
  }

  Progress progress_;
  StopSpec stop_;
  std::optional<double> first_steps_;  // a run that goes on has some
  Clock::time_point start_;
};

}  // namespace

int run_command(const Options& options) {
  const Experiment experiment = read_experiment(options.spec, options.settings, options.seed);
  if (experiment.limit && options.command != "run" && options.command != "solve")
    throw InvalidInput(cat(options.spec, ": [limit] solves a problem without training, so there is nothing to ", options.command,
                           "; use penchant solve"));
  const std::string folder = output_folder(options, experiment);
  check_folder(folder, options.force);
  std::optional<OutputFolder> held;
  if (!folder.empty()) {
    held.emplace(folder);
    check_folder(folder, options.force);  // whoever held it before may have written
  }
  const bool colour = wants_colour(options.colour);
  RunProgress progress(options, experiment.stop);
  Verbs verbs;
  verbs.predict = options.command != "simulate";
  verbs.solve = options.command == "run" || options.command == "solve";
  verbs.simulate = options.command == "run" || options.command == "simulate";
  verbs.observer = [&progress](const Snapshot& snapshot) {
    progress.look_at(snapshot);
    return !interrupted();
  };
  verbs.interrupted = interrupted;
  if (verbs.simulate && !experiment.limit && !folder.empty()) verbs.checkpoint = checkpoint_in(folder, options);
  const Record record = run(experiment, verbs);
  progress.clear();
  if (!record.checkpointed.empty()) {
    std::cerr << "penchant: checkpointed in " << verbs.checkpoint->path << " (" << record.checkpointed
              << "); the same command goes on from there\n";
    return kExitCheckpointed;
  }
  const Value value = folder.empty() ? record_value(record, folder) : write_outputs(record, folder);
  if (verbs.checkpoint) remove_file(verbs.checkpoint->path);
  if (options.json) std::cout << to_json(value) << "\n";
  else if (!options.quiet) print_verdict(record, folder, colour);
  return interrupted() ? kExitInterrupted : exit_code(record);
}

}  // namespace penchant::app
