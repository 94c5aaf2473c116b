#include <cmath>

#include "penchant/limits/solve.h"
#include "referee/margin_oracle.h"
#include "referee/problems.h"
#include "referee/tolerances.h"

namespace penchant::referee {

namespace {

double angle(const Vector& a, const Vector& b) {
  return 2.0 * std::asin(std::min(1.0, 0.5 * (a.stableNormalized() - b.stableNormalized()).norm()));
}

}  // namespace

void largest_margin(Draw& draw, Findings& found) {
  const Classes data = classes(draw);
  const bool one_class = std::abs(data.y.sum()) == static_cast<double>(data.y.size());
  if (data.free_intercept && one_class) return found.count("one class: refused");
  if (data.x.cwiseAbs().maxCoeff() == 0.0) return found.count("no feature");
  const MaxMargin limit{map_of(data.x), data.y, data.free_intercept ? Intercept::free : Intercept::none};
  const auto told = [&] {
    return cat(data.free_intercept ? "free intercept;" : "no intercept;", data.kind, "; X = ", shown(data.x), ", y = ",
               shown(data.y));
  };
  const Solution solution = solve(Limit(limit));
  const Certificate& certificate = solution.certificate;
  const Status status = solution.outcome.status;
  const auto best = largest_margin(data.x, data.y, data.free_intercept);
  const bool said_inseparable = status == Status::infeasible || certificate.kind == CertificateKind::infeasible;
  if (!best) {
    if (status == Status::solved || certificate.lower > 0.0)
      found.wrong(cat("separates what no plane separates: ", penchant::name(status), ", lower ", certificate.lower, "; ", told()));
    if (!said_inseparable) found.undecided(cat("not separable: ", penchant::name(status)));
    return;
  }
  const double margin = static_cast<double>(best->margin);
  if (said_inseparable)
    return found.wrong(cat("\"", penchant::name(status), "\" about data of margin ", margin, "; ", told()));
  const auto numbers = [&] {
    return cat("lower ", certificate.lower, ", margin ", margin, ", upper ", certificate.upper, "; ", told());
  };
  if (certificate.lower > margin * (1.0 + kMarginRounding)) found.wrong(cat("lower bound above the margin: ", numbers()));
  if (certificate.upper < margin * (1.0 - kMarginRounding)) found.wrong(cat("upper bound below the margin: ", numbers()));
  if (status != Status::solved) found.undecided(cat("separable: ", penchant::name(status)));
  const double away = angle(solution.predictor.values, rounded(best->direction));
  if (certificate.kind == CertificateKind::bracket && away > certificate.distance_bound * (1.0 + kRounding) + kPointRounding)
    found.wrong(cat("angle ", away, " beyond its bound ", certificate.distance_bound, ": ", numbers()));
}

}  // namespace penchant::referee
