#include <cmath>
#include <limits>

#include "penchant/core/error.h"
#include "penchant/limits/solve.h"
#include "referee/margin_oracle.h"
#include "referee/penalised_oracle.h"
#include "referee/problems.h"
#include "referee/projection_oracle.h"
#include "referee/tolerances.h"

namespace penchant::referee {

namespace {

struct Judged {
  std::string family;
  Limit limit;
  Wide optimum;           // of the objective, or the margin
  WideVector beta;        // where it is attained; empty: not unique
  Matrix x;
  bool margin = false;
};

Vector ones_or_logs(Draw& draw, Index d, double low, double high) {
  Vector out(d);
  for (double& v : out) v = std::log(draw.power_of_ten(low, high));
  return out;
}

std::optional<Judged> projection(Draw& draw) {
  const bool positive = draw.chance(0.4);
  const Feasible data = feasible_regression(draw, positive);
  const Index d = data.x.cols();
  Potential potential = Euclidean{};
  Vector origin;
  if (positive) {
    if (draw.chance(0.5)) potential = Entropy{};
    else potential = Burg{};
    origin = ones_or_logs(draw, d, -3, 1).array().exp();
  } else {
    switch (draw.integer(0, 4)) {
      case 0: potential = Hypentropy{std::log(draw.power_of_ten(-6, 1))}; break;
      case 1: potential = PNorm{draw.pick({1.5, 2.0, 3.0})}; break;
      case 2: potential = SquaredPNorm{draw.pick({1.3, 2.0})}; break;
      case 3: {
        const Vector start = Vector::Constant(d, std::log(draw.power_of_ten(-3, 0)));
        potential = DeepDiagonal{draw.pick({3, 4, 8}), start, start};
        break;
      }
      default: origin = normal_vector(draw, d);
    }
  }
  BregmanProjection limit{map_of(data.x), data.y, potential, {}};
  if (origin.size()) limit.origin = SignedLog::from(origin);
  const auto map = mirror_map(potential, origin, d);
  const auto best = project(WideMatrix(data.x), wide(data.y), *map, solve(Limit(limit)).dual);
  if (!best) return std::nullopt;
  return Judged{"projection", limit, best->value, best->beta, data.x};
}

std::optional<Judged> margin(Draw& draw) {
  const Classes data = classes(draw);
  if (std::abs(data.y.sum()) == static_cast<double>(data.y.size()) || data.x.cwiseAbs().maxCoeff() == 0.0) return std::nullopt;
  const auto best = largest_margin(data.x, data.y, data.free_intercept);
  if (!best) return std::nullopt;
  return Judged{data.free_intercept ? "margin, free intercept" : "margin",
                MaxMargin{map_of(data.x), data.y, data.free_intercept ? Intercept::free : Intercept::none}, best->margin,
                best->direction, data.x, true};
}

std::optional<Judged> regression(Draw& draw) {
  const Regression data = exact_regression(draw, {.most_cols = 6});
  const Index d = data.x.cols();
  const Vector origin = draw.chance(0.5) ? Vector(Vector::Zero(d)) : normal_vector(draw, d);
  const double lambda = draw.power_of_ten(-4, 2);
  switch (draw.integer(0, 2)) {
    case 0: {
      const Optimum best = nearest_fit(data.x, data.y, origin);
      return Judged{"least distance", MinDistance{map_of(data.x), data.y, origin}, best.value, best.beta, data.x};
    }
    case 1: {
      const Optimum best = ridge(data.x, data.y, lambda, origin);
      return Judged{"ridge", Penalised{map_of(data.x), data.y, Penalty::l2, lambda, {}, origin}, best.value, best.beta, data.x};
    }
    default: {
      const Penalised limit{map_of(data.x), data.y, Penalty::l1, lambda, {}, {}};
      const auto best = lasso(data.x, data.y, lambda, Vector::Ones(d), solve(Limit(limit)).predictor.values);
      if (!best) return std::nullopt;
      return Judged{"lasso", limit, best->value, {}, data.x};
    }
  }
}

struct Point {
  std::string name;
  Vector values;
  bool acceptable = true;  // else an error is the only right answer
};

Point point(Draw& draw, const Judged& judged, const Vector& best) {
  const Index d = best.size();
  const double size = best.cwiseAbs().maxCoeff() + 1e-300;
  const auto replaced = [&](double by) {
    Vector out = best;
    out[draw.integer(0, static_cast<int>(d) - 1)] = by;
    return out;
  };
  const auto moved = [&](double by) {  // along the fits
    const Vector step = normal_vector(draw, d) * by;
    return Vector(best + step - rounded(nearest_fit(judged.x, Vector(judged.x * step), Vector::Zero(d)).beta));
  };
  switch (draw.integer(0, 12)) {
    case 0: return {"optimum", best};
    case 1: return {"0", Vector::Zero(d)};
    case 2: return {"negated", -best};
    case 3: return {"scaled", best * (1.0 + draw.power_of_ten(-14, -1))};
    case 4: return {"a fit", moved(size * draw.power_of_ten(-12, 1))};
    case 5: return {"a fit far away", moved(1e12 * size)};
    case 6: return {"noisy", best + normal_vector(draw, d) * size * draw.power_of_ten(-16, 0)};
    case 7: return {"huge", normal_vector(draw, d) * std::pow(10.0, draw.pick({8, 30, 100, 200, 300}))};
    case 8: return {"tiny", normal_vector(draw, d) * std::pow(10.0, -draw.pick({30, 100, 300, 310}))};
    case 9: return {"NaN", replaced(std::numeric_limits<double>::quiet_NaN()), false};
    case 10: return {"Inf", replaced(draw.pick({-1.0, 1.0}) * std::numeric_limits<double>::infinity()), false};
    case 11: return {"too short", Vector(best.head(d - 1)), false};
    default: return {"elsewhere", normal_vector(draw, d)};
  }
}

Point dual(Draw& draw, const Vector& best) {
  const Index n = best.size();
  switch (draw.integer(0, 8)) {
    case 0: case 1: return {"none", Vector()};
    case 2: return {"best", best};
    case 3: return {"elsewhere", normal_vector(draw, n)};
    case 4: return {"huge", best * 1e300};
    case 5: return {"tiny", best * 1e-300};
    case 6: return {"negated", -best};
    case 7: return {"0", Vector::Zero(n)};
    default: return {"NaN", Vector::Constant(n, std::numeric_limits<double>::quiet_NaN()), false};
  }
}

}  // namespace

void certificates(Draw& draw, Findings& found) {
  const int which = draw.integer(0, 3);
  const auto judged = which == 0 ? margin(draw) : which == 1 ? regression(draw) : projection(draw);
  if (!judged) return found.count("no optimum to judge by");
  const Solution solution = solve(judged->limit);
  if (solution.dual.size() == 0 || solution.predictor.values.size() == 0) return found.count("nothing solved");
  const Vector best = judged->beta.empty() ? solution.predictor.values : rounded(judged->beta);
  const Point at = point(draw, *judged, best), with = dual(draw, solution.dual);
  Solution given;
  given.predictor = Predictor::vector(at.values);
  given.dual = with.values;
  const auto told = [&] {
    return cat(judged->family, ", point ", at.name, ", dual ", with.name, ": point = ", shown(at.values), ", dual = ",
               shown(with.values), "; X = ", shown(judged->x));
  };
  Certificate certificate;
  try {
    certificate = certify(judged->limit, given);
  } catch (const InvalidInput& error) {
    if (at.acceptable && with.acceptable && at.name != "huge" && at.name != "tiny" && with.name != "huge")
      found.undecided(cat("refused: ", judged->family, ", point ", at.name, ", dual ", with.name));
    return;
  }
  if (!at.acceptable || !with.acceptable) return found.wrong(cat("accepted: ", told()));
  found.count(judged->family);
  const double optimum = static_cast<double>(judged->optimum);
  const double slack = judged->margin ? kMarginRounding * optimum : kRounding * std::abs(optimum) + kTiny;
  const auto numbers = [&] {
    return cat("lower ", certificate.lower, ", optimum ", optimum, ", upper ", certificate.upper, "; ", told());
  };
  if (certificate.lower > optimum + slack) found.wrong(cat("lower bound above the optimum: ", numbers()));
  if (certificate.upper < optimum - slack) found.wrong(cat("upper bound below the optimum: ", numbers()));
  if (certificate.kind == CertificateKind::infeasible) found.wrong(cat("a proof that there is nothing: ", numbers()));
  if (certificate.kind != CertificateKind::bracket || judged->beta.empty()) return;
  const double size = best.norm();
  const double distance = judged->margin
                              ? 2.0 * std::asin(std::min(1.0, 0.5 * (at.values.stableNormalized() - best.normalized()).norm()))
                              : (at.values - best).stableNorm();
  // Angles near 0 are asked of arccos, and points of doubles.
  const double allowed = judged->margin ? 1e-7 : kRounding * size;
  if (std::isfinite(distance) && at.values.squaredNorm() > 0.0 && distance > certificate.distance_bound * (1.0 + 1e-6) + allowed)
    found.wrong(cat("distance ", distance, " beyond its bound ", certificate.distance_bound, ": ", numbers()));
}

}  // namespace penchant::referee
