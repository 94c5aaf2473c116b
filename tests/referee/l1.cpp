#include <cmath>

#include "penchant/limits/solve.h"
#include "referee/problems.h"
#include "referee/tolerances.h"
#include "support/rational_simplex.h"

namespace penchant::referee {

namespace {

using testing::Rational;

// Beyond this much exact arithmetic a trial is not worth its time.
constexpr Index kMostFacesFeatures = 8;

MinL1 any_program(Draw& draw, const Regression& data) {
  const Index d = data.x.cols();
  MinL1 out;
  out.x = map_of(data.x);
  out.y = data.y;
  out.positive = draw.chance(0.4);
  const int weighted = draw.integer(0, 3);
  if (weighted == 0) return out;
  const bool powers = draw.chance(0.5);
  out.weights = Vector(d);
  for (double& w : out.weights) w = powers ? std::ldexp(1.0, draw.integer(-7, 7)) : draw.integer(1, 3);
  if (weighted == 3 && !out.positive) {
    out.negative_weights = Vector(d);
    for (double& w : out.negative_weights) w = draw.integer(1, 3);
  }
  return out;
}

Rational exact_objective(const MinL1& limit, const Vector& beta) {
  Rational sum = 0;
  for (Index j = 0; j < beta.size(); ++j) {
    const double up = limit.weights.size() ? limit.weights[j] : 1.0;
    const double down = limit.negative_weights.size() ? limit.negative_weights[j] : up;
    sum += beta[j] > 0.0 ? Rational(up) * Rational(beta[j]) : Rational(-down) * Rational(beta[j]);
  }
  return sum;
}

}  // namespace

void least_l1(Draw& draw, Findings& found) {
  const Regression data = exact_regression(draw);
  const MinL1 limit = any_program(draw, data);
  const auto told = [&] {
    return cat(limit.positive ? "positive;" : "signed;", data.kind, "; X = ", shown(data.x), ", y = ", shown(data.y), ", p = ",
               shown(limit.weights), ", q = ", shown(limit.negative_weights));
  };
  const Solution solution = solve(Limit(limit));
  const Certificate& certificate = solution.certificate;
  const Status status = solution.outcome.status;
  const testing::ExactMinL1 exact = testing::exact_min_l1(limit);
  if (!exact.feasible) {
    if (status == Status::solved) found.wrong(cat("solved, but nothing fits: ", told()));
    if (status != Status::infeasible) found.undecided(cat("nothing fits: ", name(status)));
    return;
  }
  const double optimum = static_cast<double>(exact.value);
  if (status == Status::infeasible || certificate.kind == CertificateKind::infeasible)
    return found.wrong(cat("\"nothing fits\" (", name(status), "), but the optimum is ", optimum, ": ", told()));
  const double slack = kRounding * optimum;
  const auto numbers = [&] {
    return cat("lower ", certificate.lower, ", optimum ", optimum, ", upper ", certificate.upper, " (", name(status),
               "): ", told());
  };
  if (certificate.lower > optimum + slack) found.wrong(cat("lower bound above the optimum: ", numbers()));
  if (certificate.upper < optimum - slack) found.wrong(cat("upper bound below the optimum: ", numbers()));
  if (status != Status::solved) return found.undecided(std::string(name(status)));
  const Vector& beta = solution.predictor.values;
  if (std::abs(static_cast<double>(exact_objective(limit, beta)) - optimum) > 10.0 * slack)
    found.wrong(cat("solved, but its point has objective ", static_cast<double>(exact_objective(limit, beta)), ": ", numbers()));
  if (limit.positive && (beta.array() < 0.0).any()) found.wrong(cat("solved with a negative entry: ", told()));
  if (data.x.cols() <= kMostFacesFeatures && certificate.unique && *certificate.unique != exact.unique)
    found.wrong(cat("unique is ", *certificate.unique ? "true" : "false", ", and is not (", certificate.text, "): ", told()));
  if (certificate.unique == true && exact.unique && std::isfinite(certificate.distance_bound)) {
    double squares = 0.0;
    for (Index j = 0; j < beta.size(); ++j)
      squares += std::pow(static_cast<double>(Rational(exact.beta[static_cast<std::size_t>(j)] - Rational(beta[j]))), 2);
    const double distance = std::sqrt(squares);
    if (distance > certificate.distance_bound * (1.0 + kRounding) + kPointRounding * beta.norm())
      found.wrong(cat("distance ", distance, " beyond its bound ", certificate.distance_bound, ": ", numbers()));
  }
}

}  // namespace penchant::referee
