#include "penchant/lab/report_words.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/number_words.h"
#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"
#include "penchant/theory/cases.h"

namespace penchant {

namespace {

// A record of another version may hold what this one does not know: then its own word is used.
template <class Read>
std::string described(const Value& spec, std::string_view key, Read&& read) {
  const Value& table = member(spec, key);
  try {
    return describe(read(table, Where{"record", std::string(key), 0}));
  } catch (const InvalidInput&) {
    const std::string kind = text_of(table, "kind");
    return kind.empty() ? cat("an unknown ", key) : kind;
  }
}

std::string percent(double fraction) { return cat(short_text(100.0 * fraction, 3), " %"); }

std::string start_words(const Value& spec) {
  const Value& init = member(spec, "init");
  if (!list_of(init, "factors").empty()) return "from the factors in the given files";
  const double scale = number_of(init, "scale");
  const bool linear = text_of(member(spec, "model"), "kind") == "linear";
  const std::string shape = list_of(init, "shape").empty() ? "" : ", times a shape that differs from feature to feature";
  if (std::isnan(scale)) return linear ? "from β = 0" : "from the default start";
  return linear ? cat("from entries of size ", short_text(scale), shape)
                : cat("with every factor starting at ", short_text(scale), shape);
}

std::string classes_words(const Value& spec) {
  std::vector<std::string> groups;
  for (const Value& group : list_of(member(spec, "data"), "classes")) {
    std::vector<std::string> names;
    if (const auto* list = group.as_list())
      for (const Value& name : *list) names.push_back(name.as_string() ? *name.as_string() : name.describe());
    groups.push_back(join(names, " and "));
  }
  return groups.size() == 2 ? cat(", ", groups[0], " against ", groups[1], ",") : std::string();
}

// Why the data alone do not decide.
std::string freedom_words(const Value& record) {
  const Value& data = member(record, "data");
  const double features = number_of(data, "features"), rank = number_of(data, "rank");
  const std::string loss = text_of(member(member(record, "spec"), "loss"), "kind");
  if (loss == "logistic" || loss == "exponential") {
    const bool* separable = member(data, "separable").as_bool();
    if (!separable) return {};
    return *separable ? "A plane separates the classes, so infinitely many directions make no mistake, and the loss has no "
                        "minimiser: β grows for ever, and the "
                        "question is which direction it turns to."
                      : "No plane through the origin separates the classes, so no direction is without mistakes.";
  }
  if (!(rank < features))
    return rank == features ? "The samples fix every direction of β: at most one β fits them, and there is nothing to pick." : "";
  return cat(
      "The samples fix β in ", short_text(rank, 9), " directions of ", short_text(features, 9), "; along the other ",
      short_text(features - rank, 9),
      " anything fits as well. So infinitely many β fit perfectly, and the data alone do not say which one training ends at.");
}

std::string trained_words(const Value& record) {
  const Value& spec = member(record, "spec");
  const Value& data = member(record, "data");
  const std::string samples = cat(short_text(number_of(data, "samples"), 9), " samples with ",
                                  short_text(number_of(data, "features"), 9), " features (", text_of(data, "origin"), ")");
  if (member(spec, "limit").as_object())
    return cat("Nothing was trained: the spec names the variational problem itself, on ", samples, ".");
  std::string model = described(spec, "model", model_from);
  if (model.starts_with("the linear model")) model = "A linear model";
  if (model.starts_with("a ")) model.front() = 'A';
  return cat(model, " was trained on ", samples, classes_words(spec), " by ", described(spec, "dynamics", dynamics_from), " on ",
             described(spec, "loss", loss_from), ", ", start_words(spec), ". ", freedom_words(record));
}

std::string potential_words(const Value& limit) {
  const Value& potential = member(limit, "potential");
  const std::string name = text_of(potential, "name");
  if (name == "hypentropy" || name == "shifted_hypentropy")
    return " This measure lies between the ℓ1 norm, for small starts (few large coefficients), and the ℓ2 norm, for large ones "
           "(all coefficients a little).";
  if (name == "deep_diagonal")
    return " For small starts this measure is close to the ℓ1 norm, which favours few large coefficients.";
  if (name == "entropy") return " The measure is the Kullback–Leibler divergence from the start.";
  return {};
}

std::string limit_words(const Value& limit) {
  const std::string kind = text_of(limit, "kind");
  if (kind == "min_distance") return "among all β that fit, the one nearest to the start in the ordinary (ℓ2) distance.";
  if (kind == "min_l1")
    return "among all β that fit, the one with the least sum of absolute values (ℓ1 norm), which is usually sparse.";
  if (kind == "max_margin")
    return "the direction whose plane keeps the nearest sample of either class as far away as possible (the maximum ℓ2 margin).";
  if (kind == "bregman_projection")
    return cat(
        "among all β that fit, the one nearest to the start, in the measure of distance that the parametrisation brings with it (a "
        "Bregman divergence).",
        potential_words(limit));
  return cat("the solution of the problem ", kind, ".");
}

struct Count {
  int holds = 0, fails = 0, open = 0;
};

Count hypotheses_of(const Value& prediction) {
  Count count;
  for (const Value& h : list_of(prediction, "hypotheses")) {
    const bool* holds = member(h, "holds").as_bool();
    ++(!holds ? count.open : *holds ? count.holds : count.fails);
  }
  return count;
}

std::string hypotheses_words(const Value& prediction) {
  const Count count = hypotheses_of(prediction);
  const int all = count.holds + count.fails + count.open;
  if (all == 0) return "It needs no hypothesis on the data.";
  if (count.holds == all)
    return all == 1 ? "Its hypothesis was checked on these data and holds."
                    : cat("Its ", all, " hypotheses were checked on these data and hold.");
  return cat("Of its ", all, " hypotheses ", count.holds, count.holds == 1 ? " holds" : " hold",
             count.fails ? cat(", ", count.fails, " fail") : "", count.open ? cat(", ", count.open, " could not be checked") : "",
             ".");
}

std::string strength_words(const Value& prediction) {
  const std::string strength = text_of(prediction, "strength");
  if (strength == "theorem") return "This is a theorem: where its hypotheses hold, it is exact.";
  if (strength == "conditional")
    return "This is a theorem with a hypothesis that was not checked here: if that one holds, it is exact; if not, it says "
           "nothing.";
  if (strength == "conjecture") return "This is a conjecture: observed or stated, and known not to hold in general.";
  const double left = number_of(prediction, "theory_error");
  return std::isfinite(left)
             ? cat("It is exact only in a limit; at these parameters it leaves at most ", percent(left), " of the length of β.")
             : "It is exact only in a limit; how much it leaves at these parameters is not known.";
}

std::string theory_words(const Value& prediction) {
  const Value& limit = member(prediction, "limit");
  std::string out =
      cat("Theory (", text_of(prediction, "id"), ", ", text_of(prediction, "title"), ") names the end of this training: ");
  out += limit.as_object() ? limit_words(limit) : "a problem that depends on numbers measured along a run.";
  return cat(out, " ", strength_words(prediction), " ", hypotheses_words(prediction));
}

const Value& named(const Value::List& list, const std::string& id, std::string_view key) {
  static const Value nothing;
  const auto found = std::find_if(list.begin(), list.end(), [&](const Value& v) { return text_of(v, key) == id; });
  return found == list.end() ? nothing : *found;
}

std::string certificate_words(const Value& solution) {
  const Value& certificate = member(solution, "certificate");
  const std::string kind = text_of(certificate, "kind");
  if (kind == "bracket")
    return cat("The problem was solved, and a certificate that trusts no solver encloses its optimum to a relative ",
               short_text(number_of(certificate, "relative_gap"), 2), ".");
  if (kind == "infeasible") return "The problem has no solution: the dual proves that no β satisfies its constraints.";
  return "The problem was solved to first order; no bound encloses its optimum.";
}

std::string coordinates_words(const std::string& coordinates) {
  if (coordinates == "weights") return "the weights";
  if (coordinates == "log_weights") return "the logarithms of the weights";
  if (coordinates == "spectral") return "closed form along the singular vectors of the data";
  return cat(coordinates, " coordinates");
}

std::string run_words(const Value& record) {
  const Value& run = member(record, "trajectory");
  if (!run.as_object()) return {};
  std::string out =
      cat(list_of(record, "solutions").empty() ? "The training was computed in "
                                               : "The training itself was computed apart from that, in ",
          coordinates_words(text_of(run, "coordinates")), "; it stopped because ", text_of(member(run, "stop"), "text"), ".");
  const bool* left = member(run, "left_saddle").as_bool();
  if (left && !*left) out += " It had not left the neighbourhood of its start by then, so its end says little.";
  return out;
}

// How near the end is to the vector that a generator planted.
std::string recovery_words(const Value& record) {
  const bool ran = member(record, "trajectory").as_object() != nullptr;
  const Value::List& solutions = list_of(record, "solutions");
  const Value& r = ran                 ? member(member(record, "trajectory"), "recovery")
                   : solutions.empty() ? record
                                       : member(solutions.front(), "recovery");
  const double off = number_of(r, "relative_error"), recall = number_of(r, "support_recall"),
               precision = number_of(r, "support_precision");
  if (!std::isfinite(off)) return {};
  std::string out = cat("The data were made from a known β*: ", ran ? "the end of the run" : "the solution", " is off by ",
                        percent(off), " of its length, finds ", percent(recall), " of its non-zeros",
                        std::isfinite(precision) ? cat(", and ", percent(precision), " of what it finds is one of them.") : ".");
  const double best = off * std::sqrt(number_of(r, "best_truth_error") / number_of(r, "truth_error"));
  constexpr double kWorthSaying = 0.9;
  if (best < kWorthSaying * off)
    out += cat(" Stopped at t = ", power_of_ten_text(number_of(r, "best_truth_log10_time")), " it would have been off by ",
               percent(best), ".");
  return out;
}

// What a comparison says, in the reader's units.
std::string apart(const Value& comparison, bool angle) {
  const double distance = number_of(comparison, "distance");
  if (angle) return cat("An angle of ", short_text(distance, 3), " radians (", short_text(distance * 57.29577951308232, 2), "°)");
  return cat("A distance of ", short_text(distance, 3), " times the length of the predicted β");
}

double total_budget(const Value& comparison) {
  const Value& budget = member(comparison, "budget");
  return number_of(budget, "run") + number_of(budget, "limit") + number_of(budget, "theory");
}

// Whether the certificate found that other points reach the optimum, too.
bool has_other_minimisers(const Value& record, const std::string& id) {
  const bool* unique = member(member(named(list_of(record, "solutions"), id, "prediction"), "certificate"), "unique").as_bool();
  return unique && !*unique;
}

std::string undecided_words(const Value& record, const Value& comparison, const Value& prediction, bool angle) {
  const Value& budget = member(comparison, "budget");
  if (!std::isfinite(number_of(comparison, "distance")))
    return cat("No verdict on ", text_of(comparison, "prediction"), ": ", without_verdict(text_of(comparison, "text")), ".");
  std::string out = cat("No verdict on ", text_of(comparison, "prediction"), ". ", apart(comparison, angle),
                        " lies between the run and this limit, ");
  const double total = total_budget(comparison);
  if (std::isfinite(total)) {
    out += cat("and the errors that can be accounted for come to ", short_text(total, 2),
               number_of(comparison, "distance") <= total ? ": too wide to mean anything." : ": too near to call.");
  } else {
    std::vector<std::string> missing;
    if (!std::isfinite(number_of(budget, "run"))) missing.push_back("how far the run is from its own end");
    if (!std::isfinite(number_of(budget, "limit"))) missing.push_back("how far the solver's point may be from the optimum");
    if (!std::isfinite(number_of(budget, "theory"))) missing.push_back("how much the theorem leaves at these parameters");
    out += cat("but it is not known ", join(missing, ", nor "), ", so that distance can be called neither small nor large.");
  }
  const double excess = number_of(comparison, "excess_objective");
  if (std::isfinite(excess) && excess >= 0.0 && !angle)
    out += cat(" In the objective itself the run's end is ", percent(excess), " above the optimum at most.");
  if (!std::isfinite(number_of(budget, "limit")) && has_other_minimisers(record, text_of(prediction, "id")))
    out += " Other points reach the optimum as well, so no distance to this one decides.";
  else if (text_of(prediction, "strength") == "theorem-limit")
    out += " A sweep of the small parameter decides such a theorem, by the slope of this distance.";
  return out;
}

std::string verdict_words(const Value& record, const Value& comparison) {
  const std::string id = text_of(comparison, "prediction"), verdict = text_of(comparison, "verdict");
  const Value& prediction = named(list_of(record, "predictions"), id, "id");
  const bool* direction = member(prediction, "direction_only").as_bool();
  const bool angle = direction && *direction;
  const bool* independent = member(comparison, "independent").as_bool();
  const bool* trivial = member(comparison, "trivial").as_bool();
  const std::string evidence = trivial && *trivial
                                   ? cat(" It could not have been otherwise, so this is no evidence: ",
                                         text_of(comparison, "trivial_reason"), ".")
                               : independent && !*independent
                                   ? " The run's coordinates assume part of the theorem, though: this is no independent evidence."
                                   : " The two computations share nothing but the data, so this is independent evidence.";
  if (verdict == "agrees")
    return cat("Training went where theory says (", id, "). ", apart(comparison, angle),
               " lies between the two answers, and the errors that can be accounted for allow ",
               short_text(total_budget(comparison), 2), ".", evidence);
  if (verdict == "disagrees")
    return cat(
        "Training did not go where theory says (", id, "). ", apart(comparison, angle),
        " lies between the two answers, more than twice the ", short_text(total_budget(comparison), 2),
        " that all known errors explain. Look first at the hypotheses that fail or were not checked; if all hold, one of the "
        "two computations, or the theorem, is wrong.",
        evidence);
  return undecided_words(record, comparison, prediction, angle);
}

// The value of the curve at the last snapshot up to a time.
double curve_at(const Value& comparison, double log10_time) {
  const Value& curve = member(comparison, "curve");
  const std::vector<double> times = numbers_of(curve, "log10_time"), values = numbers_of(curve, "distance");
  double found = std::nan("");
  for (std::size_t i = 0; i < times.size() && i < values.size(); ++i)
    if (times[i] <= log10_time) found = values[i];
  return found;
}

std::string speed_words(const Value& comparison) {
  for (const Value& rate : list_of(comparison, "rates")) {
    const double exponent = number_of(rate, "exponent");
    if (text_of(rate, "variable") != "log_time" || text_of(rate, "quantity") != "angle" || !(exponent < 0.0)) continue;
    constexpr double kOrdinary = 6.0;  // a long ordinary run
    const double then = curve_at(comparison, kOrdinary);
    return cat("It is slow: the angle falls as (log t) to the power ", short_text(exponent, 5), " (theory ",
               short_text(number_of(rate, "expected")), "), so to halve it the training time must be squared.",
               std::isfinite(then)
                   ? cat(" At t = 1e+06, a long run by any other standard, it was still ", short_text(then, 2), " radians.")
                   : "");
  }
  return {};
}

void add(std::vector<std::string>& out, std::string words) {
  while (words.ends_with(' ')) words.pop_back();
  if (!words.empty()) out.push_back(std::move(words));
}

}  // namespace

std::string without_verdict(const std::string& text) {
  for (const std::string_view word : {"agrees: ", "disagrees: ", "undecided: "})
    if (text.starts_with(word)) return text.substr(word.size());
  return text;
}

std::vector<std::string> plain_words(const Value& record) {
  std::vector<std::string> out;
  add(out, trained_words(record));
  if (const Value& refusal = member(record, "refusal"); refusal.as_object())
    add(out, cat("The program predicts no end of this training, for the reason above, and it does not guess. The nearest known "
                 "result: ",
                 text_of(refusal, "nearest"), ". What the run did is shown below, with nothing to compare it to."));
  const Value::List& predictions = list_of(record, "predictions");
  const Value::List& solutions = list_of(record, "solutions");
  if (!predictions.empty()) add(out, theory_words(predictions.front()));
  if (!solutions.empty()) add(out, cat(certificate_words(solutions.front()), " ", run_words(record)));
  else add(out, run_words(record));
  add(out, recovery_words(record));
  for (const Value& comparison : list_of(record, "comparisons")) {
    add(out, verdict_words(record, comparison));
    add(out, speed_words(comparison));
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> words_used(const Value& record) {
  std::vector<std::pair<std::string, std::string>> out;
  const Value::List& comparisons = list_of(record, "comparisons");
  bool angle = false, distance = false;
  for (const Value& prediction : list_of(record, "predictions")) {
    const bool* direction = member(prediction, "direction_only").as_bool();
    (direction && *direction ? angle : distance) = true;
  }
  if (!comparisons.empty() && distance)
    out.emplace_back(
        "distance",
        "‖β of the run − β of the limit‖₂ / ‖β of the limit‖₂: 0 is the same point, 1 as far off as the limit is long.");
  if (!comparisons.empty() && angle)
    out.emplace_back("angle",
                     "between the β of the run and of the limit, in radians. Only the direction counts, because the length of β "
                     "grows without end.");
  if (!comparisons.empty())
    out.emplace_back("error budget",
                     "what the known errors can explain: how far the run still is from its own end (run), how far the solver's "
                     "point may be from the true optimum (limit), and what "
                     "the theorem leaves at these parameters (theory). A distance within the budget agrees, if the budget is at "
                     "most 0.01; beyond twice the budget it disagrees.");
  if (!list_of(record, "solutions").empty())
    out.emplace_back("certificate",
                     "a lower and an upper bound on the optimum, computed from the solver's point and its dual by code that "
                     "includes no solver. The relative gap between them is all that "
                     "the solver may be wrong by.");
  if (!list_of(record, "predictions").empty())
    out.emplace_back("strength",
                     "theorem: exact where the hypotheses hold. conditional: a theorem with a hypothesis that was not checked. "
                     "theorem-limit: exact only as a parameter goes to its limit. conjecture: not proven.");
  if (member(record, "trajectory").as_object())
    out.emplace_back("training time t",
                     "for gradient flow the time of dθ/dt = −∇L; for methods with steps the sum of the step sizes.");
  return out;
}

}  // namespace penchant
