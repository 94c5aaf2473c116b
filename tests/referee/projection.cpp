#include <cmath>

#include "penchant/limits/solve.h"
#include "referee/problems.h"
#include "referee/projection_oracle.h"
#include "referee/tolerances.h"

namespace penchant::referee {

namespace {

Vector random_logs(Draw& draw, Index d, double from, double to) {
  Vector out(d);
  for (double& v : out) v = std::log(draw.power_of_ten(from, to));
  return out;
}

Potential any_potential(Draw& draw, Index d, bool positive) {
  if (positive) {
    switch (draw.integer(0, 2)) {
      case 0: return Entropy{};
      case 1: return Burg{};
      default: return DeepDiagonal{draw.pick({3, 4, 5, 8}), random_logs(draw, d, -4, 1), {}};
    }
  }
  const int depth = draw.pick({3, 4, 5, 6, 8});
  switch (draw.integer(0, 6)) {
    case 0: return Euclidean{};
    case 1: return Hypentropy{std::log(draw.power_of_ten(-12, 3))};
    case 2: return ShiftedHypentropy{random_logs(draw, d, -6, 1), random_logs(draw, d, -6, 1)};
    case 3: return PNorm{draw.pick({1.05, 1.2, 1.5, 1.9, 2.0, 2.5, 3.0, 5.0})};
    case 4: return SquaredPNorm{draw.pick({1.05, 1.2, 1.5, 1.9, 2.0, 2.5, 3.0, 5.0})};
    case 5: {
      const Matrix a = normal_matrix(draw, d, d);
      const Matrix k = a * a.transpose() + draw.power_of_ten(-3, 0) * Matrix::Identity(d, d);
      return Quadratic{(k + k.transpose()) / 2};
    }
    default: {
      const Vector start = Vector::Constant(d, std::log(draw.power_of_ten(-5, 1)));
      return DeepDiagonal{depth, draw.chance(0.5) ? start : random_logs(draw, d, -3, 0.5), start};
    }
  }
}

Vector any_origin(Draw& draw, const Potential& potential, Index d) {
  if (std::holds_alternative<Entropy>(potential) || std::holds_alternative<Burg>(potential))
    return random_logs(draw, d, -6, 1).array().exp();
  // These carry their own.
  if (std::holds_alternative<DeepDiagonal>(potential) || std::holds_alternative<ShiftedHypentropy>(potential)) return Vector();
  if (draw.chance(0.5)) return Vector();
  return normal_vector(draw, d) * draw.power_of_ten(-2, 2);
}

const char* name_of(const Potential& potential) {
  static const char* const kNames[] = {"euclidean", "entropy", "hypentropy", "shifted hypentropy", "p-norm", "squared p-norm",
                                       "burg", "quadratic", "deep diagonal"};
  return kNames[potential.index()];
}

}  // namespace

void bregman_projection(Draw& draw, Findings& found) {
  const bool positive = draw.chance(0.4);
  const Feasible data = feasible_regression(draw, positive);
  BregmanProjection limit{map_of(data.x), data.y, any_potential(draw, data.x.cols(), positive), {}};
  const Vector origin = any_origin(draw, limit.potential, data.x.cols());
  if (origin.size()) limit.origin = SignedLog::from(origin);
  const std::string name = name_of(limit.potential);
  const auto told = [&] { return cat(name, "; X = ", shown(data.x), ", y = ", shown(data.y)); };

  const Solution solution = solve(Limit(limit));
  const Certificate& certificate = solution.certificate;
  // y = Xβ to rounding with X of full rank, β inside the domain: some β near it fits exactly.
  if (solution.outcome.status == Status::infeasible) return found.wrong(cat("infeasible, but a point fits: ", told()));
  if (certificate.kind == CertificateKind::infeasible) found.wrong(cat("a proof that nothing fits, but a point does: ", told()));
  const bool is_solved = solution.outcome.status == Status::solved;
  if (!is_solved) found.undecided(cat(name, ": ", penchant::name(solution.outcome.status)));

  const WideMatrix x(data.x);
  const WideVector y = wide(data.y);
  const auto map = mirror_map(limit.potential, origin, data.x.cols());
  const auto best = project(x, y, *map, solution.dual);
  if (!best) return found.count(cat("not checked, no optimum: ", name));
  const double optimum = static_cast<double>(best->value);
  const double slack = kRounding * std::abs(optimum) + kTiny;
  const auto numbers = [&] {
    return cat("lower ", certificate.lower, ", optimum ", optimum, ", upper ", certificate.upper, " (",
               penchant::name(solution.outcome.status), ")");
  };
  if (certificate.lower > optimum + slack) found.wrong(cat("lower bound above the optimum: ", numbers(), "; ", told()));
  if (certificate.kind == CertificateKind::bracket && certificate.upper < optimum - slack)
    found.wrong(cat("upper bound below the optimum: ", numbers(), "; ", told()));
  if (solution.predictor.values.size() != data.x.cols() || !solution.predictor.values.allFinite()) return;
  const double size = static_cast<double>(norm(best->beta));
  const double distance = static_cast<double>(norm(wide(solution.predictor.values) - best->beta));
  if (certificate.kind == CertificateKind::bracket &&
      distance > certificate.distance_bound * (1.0 + kRounding) + kPointRounding * size)
    found.wrong(cat("distance ", distance, " beyond its bound ", certificate.distance_bound, ", size ", size, "; ", told()));
  if (is_solved && distance > kSolvedDistance * size)
    found.wrong(cat("solved, but ", distance / size, " from the optimum (relative): ", numbers(), "; ", told()));
}

}  // namespace penchant::referee
