#include "penchant/lab/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "penchant/core/decompositions.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/alignment.h"
#include "penchant/lab/rate_law.h"
#include "penchant/lab/run_term.h"
#include "penchant/lab/verdict_words.h"
#include "penchant/limits/lasso_face.h"

namespace penchant {

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::agrees: return "agrees";
    case Verdict::disagrees: return "disagrees";
    case Verdict::undecided: return "undecided";
  }
  return "undecided";
}

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();
// An agreement within a budget wider than this says nothing.
constexpr double kWidestBudget = 0.01;
// What a run still owes is known to first order only; beyond this it may be short by a factor of several (measured:
// below it the distance to the run's end was at most 0.75 of the term, from 0.28 on up to 3.8 times it).
// A margin's term is a bound at any size.
constexpr double kFirstOrder = 0.1;
// At a plateau between saddles, the features that have grown can take none of the residual, and first order says little of those
// that will: a run then moved 11 times the least-norm fit of it. Within this many times that nothing is held against theory.
constexpr double kMostTaken = 100.0;

// 2 asin(½|u-v|): the arccosine of a cosine near 1 would lose half the digits.
double angle_between(const Vector& a, const Vector& b) {
  const double na = a.norm(), nb = b.norm();
  if (!(na > 0.0 && nb > 0.0 && std::isfinite(na) && std::isfinite(nb))) return kNaN;
  return 2.0 * std::asin(std::min(1.0, 0.5 * (a / na - b / nb).norm()));
}

// The size that distances are relative to.
double reference_norm(const Solution& solution) {
  const double norm = solution.predictor.values.norm();
  return norm > 0.0 ? norm : 1.0;
}

const MaxMargin* margin_limit(const Prediction& prediction) {
  return prediction.limit ? std::get_if<MaxMargin>(&*prediction.limit) : nullptr;
}

// 1 - margin(β)/γ with γ the certified upper bound on the margin; above 1 while β does not separate.
double margin_gap(const MaxMargin& limit, const Vector& beta, double upper) {
  const double norm = beta.norm();
  if (!(norm > 0.0) || !std::isfinite(norm) || !(upper > 0.0)) return kNaN;
  Vector outputs(limit.x->rows());
  limit.x->apply(beta / norm, outputs);
  return 1.0 - outputs.cwiseProduct(limit.y).minCoeff() / upper;
}

// With margin γ_w of the run and any upper bound γ on the optimum, the angle to the optimum is at most arccos(γ_w/γ): rigorous,
// and it counts whatever error the integrator made.
double margin_run_error(double gap) { return gap < 1.0 ? 2.0 * std::asin(std::sqrt(std::max(gap, 0.0) / 2.0)) : kNaN; }

struct Distance {
  double value, angle, margin_gap;
};

Distance distance_of(const Vector& beta, const Prediction& prediction, const Solution& solution) {
  const Vector& star = solution.predictor.values;
  const double angle = angle_between(beta, star);
  if (const MaxMargin* limit = margin_limit(prediction))
    return {angle, angle, margin_gap(*limit, beta, solution.certificate.upper)};
  return {(beta - star).norm() / reference_norm(solution), angle, kNaN};
}

// A point that is farther from fitting has no objective to speak of.
constexpr double kFits = 1e-6;

// How far the objective of the run's end is from the optimum at most, relative to the optimum; NaN where it does not fit or its
// point cannot be bracketed.
double excess_objective(const Trajectory& trajectory, const Prediction& prediction, const Solution& solution) {
  if (!trajectory.predictor.values.allFinite()) return kNaN;
  Solution end;
  end.predictor = trajectory.predictor;
  end.dual = solution.dual;
  const Certificate certificate = certify(*prediction.limit, end);
  if (certificate.kind != CertificateKind::bracket || !(certificate.feasibility <= kFits)) return kNaN;
  if (margin_limit(prediction)) return certificate.relative_gap;
  const double lowest = std::max(certificate.lower, solution.certificate.lower);
  const double excess = std::min(certificate.gap, std::max(0.0, certificate.upper - lowest));
  return excess == 0.0 || certificate.relative_gap == 0.0 ? 0.0 : lowest > 0.0 ? excess / lowest : kNaN;
}

std::vector<CurvePoint> curve_of(const Trajectory& trajectory, const Prediction& prediction, const Solution& solution) {
  std::vector<CurvePoint> curve;
  for (const Snapshot& snapshot : trajectory.snapshots) {
    const Distance distance = distance_of(snapshot.predictor.values, prediction, solution);
    curve.push_back({snapshot.log10_time, distance.value, distance.margin_gap});
  }
  return curve;
}

// How far the dual iterate of a flow has left the row space; absent where the run kept to it, or nothing is known of it.
// A run that left it may be of something else, as its reruns at looser tolerance may be: its disagreement is no evidence.
std::optional<double> lost_alignment(const Trajectory& trajectory) {
  const bool in_weights = trajectory.coordinates == "weights" && std::isnan(trajectory.step_size);
  const bool flow = in_weights || trajectory.coordinates == "log_weights";
  if (!flow || trajectory.snapshots.empty()) return std::nullopt;
  const double alignment = trajectory.snapshots.back().alignment;
  return alignment > kLeftRowSpace ? std::optional(alignment) : std::nullopt;
}

// Where a Lasso has several minimisers the run is held against their set, by the one found nearest to its end.
struct Reference {
  Solution solution;
  double set_distance = kInfinity;  // no minimiser is nearer to the run's end; a single one: not needed
};

Reference reference(const Trajectory& trajectory, const Prediction& prediction, const Solution& solution) {
  const auto* penalised = std::get_if<Penalised>(&*prediction.limit);
  if (!penalised || !std::isnan(solution.certificate.distance_bound)) return {solution};
  const auto near = lasso_minimiser_near(*penalised, solution, trajectory.predictor.values);
  if (!near) return {solution};
  Reference out{solution, near->set_distance};
  out.solution.predictor = Predictor::vector(near->beta);
  out.solution.certificate.distance_bound = near->distance_bound;
  return out;
}

// A bracket with a distance bound is one whatever the solver says of its own success: it can show that a run is near.
bool can_be_compared(const Solution& solution) {
  const Status status = solution.outcome.status;
  const bool bounded =
      solution.certificate.kind == CertificateKind::bracket && std::isfinite(solution.certificate.distance_bound);
  return status == Status::solved || status == Status::almost_solved || (status == Status::not_converged && bounded);
}

void decide(Comparison& out, const Compared& of) {
  const double distance = out.distance, total = out.budget.total();
  const std::string numbers =
      cat(of.is_angle ? "angle " : "distance ", short_text(distance), ", budget ", short_text(total), " (run ",
          short_text(out.budget.run), ", limit ", short_text(out.budget.limit), ", theory ", short_text(out.budget.theory), ")");
  if (std::isnan(distance)) {
    out.text = of.is_angle ? "undecided: the run or the limit is 0 or not finite, so no angle lies between them"
                           : "undecided: the run or the limit is not finite, so no distance lies between them";
  } else if (std::isnan(total)) {
    out.text = cat("undecided: ", missing_bound_words(out, of));
  } else if (distance <= total && total <= kWidestBudget) {
    out.verdict = Verdict::agrees;
    out.text = cat("agrees: ", numbers);
  } else if (distance > total && out.budget.run > kFirstOrder && !of.is_angle) {
    out.text = cat("undecided: ", numbers, "; ", still_moving_words(of.trajectory), ", and beyond ", kFirstOrder,
                   " its term is an estimate only: ", nearer_words(of));
  } else if (distance > 2.0 * total) {
    out.verdict = Verdict::disagrees;
    out.text = cat("disagrees: ", numbers);
  } else if (distance <= total) {
    out.text = cat("undecided: ", wide_budget_words(out, of));
  } else {
    out.text = cat("undecided: ", numbers, ": more than the errors explain, but less than twice that");
  }
}

// ‖X⁺r‖₂ of the residual that the run ends with: no displacement that fits it is shorter. 0 where X is never formed.
double least_norm_left(const Problem& problem, const Trajectory& trajectory) {
  const Matrix* x = problem.data->features->dense();
  if (!x) return 0.0;
  return x->completeOrthogonalDecomposition().solve(problem.data->targets - *x * trajectory.predictor.values).norm();
}

// Why a distance beyond the budget is no disagreement all the same.
std::optional<std::string> doubt(const Comparison& out, const Compared& of, double set_distance, double norm) {
  const auto& [problem, trajectory, prediction, solution, is_angle] = of;
  if (!(set_distance > 2.0 * out.budget.total()))
    return cat("no minimiser was found nearer to the run than ", short_text(out.distance), ", and none is nearer than ",
               short_text(set_distance));
  if (solution.outcome.status == Status::not_converged)
    return cat("distance ", short_text(out.distance), " from a limit that was not solved (", solution.outcome.text, ")");
  if (const auto lost = lost_alignment(trajectory))
    return cat(measured_words(out.distance, false),
               ", but the integration drifted off the exact flow (its dual iterate left the row space by ", short_text(*lost),
               " of its way): lower dynamics.rtol or use coordinates = \"log_weights\"");
  const bool fits = prediction.limit && !is_angle && !std::holds_alternative<Penalised>(*prediction.limit);
  if (const double left = fits ? least_norm_left(problem, trajectory) / norm : 0.0; kMostTaken * left > out.distance)
    return cat(measured_words(out.distance, false), ", but ", still_moving_words(trajectory),
               ": what it has yet to fit moves it by ", short_text(left), " at least, and by many times that where ",
               "features that have hardly grown must take it; ", nearer_words(of));
  return std::nullopt;
}

}  // namespace

Comparison compare(const Problem& problem, const Trajectory& trajectory, const Prediction& prediction, const Solution& solved,
                   double integration_error) {
  Comparison out;
  out.prediction = prediction.id;
  out.independent = trajectory.coordinates == "weights" || trajectory.coordinates == "log_weights";
  out.distance = out.angle = out.excess_objective = kNaN;
  if (!can_be_compared(solved)) {
    out.budget = {kNaN, kNaN, kNaN};
    out.text = cat("undecided: the limit was not solved (", solved.outcome.text, ")");
    return out;
  }
  const auto [solution, set_distance] = reference(trajectory, prediction, solved);
  const Distance end = distance_of(trajectory.predictor.values, prediction, solution);
  const bool margin = margin_limit(prediction) != nullptr;
  const double norm = reference_norm(solution);
  out.distance = end.value;
  out.angle = end.angle;
  out.excess_objective = excess_objective(trajectory, prediction, solution);
  out.budget.run = margin ? margin_run_error(end.margin_gap) : run_error(trajectory, norm, integration_error);
  out.budget.limit = solution.certificate.distance_bound / (margin ? 1.0 : norm);
  out.budget.theory = prediction.theory_error;
  out.curve = curve_of(trajectory, prediction, solution);
  for (const ExpectedRate& expected : prediction.rates)
    if (auto fit = fit_rate(expected, out.curve, trajectory.snapshots)) out.rates.push_back(*fit);
  const Compared of{problem, trajectory, prediction, solution, margin};
  decide(out, of);
  if (std::isfinite(set_distance)) out.text += "; the minimiser is not unique: this is the distance to the set of them";
  if (out.verdict != Verdict::disagrees) return out;
  if (const auto why = doubt(out, of, set_distance / norm, norm)) {
    out.verdict = Verdict::undecided;
    out.text = "undecided: " + *why;
  }
  return out;
}

}  // namespace penchant
