#include "penchant/limits/minimiser_box.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "penchant/core/decompositions.h"
#include "penchant/limits/coordinate_gap.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Relative to the largest |β'_j|: coordinates wider than the first of these are tried as A, then more of them.
constexpr double kWide[] = {1e-5, 1e-8, 1e-11};
// A feature whose part outside the span of those before it is smaller, relative to itself, is left out of A.
constexpr double kIndependent = 1e-8;
// Relative rounding of e^x, |x| < 710, with room.
constexpr double kOfExponentials = 1e-12;

// One coordinate and one side of it.
class Side {
 public:
  Side(const Powers& form, const Predictor& beta, const DualPlace& z, double gap, Index j, double sign)
      : form_(form), beta_(beta), z_(z), gap_(gap), j_(j), sign_(sign) {}

  // At most (g + g'_j(z'))/|z' - z_j| over a few z': the one that is best where g_j is a parabola, and one far away.
  double radius() const {
    const double usual = std::sqrt(2.0 * gap_) * std::exp(-0.5 * log_weight(form_, j_, entry(beta_, j_)));
    return std::isnan(z_.log_slack[j_]) ? radius_inside(usual) : radius_at_slack(usual);
  }

 private:
  bool has_end() const { return sign_ > 0.0 || !form_.is_positive(); }
  double rate(bool up) const { return std::exp(up ? form_.log_tau[j_] : form_.log_sigma[j_]); }

  double radius_inside(double usual) const {
    const double edge = z_.v.value[j_] + sign_ * z_.v.error[j_];
    const double rate_ahead = has_end() ? rate(sign_ > 0.0) : 0.0;
    const double ahead = has_end() ? (1.0 - sign_ * rate_ahead * edge) / rate_ahead : 1.0 / rate(true);
    double out = kInfinity;
    for (const double step : {std::min(usual, 0.5 * ahead), 0.5 * ahead}) {
      const double there = edge + sign_ * step;
      const double moved = step - 4.0 * kEps * (std::abs(there) + std::abs(edge));
      if (moved > 0.0) out = std::min(out, bound(coordinate_gap_over(form_, beta_, j_, there), moved));
    }
    return out;
  }

  double radius_at_slack(double usual) const {
    const bool up = form_.is_positive() || z_.v.value[j_] > 0.0, nearer = up == (sign_ > 0.0);
    const double log_slack = z_.log_slack[j_], own = rate(up);
    // Beyond the middle of the domain the slack of the other side is the one that counts.
    const double farthest = nearer ? 0.5 * std::exp(log_slack) : form_.is_positive() ? 1.0 : 0.5 * (1.0 + own / rate(!up));
    double out = kInfinity;
    for (const double part : {std::min(usual * own, farthest), farthest}) {  // of the slack
      const double there = log_slack + std::log1p((nearer ? -part : part) * std::exp(-log_slack));
      const double moved = (1.0 - kOfExponentials) * std::abs(std::expm1(there - log_slack)) * std::exp(log_slack) / own;
      if (moved > 0.0) out = std::min(out, bound(coordinate_gap_over_slack(form_, beta_, j_, there, up), moved));
    }
    return out;
  }

  double bound(double gap_there, double moved) const {
    const double out = grown(gap_ + gap_there) / moved;
    return std::isnan(out) ? kInfinity : grown(out);
  }

  const Powers& form_;
  const Predictor& beta_;
  const DualPlace& z_;
  double gap_;
  Index j_;
  double sign_;
};

// Features that move together, and by how much the twins' β' differ.
struct Class {
  Index first;
  double members = 1.0;
  double apart = 0.0;
};

class Constraints {
 public:
  Constraints(const Powers& form, const Matrix& x, const Predictor& beta, const Vector& radii, double residual)
      : form_(form), x_(x), beta_(beta), radii_(radii), residual_(residual), order_(x.cols()) {
    std::iota(order_.begin(), order_.end(), Index(0));
    std::stable_sort(order_.begin(), order_.end(), [&](Index a, Index b) { return radii[a] > radii[b]; });
  }

  // With the coordinates wider than `width` as A, as far as they are independent.
  Vector narrowed(double width) const {
    Vector out = radii_;
    std::vector<Class> classes;
    std::vector<Index> twin_of(x_.cols(), -1);
    choose(width, classes, twin_of);
    if (classes.empty()) return out;
    const Vector left = solve(classes, twin_of);
    for (Index j = 0; j < x_.cols(); ++j)
      if (twin_of[j] >= 0) out[j] = std::min(out[j], grown(left[twin_of[j]] + apart(classes[twin_of[j]].first, j)));
    return out;
  }

 private:
  // +1 or -1 where j and k start alike and have equal or opposite features, else 0.
  double twin_sign(Index j, Index k) const {
    const bool positive = form_.is_positive();
    const auto same = [](const Vector& a, Index i, const Vector& b, Index l) { return a[i] == b[l]; };
    if (same(form_.log_a, j, form_.log_a, k) && same(form_.log_tau, j, form_.log_tau, k) &&
        (positive || (same(form_.log_b, j, form_.log_b, k) && same(form_.log_sigma, j, form_.log_sigma, k))) &&
        (x_.col(j).array() == x_.col(k).array()).all())
      return 1.0;
    if (!positive && same(form_.log_a, j, form_.log_b, k) && same(form_.log_b, j, form_.log_a, k) &&
        same(form_.log_tau, j, form_.log_sigma, k) && same(form_.log_sigma, j, form_.log_tau, k) &&
        (x_.col(j).array() == -x_.col(k).array()).all())
      return -1.0;
    return 0.0;
  }

  double apart(Index first, Index j) const {
    if (first == j) return 0.0;
    return grown(std::abs(beta_.values[j] - twin_sign(first, j) * beta_.values[first]));
  }

  // Widest first. Gram and Schmidt's directions tell what is independent; the proof is the left inverse.
  void choose(double width, std::vector<Class>& classes, std::vector<Index>& twin_of) const {
    Eigen::MatrixXd directions(x_.rows(), std::min(x_.rows(), x_.cols()));
    for (Index j : order_) {
      if (!(radii_[j] > width)) return;
      const auto twin = std::find_if(classes.begin(), classes.end(), [&](const Class& c) { return twin_sign(c.first, j) != 0.0; });
      if (twin != classes.end()) {
        twin->members += 1.0;
        twin->apart = grown(twin->apart + apart(twin->first, j));
        twin_of[j] = twin - classes.begin();
        continue;
      }
      const Index k = Index(classes.size());
      if (k == directions.cols()) continue;
      Vector rest = x_.col(j);
      const double size = rest.norm();
      for (int pass = 0; pass < 2; ++pass) rest -= directions.leftCols(k) * (directions.leftCols(k).transpose() * rest);
      if (!(rest.norm() > kIndependent * size)) continue;
      directions.col(k) = rest / rest.norm();
      twin_of[j] = k;
      classes.push_back({j});
    }
  }

  // |h| of each class: c + |E| |h|, c >= |C(ρ - X_I h_I - Σ x_k d_k)|, d what the twins' β' differ by.
  Vector solve(const std::vector<Class>& classes, const std::vector<Index>& twin_of) const {
    const Index k = Index(classes.size());
    Eigen::MatrixXd m(x_.rows(), k);
    Vector narrow = radii_, apart(k);
    for (Index c = 0; c < k; ++c) {
      m.col(c) = classes[c].members * x_.col(classes[c].first);
      apart[c] = classes[c].apart / classes[c].members;
    }
    for (Index j = 0; j < x_.cols(); ++j)
      if (twin_of[j] >= 0) narrow[j] = 0.0;
    const Vector none = Vector::Constant(k, kInfinity);
    if (!narrow.allFinite()) return none;
    const Eigen::MatrixXd inverse =
        Eigen::HouseholderQR<Eigen::MatrixXd>(m).solve(Eigen::MatrixXd::Identity(x_.rows(), x_.rows()));
    if (!inverse.allFinite()) return none;
    // A sum of n products is right to (n + 2) eps of the sum of their sizes.
    const double rounding = static_cast<double>(x_.rows() + 2) * kEps, growth = static_cast<double>(x_.cols() + x_.rows()) + 16.0;
    const Eigen::MatrixXd size = inverse.cwiseAbs();
    Vector c = size.rowwise().sum() * residual_;
    c += (inverse * x_).cwiseAbs() * narrow + rounding * (size * (x_.cwiseAbs() * narrow));
    const Eigen::MatrixXd own = rounding * (size * m.cwiseAbs());
    c += ((inverse * m).cwiseAbs() + own) * apart;
    c *= 1.0 + growth * kEps;
    const Eigen::MatrixXd off = (Eigen::MatrixXd::Identity(k, k) - inverse * m).cwiseAbs() + own;
    const Vector rows = off.rowwise().sum() * (1.0 + growth * kEps);
    const double share = rows.maxCoeff();
    if (!(share < 0.5)) return none;
    const double largest = c.maxCoeff() / (1.0 - share);
    return (c + rows * largest) * (1.0 + growth * kEps);
  }

  const Powers& form_;
  const Matrix& x_;
  const Predictor& beta_;
  const Vector& radii_;
  double residual_;
  std::vector<Index> order_;
};

}  // namespace

Vector radii_of_gap(const Powers& form, const Predictor& beta, const DualPlace& z, double gap) {
  Vector out(beta.values.size());
  for (Index j = 0; j < out.size(); ++j)
    out[j] = std::max(Side(form, beta, z, gap, j, -1.0).radius(), Side(form, beta, z, gap, j, 1.0).radius());
  return out;
}

Vector radii_of_constraints(const Powers& form, const Matrix& x, const Predictor& beta, const Vector& radii, double residual) {
  Vector out = radii;
  const double size = beta.values.cwiseAbs().maxCoeff();
  for (const double wide : kWide) {
    const Vector narrowed = Constraints(form, x, beta, out, residual).narrowed(wide * size);
    if (narrowed.allFinite() && (!out.allFinite() || narrowed.norm() < out.norm())) out = narrowed;
  }
  return out;
}

}  // namespace penchant
