#include <cmath>

#include "referee/projection_oracle.h"
#include "referee/tolerances.h"
#include "referee/training.h"

namespace penchant::referee {

namespace {

// Twins are treated alike by every step, so that only rounding parts them.
constexpr double kTwins = 1e-9;

Training deep_training(Draw& draw, int& depth, double& scale) {
  const Index n = draw.integer(3, 8), d = draw.integer(static_cast<int>(n) + 1, 24);
  Training out{Matrix(n, d), Vector(n), {}};
  const int kind = draw.integer(0, 2);
  for (double& v : out.x.reshaped()) v = kind == 0 ? draw.normal() : kind == 1 ? draw.uniform(0.0, 1.0) : draw.integer(-3, 3);
  if (draw.chance(0.5)) out.x.col(1) = Vector(out.x.col(0));
  Vector beta = Vector::Zero(d);
  beta.head(2) = normal_vector(draw, 2).array() + 1.0;
  out.y = out.x * beta;
  depth = draw.integer(3, 8);
  scale = depth < 5 ? draw.power_of_ten(-5, -2) : draw.power_of_ten(-4, -1.5);
  out.table("model") = Value::object({{"kind", "diagonal"}, {"depth", depth}});
  out.table("init") = Value::object({{"scale", scale}});
  out.table("loss") = Value::object({{"kind", "squared"}});
  out.table("dynamics") = Value::object({{"kind", "gradient_flow"}});
  return out;
}

double largest_split(const Vector& beta) { return std::abs(beta[0] - beta[1]) / beta.cwiseAbs().maxCoeff(); }

}  // namespace

void deep_networks(Draw& draw, Findings& found) {
  int depth = 0;
  double scale = 0.0;
  const Training training = deep_training(draw, depth, scale);
  const std::string label = cat("N = ", depth);
  const Record record = run_of(training);
  if (record.comparisons.empty() || !record.trajectory) return found.undecided(label + ": no comparison");
  const Comparison& comparison = record.comparisons.front();
  const auto told = [&] { return cat(label, ", scale ", scale, ": ", comparison.text, "; ", shown(training)); };
  if (comparison.verdict == Verdict::disagrees) found.wrong(cat("disagrees with a theorem: ", told()));
  if (comparison.verdict == Verdict::undecided) found.undecided(label);
  if (comparison.verdict == Verdict::agrees) found.count("agrees: " + label);
  const Vector& run = record.trajectory->predictor.values;
  const bool twins = training.x.col(0) == training.x.col(1);
  if (twins && comparison.verdict != Verdict::undecided && largest_split(run) > kTwins)
    found.wrong(cat("twins split by ", largest_split(run), ": ", told()));
  const Solution& solution = record.solutions.front().solution;
  if (twins && solution.outcome.status == Status::solved && largest_split(solution.predictor.values) > kSolvedDistance)
    found.wrong(cat("solved, with twins split by ", largest_split(solution.predictor.values), ": ", told()));
  if (comparison.verdict != Verdict::agrees) return;
  const Vector start = Vector::Constant(training.x.cols(), std::log(scale));
  const auto map = mirror_map(DeepDiagonal{depth, start, start}, {}, training.x.cols());
  // Only independent equations: others would make Newton's system singular.
  const WideMatrix all(training.x);
  const auto rows = independent_rows(all);
  const WideVector targets = wide(training.y);
  WideVector y;
  for (const std::size_t i : rows) y.push_back(targets[i]);
  const auto best = project(rows_of(all, rows), y, *map, rows.size() == all.rows ? solution.dual : Vector());
  if (!best) return found.count("end not checked");
  const double size = static_cast<double>(norm(best->beta));
  const double distance = static_cast<double>(norm(wide(run) - best->beta)) / size;
  if (distance > comparison.budget.total() + kRounding)
    found.wrong(cat("agrees at true distance ", distance, ", beyond its budget: ", told()));
}

}  // namespace penchant::referee
