#include <cmath>

#include "penchant/limits/solve.h"
#include "referee/penalised_oracle.h"
#include "referee/problems.h"
#include "referee/tolerances.h"

namespace penchant::referee {

namespace {

// What the bounds and the point of a solved regression problem must satisfy beside its optimum.
void hold_against(const Solution& solution, const Optimum& best, double size, bool one_minimiser, const std::string& told,
                  Findings& found) {
  const Certificate& certificate = solution.certificate;
  const double optimum = static_cast<double>(best.value);
  // A minimum distance is a difference of points: its square carries the rounding of their size.
  const double slack = kRounding * std::abs(optimum) + kPointRounding * kPointRounding * size * size + kTiny;
  const auto numbers = [&] {
    return cat("lower ", certificate.lower, ", optimum ", optimum, ", upper ", certificate.upper, " (",
               name(solution.outcome.status), "); ", told);
  };
  if (certificate.lower > optimum + slack) found.wrong(cat("lower bound above the optimum: ", numbers()));
  if (certificate.kind == CertificateKind::bracket && certificate.upper < optimum - slack)
    found.wrong(cat("upper bound below the optimum: ", numbers()));
  if (certificate.kind == CertificateKind::infeasible || solution.outcome.status == Status::infeasible)
    found.wrong(cat("infeasible, what always has a solution: ", told));
  if (solution.outcome.status != Status::solved) found.undecided(std::string(name(solution.outcome.status)));
  if (!one_minimiser) return;
  const double distance = static_cast<double>(norm(wide(solution.predictor.values) - best.beta));
  if (distance > certificate.distance_bound * (1.0 + kRounding) + kPointRounding * size)
    found.wrong(cat("distance ", distance, " beyond its bound ", certificate.distance_bound, ", size ", size, ": ", numbers()));
}

Vector any_origin(Draw& draw, Index d) {
  return draw.chance(0.5) ? Vector(Vector::Zero(d)) : Vector(normal_vector(draw, d) * draw.power_of_ten(-3, 3));
}

double size_of(const Optimum& best, const Vector& origin) {
  return std::max(static_cast<double>(norm(best.beta)), origin.norm());
}

}  // namespace

void least_distance(Draw& draw, Findings& found) {
  const Regression data = exact_regression(draw);
  const Vector origin = any_origin(draw, data.x.cols());
  const Solution solution = solve(Limit(MinDistance{map_of(data.x), data.y, origin}));
  const Optimum best = nearest_fit(data.x, data.y, origin);
  hold_against(solution, best, size_of(best, origin), true,
               cat("least distance;", data.kind, "; X = ", shown(data.x), ", y = ", shown(data.y), ", origin = ", shown(origin)),
               found);
}

void penalised(Draw& draw, Findings& found) {
  const Regression data = exact_regression(draw, {.most_cols = 7});
  const Index d = data.x.cols();
  Penalised limit{map_of(data.x), data.y, draw.chance(0.5) ? Penalty::l2 : Penalty::l1, draw.power_of_ten(-8, 4), {}, {}};
  const auto told = [&] {
    return cat(limit.norm == Penalty::l2 ? "ridge" : "lasso", ", lambda ", limit.lambda, ";", data.kind, "; X = ", shown(data.x),
               ", y = ", shown(data.y), ", weights = ", shown(limit.weights), ", origin = ", shown(limit.origin));
  };
  if (limit.norm == Penalty::l2) {
    limit.origin = any_origin(draw, d);
    const Optimum best = ridge(data.x, data.y, limit.lambda, limit.origin);
    return hold_against(solve(Limit(limit)), best, size_of(best, limit.origin), true, told(), found);
  }
  Vector weights = Vector::Ones(d);
  if (draw.chance(0.4)) {
    for (double& w : weights) w = draw.integer(1, 4);
    limit.weights = weights;
  }
  const Solution solution = solve(Limit(limit));
  const auto best = lasso(data.x, data.y, limit.lambda, weights, solution.predictor.values);
  if (!best) return found.count("not checked, no optimum of independent columns found");
  const bool one_minimiser = std::isfinite(solution.certificate.distance_bound);  // said only where there is one
  hold_against(solution, *best, static_cast<double>(norm(best->beta)), one_minimiser, told(), found);
}

}  // namespace penchant::referee
