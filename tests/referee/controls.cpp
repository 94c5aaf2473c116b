#include <cmath>

#include "penchant/core/decompositions.h"
#include "referee/margin_oracle.h"
#include "referee/training.h"

namespace penchant::referee {

namespace {

// none: no theorem names an end for it, so that nothing independent can agree. maybe: the run may yet end where one says.
enum class Theorem { none, maybe };

struct Breakage {
  const char* family;
  Theorem theorem;
  void (*apply)(Draw&, Training&);
};

struct Control {
  std::string family;
  Theorem theorem;
  Training training;
};

Value kind(const char* name) { return Value::object({{"kind", name}}); }

Value descent(const Value& step) { return Value::object({{"kind", "gradient_descent"}, {"step_size", step}, {"force", true}}); }

double largest_curvature(const Training& t) {
  const double sigma = Eigen::JacobiSVD<Eigen::MatrixXd>(Eigen::MatrixXd(t.x)).singularValues()[0];
  return sigma * sigma;
}

void make_inconsistent(Draw& draw, Training& t) {
  t.x = Matrix(t.x.transpose());
  t.y = normal_vector(draw, t.x.rows());
}

void diagonal(Training& t, int depth, double scale) {
  t.table("model") = Value::object({{"kind", "diagonal"}, {"depth", depth}});
  t.table("init") = Value::object({{"scale", scale}});
}

// Trainings that end elsewhere, or nowhere, or have not ended: each breaks what some theorem asks for.
const std::vector<Breakage> kControls = {
    {"a constant step on minibatches of inconsistent data", Theorem::none,
     [](Draw& draw, Training& t) {
       make_inconsistent(draw, t);
       t.table("dynamics") = Value::object(
           {{"kind", "stochastic"}, {"step_size", 0.3 / largest_curvature(t)}, {"batch", 1}, {"force", true}});
       t.table("stop") = Value::object({{"steps", 20000}});
     }},
    {"a step at the stability bound", Theorem::maybe,
     [](Draw& draw, Training& t) {
       t.table("dynamics") = descent(draw.uniform(1.95, 2.3) / largest_curvature(t));
       t.table("stop") = Value::object({{"steps", 5000}});
     }},
    {"long steps of a diagonal network", Theorem::maybe,
     [](Draw& draw, Training& t) {
       diagonal(t, draw.integer(2, 3), draw.power_of_ten(-1, 0));
       t.table("dynamics") = descent(draw.power_of_ten(-2.5, -0.5));
       t.table("stop") = Value::object({{"steps", 20000}});
     }},
    {"momentum on a diagonal network", Theorem::none,
     [](Draw& draw, Training& t) {
       diagonal(t, draw.integer(2, 3), draw.power_of_ten(-1, 0));
       t.table("dynamics") = Value::object(
           {{"kind", "gradient_descent"}, {"step_size", "auto"}, {"momentum", 0.8}, {"nesterov", draw.chance(0.5)}});
       t.table("stop") = Value::object({{"steps", 100000}});
     }},
    {"label noise, few steps", Theorem::maybe,
     [](Draw& draw, Training& t) {
       diagonal(t, draw.integer(2, 3), draw.power_of_ten(-1, 0));
       t.table("dynamics") = Value::object({{"kind", "stochastic"}, {"step_size", 0.005}, {"batch", 1}, {"force", true},
                                            {"label_noise", Value::object({{"kind", "sign"}, {"sigma", 0.5}})}});
       t.table("stop") = Value::object({{"steps", 20000}});
     }},
    {"label noise on a linear model", Theorem::none,
     [](Draw&, Training& t) {
       t.table("dynamics") = Value::object({{"kind", "stochastic"}, {"step_size", "auto"},
                                            {"label_noise", Value::object({{"kind", "sign"}, {"sigma", 0.3}})}});
       t.table("stop") = Value::object({{"steps", 5000}});
     }},
    {"gradient noise", Theorem::none,
     [](Draw& draw, Training& t) {
       if (draw.chance(0.5)) diagonal(t, draw.integer(2, 3), 0.3);
       t.table("dynamics") = Value::object({{"kind", "stochastic"}, {"step_size", 0.005}, {"force", true},
                                            {"gradient_noise", Value::object({{"kind", "spherical"}, {"sigma", 0.1}})}});
       t.table("stop") = Value::object({{"steps", 5000}});
     }},
    {"mirror descent on inconsistent data", Theorem::none,
     [](Draw& draw, Training& t) {
       make_inconsistent(draw, t);
       t.table("dynamics") = Value::object(
           {{"kind", "mirror"}, {"potential", Value::object({{"kind", "hypentropy"}, {"c", 1.0}})}, {"step_size", "auto"}});
       t.table("stop") = Value::object({{"steps", 20000}});
     }},
    {"entropy where no positive fit exists", Theorem::none,
     [](Draw&, Training& t) {
       t.x = t.x.cwiseAbs();
       t.y = -t.y.cwiseAbs().array() - 0.1;
       t.table("init") = Value::object({{"scale", 0.1}});
       t.table("dynamics") = Value::object({{"kind", "mirror"}, {"potential", "entropy"}, {"step_size", "auto"}});
       t.table("stop") = Value::object({{"steps", 20000}});
     }},
    {"coordinate descent", Theorem::maybe,
     [](Draw& draw, Training& t) {
       t.table("dynamics") = Value::object(
           {{"kind", "steepest"}, {"norm", "l1"}, {"rule", draw.pick({"greedy", "cyclic"})}, {"step_size", "auto"}});
       t.table("stop") = Value::object({{"steps", 50000}});
     }},
    {"sign descent", Theorem::none,
     [](Draw&, Training& t) {
       t.table("dynamics") = Value::object({{"kind", "steepest"}, {"norm", "linf"}, {"step_size", "auto"}});
       t.table("stop") = Value::object({{"steps", 50000}});
     }},
    {"a flow stopped early", Theorem::maybe,
     [](Draw& draw, Training& t) {
       t.table("dynamics") = kind("gradient_flow");
       t.table("stop") = Value::object({{"time", draw.power_of_ten(-3, 1) / largest_curvature(t)}});
     }},
    {"a diagonal flow stopped early", Theorem::maybe,
     [](Draw& draw, Training& t) {
       diagonal(t, draw.integer(2, 3), draw.power_of_ten(-3, 0));
       t.table("dynamics") = kind("gradient_flow");
       t.table("stop") = Value::object({{"time", draw.power_of_ten(-2, 2.5)}});
     }},
    {"a flow near its saddle", Theorem::maybe,
     [](Draw& draw, Training& t) {
       diagonal(t, 3, 1e-10);
       t.table("dynamics") = kind("gradient_flow");
       t.table("stop") = Value::object({{"log10_time", draw.uniform(0.0, 10.6)}});
     }},
    {"descent near its saddle", Theorem::maybe,
     [](Draw& draw, Training& t) {
       diagonal(t, draw.integer(2, 3), std::pow(10.0, -draw.pick({10, 100, 300})));
       t.table("dynamics") = Value::object({{"kind", "gradient_descent"}, {"step_size", "auto"}});
       t.table("stop") = Value::object({{"steps", static_cast<std::int64_t>(draw.power_of_ten(0, 4.3))}});
     }},
    {"a loss that is reached at once", Theorem::maybe,
     [](Draw& draw, Training& t) {
       diagonal(t, draw.integer(2, 3), draw.power_of_ten(-3, 0));
       t.table("dynamics") = kind("gradient_flow");
       t.table("stop") = Value::object({{"loss", draw.chance(0.5) ? 1e30 : draw.power_of_ten(-12, 1)}});
     }},
    {"targets of extreme size", Theorem::maybe,
     [](Draw& draw, Training& t) {
       t.y *= std::pow(10.0, draw.pick({-60, -20, 20, 60}));
       if (draw.chance(0.7)) diagonal(t, draw.integer(2, 3), draw.power_of_ten(-3, 0));
       t.table("dynamics") = kind("gradient_flow");
     }},
    {"targets 0", Theorem::maybe,
     [](Draw& draw, Training& t) {
       t.y.setZero();
       if (draw.chance(0.7)) diagonal(t, draw.integer(2, 3), draw.power_of_ten(-3, 0));
       t.table("dynamics") = kind("gradient_flow");
     }},
    {"decay on minibatches", Theorem::none,
     [](Draw&, Training& t) {
       t.table("dynamics") = Value::object({{"kind", "stochastic"}, {"step_size", "auto"}, {"batch", 1}, {"weight_decay", 0.1}});
       t.table("stop") = Value::object({{"steps", 5000}});
     }},
    {"a product of three factors", Theorem::none,
     [](Draw& draw, Training& t) {
       t.y = t.x * normal_vector(draw, t.x.cols()).cwiseAbs();
       t.table("model") = Value::object({{"kind", "diagonal"}, {"depth", 3}, {"form", "product"}});
       t.table("init") = Value::object({{"scale", 0.3}});
       t.table("dynamics") = kind("gradient_flow");
     }},
    {"classes that no plane separates", Theorem::none,
     [](Draw& draw, Training& t) {
       Matrix x(2 * t.x.rows(), t.x.cols());
       x << t.x, t.x;
       Vector y(x.rows());
       for (Index i = 0; i < t.x.rows(); ++i) y[i] = draw.pick({-1.0, 1.0}), y[i + t.x.rows()] = -y[i];
       t.x = x;
       t.y = y;
       t.table("loss").set("kind", "logistic");
       t.table("dynamics") = kind("gradient_flow");
       t.table("stop") = Value::object({{"log10_time", 5.0}});
     }},
    {"a diagonal network by other methods", Theorem::none,
     [](Draw& draw, Training& t) {
       diagonal(t, draw.integer(2, 3), 0.3);
       t.table("dynamics") = kind(draw.pick({"bfgs", "lbfgs"}));
     }},
    {"log_cosh on inconsistent data", Theorem::none,
     [](Draw& draw, Training& t) {
       make_inconsistent(draw, t);
       t.table("loss").set("kind", "log_cosh");
       t.table("dynamics") = kind(draw.pick({"gradient_flow", "bfgs"}));
     }},
    {"a power where no positive fit exists", Theorem::none,
     [](Draw&, Training& t) {
       t.x = t.x.cwiseAbs();
       t.y = -t.y.cwiseAbs().array() - 1.0;
       t.table("model") = Value::object({{"kind", "diagonal"}, {"depth", 2}, {"form", "power"}});
       t.table("init") = Value::object({{"scale", 0.1}});
       t.table("dynamics") = kind("gradient_flow");
       t.table("stop") = Value::object({{"log10_time", 6.0}});
     }},
    {"a flow at a loose tolerance", Theorem::maybe,
     [](Draw& draw, Training& t) {
       diagonal(t, draw.integer(2, 3), draw.power_of_ten(-4, -1));
       t.table("dynamics") = Value::object(
           {{"kind", "gradient_flow"}, {"rtol", draw.power_of_ten(-4, -1)}, {"atol", draw.power_of_ten(-6, -2)}});
     }},
    {"a single fit", Theorem::maybe, [](Draw& draw, Training& t) {
       t.x = normal_matrix(draw, t.x.cols(), t.x.cols());
       t.y = t.x * normal_vector(draw, t.x.cols());
       t.table("dynamics") = Value::object({{"kind", draw.pick({"bfgs", "conjugate_gradient"})}});
     }}};

Control control(Draw& draw) {
  const Breakage& chosen = kControls[static_cast<std::size_t>(draw.integer(0, static_cast<int>(kControls.size()) - 1))];
  const Index n = draw.integer(2, 7), d = draw.integer(static_cast<int>(n) + 1, 2 * static_cast<int>(n) + 5);
  Control out{chosen.family, chosen.theorem, {normal_matrix(draw, n, d), Vector(n), {}}};
  Vector beta = Vector::Zero(d);
  const int nonzeros = draw.integer(1, static_cast<int>(n));
  for (int k = 0; k < nonzeros; ++k) beta[draw.integer(0, static_cast<int>(d) - 1)] = draw.normal() + draw.pick({-1.0, 1.0});
  out.training.y = out.training.x * beta;
  out.training.table("loss") = Value::object({{"kind", "squared"}});
  out.training.table("model") = kind("linear");
  chosen.apply(draw, out.training);
  return out;
}

constexpr double kFar = 0.01;  // no agreement is wider than this

// How far the run's end is from the limit, by ways of this referee where it has one, else from the solution.
double distance_to(const Training& t, const Limit& limit, const Solution& solution, const Vector& run) {
  if (const auto* nearest = std::get_if<MinDistance>(&limit)) return distance_to_nearest_fit(t, nearest->origin, run);
  const Vector& best = solution.predictor.values;
  const double norm = best.stableNorm();
  return (run - best).stableNorm() / (norm > 0.0 ? norm : 1.0);
}

}  // namespace

void negative_controls(Draw& draw, Findings& found) {
  const Control chosen = control(draw);
  const auto told = [&] { return cat(chosen.family, ": ", shown(chosen.training)); };
  const std::optional<Record> accepted = accepted_run_of(chosen.training, chosen.family, found);
  if (!accepted) return;
  const Record& record = *accepted;
  if (record.refusal) return found.count("refused: " + chosen.family);
  if (!record.trajectory) return;
  for (const Comparison& comparison : record.comparisons) {
    found.count(cat(name(comparison.verdict), comparison.independent ? "" : ", not independent", ": ", chosen.family));
    const SolvedPrediction* solved = nullptr;
    for (const SolvedPrediction& each : record.solutions)
      if (each.prediction == comparison.prediction) solved = &each;
    const Prediction* prediction = nullptr;
    for (const Prediction& each : record.predictions)
      if (each.id == comparison.prediction) prediction = &each;
    if (comparison.verdict == Verdict::disagrees && prediction && prediction->strength == Strength::theorem)
      found.wrong(cat(comparison.prediction, " ", comparison.text, "; ", told()));
    if (comparison.verdict == Verdict::agrees && comparison.independent && chosen.theorem == Theorem::none)
      found.wrong(cat(comparison.prediction, " agrees, independent, where no theorem holds: ", comparison.text, "; ", told()));
    if (comparison.verdict != Verdict::agrees || !solved || std::holds_alternative<MaxMargin>(solved->limit)) continue;
    const double distance = distance_to(chosen.training, solved->limit, solved->solution, record.trajectory->predictor.values);
    if (!(distance < kFar))
      found.wrong(cat(comparison.prediction, " agrees at true distance ", distance, ": ", comparison.text, "; ", told()));
  }
}

}  // namespace penchant::referee
