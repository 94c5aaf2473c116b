#include "penchant/theory/donoho_tanner.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace penchant {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Place {
  double samples_per_feature, nonzeros_per_sample, nonzeros_per_feature;
};

Place place(double t, double c) {
  const double density = std::exp(-0.5 * t * t) / std::sqrt(2.0 * std::numbers::pi);
  const double beyond = 0.5 * std::erfc(t / std::numbers::sqrt2);
  const double excess = density - t * beyond;  // E[(N(0,1) - t)_+]
  const double below = t + c * excess;
  return {c * density / below, excess / density, c * excess / below};
}

// All three fall in t. Past 37 the density leaves the range of a double.
Place place_where(double Place::* quantity, double value, double c) {
  double low = 0.0, high = 37.0;
  for (;;) {
    const double t = 0.5 * (low + high);
    if (t <= low || t >= high) return place(t, c);
    (place(t, c).*quantity > value ? low : high) = t;
  }
}

bool is_share(double x) { return x > 0.0 && x <= 1.0; }

double curve(double samples_per_feature, double c) {
  return is_share(samples_per_feature) ? place_where(&Place::samples_per_feature, samples_per_feature, c).nonzeros_per_sample
                                       : kNaN;
}

double dimension(double nonzeros_per_feature, double c) {
  return is_share(nonzeros_per_feature) ? place_where(&Place::nonzeros_per_feature, nonzeros_per_feature, c).samples_per_feature
                                        : kNaN;
}

}  // namespace

double donoho_tanner(double samples_per_feature) { return curve(samples_per_feature, 2.0); }
double donoho_tanner_positive(double samples_per_feature) { return curve(samples_per_feature, 1.0); }
double l1_dimension(double nonzeros_per_feature) { return dimension(nonzeros_per_feature, 2.0); }
double positive_l1_dimension(double nonzeros_per_feature) { return dimension(nonzeros_per_feature, 1.0); }

double transition_width(double eta) { return eta > 0.0 && eta < 1.0 ? std::sqrt(8.0 * std::log(4.0 / eta)) : kNaN; }

}  // namespace penchant
