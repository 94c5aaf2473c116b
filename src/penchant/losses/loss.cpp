#include "penchant/losses/loss.h"

#include <cmath>
#include <limits>

#include "penchant/core/accurate.h"
#include "penchant/core/error.h"

namespace penchant {

namespace {

// One sample: l(a) of a = f - y (regression) or a = y f (classification), with its derivatives in a.
struct SquaredSample {
  static constexpr bool classifies = false;
  static double value(double r) { return 0.5 * r * r; }
  static double log_value(double r) { return 2.0 * std::log(std::abs(r)) - std::log(2.0); }
  static double slope(double r) { return r; }
  static double curvature(double) { return 1.0; }
  static constexpr double curvature_bound = 1.0;
};

struct LogCoshSample {
  static constexpr bool classifies = false;
  static constexpr double kLinear = 20.0;  // beyond it exp(-2|r|) < eps
  static constexpr double kSeries = 1e-3;  // below it r^6/45 < eps r^2
  static double value(double r) {
    const double size = std::abs(r);
    if (size > kLinear) return size - std::log(2.0);
    const double s = std::sinh(size);
    return 0.5 * std::log1p(s * s);  // log of a cosh near 1 would lose every digit
  }
  static double log_value(double r) {
    const double size = std::abs(r);
    if (size > kSeries) return std::log(value(r));
    return 2.0 * std::log(size) - std::log(2.0) + std::log1p(-size * size / 6.0);
  }
  static double slope(double r) { return std::tanh(r); }
  static double curvature(double r) {
    const double s = 1.0 / std::cosh(r);
    return s * s;
  }
  static constexpr double curvature_bound = 1.0;
};

struct ExponentialSample {
  static constexpr bool classifies = true;
  static double value(double m) { return std::exp(-m); }
  static double log_value(double m) { return -m; }
  static double log_weight(double m) { return -m; }
  static double curvature(double m) { return std::exp(-m); }
  static constexpr double curvature_bound = std::numeric_limits<double>::infinity();
};

struct LogisticSample {
  static constexpr bool classifies = true;
  static constexpr double kTail = 37.0;  // beyond it log(1+e) = e to rounding
  static double value(double m) { return softplus(-m); }
  static double log_value(double m) { return m > kTail ? -m : std::log(softplus(-m)); }
  static double log_weight(double m) { return -softplus(m); }
  static double curvature(double m) { return std::exp(-softplus(m) - softplus(-m)); }
  static constexpr double curvature_bound = 0.25;
};

template <class Sample>
class SampleLoss final : public Loss {
 public:
  explicit SampleLoss(Reduction reduction) : mean_(reduction == Reduction::mean) {}

  double value(VecIn f, VecIn y) const override {
    CompensatedSum sum;
    for (Index i = 0; i < f.size(); ++i) sum.add(Sample::value(argument(f[i], y[i])));
    // an overflow to inf leaves NaN in the correction term
    return std::isnan(sum.value()) && f.allFinite() ? std::numeric_limits<double>::infinity() : scale(f.size()) * sum.value();
  }

  double log_value(VecIn f, VecIn y) const override {
    Vector logs(f.size());
    for (Index i = 0; i < f.size(); ++i) logs[i] = Sample::log_value(argument(f[i], y[i]));
    return log_sum_exp(logs) + std::log(scale(f.size()));
  }

  void gradient(VecIn f, VecIn y, VecOut df) const override {
    const double c = scale(f.size());
    for (Index i = 0; i < f.size(); ++i) {
      if constexpr (Sample::classifies) {
        df[i] = -c * y[i] * std::exp(Sample::log_weight(y[i] * f[i]));
      } else {
        df[i] = c * Sample::slope(f[i] - y[i]);
      }
    }
  }

  void curvature(VecIn f, VecIn y, VecOut d2f) const override {
    for (Index i = 0; i < f.size(); ++i) d2f[i] = scale(f.size()) * Sample::curvature(argument(f[i], y[i]));
  }

  void log_weights([[maybe_unused]] VecIn f, [[maybe_unused]] VecIn y, [[maybe_unused]] VecOut log_w) const override {
    PENCHANT_CHECK(Sample::classifies);
    if constexpr (Sample::classifies) {
      const double log_scale = std::log(scale(f.size()));
      for (Index i = 0; i < f.size(); ++i) log_w[i] = Sample::log_weight(y[i] * f[i]) + log_scale;
    }
  }

  double curvature_bound(Index samples) const override { return scale(samples) * Sample::curvature_bound; }

 private:
  static double argument(double f, double y) { return Sample::classifies ? y * f : f - y; }
  double scale(Index samples) const { return mean_ ? 1.0 / static_cast<double>(samples) : 1.0; }

  bool mean_;
};

template <class Spec>
struct SampleOf;
template <>
struct SampleOf<Squared> {
  using type = SquaredSample;
};
template <>
struct SampleOf<LogCosh> {
  using type = LogCoshSample;
};
template <>
struct SampleOf<Exponential> {
  using type = ExponentialSample;
};
template <>
struct SampleOf<Logistic> {
  using type = LogisticSample;
};

}  // namespace

std::unique_ptr<Loss> make_loss(const LossSpec& spec) {
  return std::visit(
      []<class S>(const S& s) -> std::unique_ptr<Loss> {
        return std::make_unique<SampleLoss<typename SampleOf<S>::type>>(s.reduction);
      },
      spec);
}

}  // namespace penchant
