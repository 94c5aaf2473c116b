// One trial of a sweep: what is kept of a Record, flat and small, so that a million of them are rows of a table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penchant/lab/run.h"

namespace penchant {

enum class TrialOutcome {
  done,
  refused,  // theory has nothing to say about this training, or the input of this trial is wrong
  failed    // something did not converge, or broke
};
std::string_view name(TrialOutcome outcome);

using NamedArrays = std::vector<std::pair<std::string, Vector>>;

struct TrialResult {
  std::string key;               // hash of the resolved spec (Experiment::hash), 32 hexadecimal digits
  std::uint64_t index = 0;       // place in the grid
  Value assignments;             // flat object, {"init.scale": 1e-3, "data.seed": 4}
  TrialOutcome outcome = TrialOutcome::done;
  std::string text;              // the sentence: verdict, reason of the refusal, what did not converge
  Value values;                  // flat object, see trial_value_names()
  NamedArrays arrays;            // what [sweep] keep names, see trial_arrays()
  double seconds = 0.0;          // these three are left out when stores are compared
  std::string host;
  int attempt = 1;
};

// The names of trial_values(), in order:
//   prediction strength verdict independent trivial distance angle excess_objective budget_run budget_limit budget_theory
//   limit_status limit_objective limit_relative_gap limit_norm_l1 limit_norm_l2 limit_test_error
//   limit_truth_error limit_relative_error limit_error_l1 limit_support_precision limit_support_recall limit_support_exact
//   stop_reason steps log10_time loss log10_loss residual left_saddle conserved_drift norm_l1 norm_l2 test_error
//   truth_error relative_error error_l1 support_precision support_recall support_exact best_truth_error best_truth_log10_time
//   magnification_predicted magnification_run magnification_weights (weight normalisation, log10)
//   hypotheses_hold hypotheses_fail hypotheses_open sharpness hessian_trace noise_regulariser noise_regulariser_error
// After them, where the prediction has a rate in a key of the spec: slope_variable slope_expected slope_is_bound;
// and for each weaker prediction ID.strength ID.verdict ID.distance ID.budget_run ID.budget_limit ID.budget_theory ID.slope_…
const std::vector<std::string>& trial_value_names();

// One number, string, bool or null per name; null where it means nothing. Of several predictions the first (strongest) counts,
// its solution and its comparison. Norms are those of the predictor; for the lines from truth_error on see recovery.h.
Value trial_values(const Record& record);

// What `keep` may name, and the arrays it stands for:
//   w (the run's predictor)   limit_w   dual (of the limit)   truth (planted)   best_terms (σ_s of the truth, s = 1, 2,
//                             …: recovery.h)
//   measured: all of Trajectory::measured (sgd_gain_plus, …), each under its name
//   curve: log10_time log10_loss snapshot_residual snapshot_norm_l1 at the snapshots, snapshot_truth_error where a truth is
//     planted, sharpness, hessian_trace where
//   dynamics.measure asked for them, and distance, margin_gap where there is a comparison
const std::vector<std::string>& keepable_names();
NamedArrays trial_arrays(const Record& record, const std::vector<std::string>& keep);

struct TrialOptions {
  std::vector<std::string> keep;
  Verbs verbs;
};

// All verbs on one trial. Never throws for what this trial alone is to blame for: its own bad input is `refused`,
// a numerical breakdown `failed`, each with its sentence. index and assignments are the caller's to set.
TrialResult run_trial(const Experiment& experiment, const TrialOptions& options = {});
// The same, of a record that exists already.
TrialResult trial_of(const Record& record, const std::vector<std::string>& keep);

}  // namespace penchant
