#include "penchant/limits/solvers/homotopy_end.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/accurate.h"

namespace penchant::l1 {

namespace {

// A coordinate this small beside the largest is rounding if the rest fits as well without it. ‖y‖ = 1.
constexpr double kSpurious = 1e-11;
constexpr double kFits = 1e-14;

// X_A as the path sees it.
class ActiveColumns {
 public:
  ActiveColumns(const Homotopy& path, Index rows) : columns_(rows, static_cast<Index>(path.active().size())) {
    for (Index i = 0; i < columns_.cols(); ++i) columns_.col(i) = Eigen::Map<const Vector>(path.column(path.active()[i]), rows);
  }
  const Eigen::MatrixXd& operator*() const { return columns_; }

 private:
  Eigen::MatrixXd columns_;
};

// y - X_A b, and s - X_A^T v, with each entry accumulated without loss: the corrections they lead to are not rounding.
Vector misfit_of(const Eigen::MatrixXd& columns, const Vector& b, const Vector& y) {
  std::vector<CompensatedSum> sums(static_cast<std::size_t>(y.size()));
  for (Index i = 0; i < y.size(); ++i) sums[static_cast<std::size_t>(i)].add(y[i]);
  for (Index k = 0; k < columns.cols(); ++k)
    for (Index i = 0; i < y.size(); ++i) sums[static_cast<std::size_t>(i)].add_product(-columns(i, k), b[k]);
  Vector r(y.size());
  for (Index i = 0; i < y.size(); ++i) r[i] = sums[static_cast<std::size_t>(i)].value();
  return r;
}

Vector mispricing(const Eigen::MatrixXd& columns, const Vector& v, const Vector& prices) {
  Vector e(prices.size());
  for (Index k = 0; k < e.size(); ++k) {
    CompensatedSum sum;
    sum.add(prices[k]);
    for (Index i = 0; i < v.size(); ++i) sum.add_product(-columns(i, k), v[i]);
    e[k] = sum.value();
  }
  return e;
}

Vector prices_of(const Homotopy& path) {
  return Eigen::Map<const Vector>(path.prices().data(), static_cast<Index>(path.prices().size()));
}

Vector refined_fit(const Homotopy& path, const Eigen::MatrixXd& columns, const Vector& y) {
  Vector fit = path.basis().least_squares(y);
  fit += path.basis().least_squares(y - columns * fit);
  return fit + path.basis().least_squares(misfit_of(columns, fit, y));
}

// ν corrected by the least-norm step until X_A^T ν = s to the last digit.
Vector repriced(const Homotopy& path, const Eigen::MatrixXd& columns, Vector nu) {
  const Vector prices = prices_of(path);
  nu += path.basis().least_norm(prices - columns.transpose() * nu);
  return nu + path.basis().least_norm(mispricing(columns, nu, prices));
}

Vector refined_dual(const Homotopy& path, const Eigen::MatrixXd& columns) {
  return repriced(path, columns, path.basis().least_norm(prices_of(path)));
}

// At λ = 0 coordinates may have come back to 0 exactly; they belong to the optimal face but not to β.
void drop_spurious(Homotopy& path) {
  Vector fit, slope;
  path.basis().coefficients(fit, slope);
  const double largest = fit.size() ? fit.cwiseAbs().maxCoeff() : 0.0;
  std::vector<Index> features;
  for (Index i = 0; i < fit.size(); ++i)
    if (std::abs(fit[i]) <= kSpurious * largest || fit[i] * path.prices()[i] <= 0) features.push_back(path.active()[i]);
  const double enough = std::max(kFits, 2 * path.basis().residual().norm());
  for (Index feature : features) {
    const auto at = std::find(path.active().begin(), path.active().end(), feature) - path.active().begin();
    const double price = path.prices()[at];
    path.drop(at);
    if (path.basis().residual().norm() > enough) path.restore(feature, price);
  }
}

// Between events the path is linear in λ.
EndPoint between_events(const Homotopy& path, const Eigen::MatrixXd& active, const Vector& fit, const Vector& u, const Vector& rest,
                        double lambda) {
  const Vector slope = path.basis().least_squares(u);
  return {fit - lambda * slope, repriced(path, active, u + rest / lambda)};
}

}  // namespace

FollowedPath follow_path(const L1Problem& problem, const Vector& y, HomotopyOptions options) {
  FollowedPath out{std::make_unique<Homotopy>(problem, y, options), {}};
  out.end = out.path->run();
  if (out.end != Homotopy::End::breakdown && out.end != Homotopy::End::budget) return out;
  options.screen = false;  // nothing is ever undone
  out.path = std::make_unique<Homotopy>(problem, y, options);
  out.end = out.path->run();
  return out;
}

EndPoint at_zero(Homotopy& path, const Vector& y) {
  EndPoint end;
  end.dual = refined_dual(path, *ActiveColumns(path, y.size()));
  drop_spurious(path);
  end.beta = refined_fit(path, *ActiveColumns(path, y.size()), y);
  return end;
}

EndPoint at_delta(const Homotopy& path, const Vector& y, double delta) {
  const ActiveColumns active(path, y.size());
  const Vector fit = refined_fit(path, *active, y), u = refined_dual(path, *active);
  const Vector rest = y - *active * fit;
  const double gap = (delta - rest.norm()) * (delta + rest.norm());
  return between_events(path, *active, fit, u, rest, std::sqrt(std::max(gap, 0.0)) / u.norm());
}

EndPoint at_lambda(const Homotopy& path, const Vector& y, double lambda) {
  const ActiveColumns active(path, y.size());
  const Vector fit = refined_fit(path, *active, y), u = refined_dual(path, *active);
  return between_events(path, *active, fit, u, misfit_of(*active, fit, y), lambda);
}

Vector scattered(const Homotopy& path, const Vector& values, double scale, Index size) {
  Vector beta = Vector::Zero(size);
  for (Index i = 0; i < values.size(); ++i) beta[path.active()[i]] = scale * values[i];
  return beta;
}

}  // namespace penchant::l1
