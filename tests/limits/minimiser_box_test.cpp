// The box against minimisers that are planted to a hundred digits: s is chosen, and β* = β(s) fits Xβ* = y by definition.
#include "penchant/limits/minimiser_box.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "penchant/core/decompositions.h"
#include "penchant/core/linear_map.h"
#include "penchant/core/random.h"
#include "penchant/limits/solve.h"
#include "support/planted.h"

namespace penchant {
namespace {

using Wide = boost::multiprecision::cpp_bin_float_100;
using testing::gaussian_matrix;
using testing::gaussian_vector;

struct Draw {
  std::uint64_t seed;
  std::uint32_t next = 0;
  double uniform(double low, double high) {
    return low + (high - low) * penchant::uniform(RandomKey(seed, "minimiser box"), 0, 0, next++);
  }
  double power_of_ten(double low, double high) { return std::pow(10.0, uniform(low, high)); }
  bool chance(double p) { return uniform(0.0, 1.0) < p; }
};

// One coordinate in a hundred digits.
struct WideCoordinate {
  Wide q, a, tau, b, sigma;
  WideCoordinate(const Powers& form, Index j)
      : q(form.q), a(exp(Wide(form.log_a[j]))), tau(exp(Wide(form.log_tau[j]))), b(0), sigma(0) {
    if (form.is_positive()) return;
    b = exp(Wide(form.log_b[j]));
    sigma = exp(Wide(form.log_sigma[j]));
  }
  Wide beta(const Wide& z) const { return a * pow(Wide(1 - tau * z), -q) - b * pow(Wide(1 + sigma * z), -q); }
  Wide conjugate(const Wide& z) const {
    Wide out = a / tau * pow(Wide(1 - tau * z), Wide(1 - q)) / (q - 1);
    if (b > 0) out += b / sigma * pow(Wide(1 + sigma * z), Wide(1 - q)) / (q - 1);
    return out;
  }
  // φ(β) + φ*(z) - βz for β = β(at).
  Wide gap(const Wide& at, const Wide& z) const { return conjugate(z) - conjugate(at) - beta(at) * (z - at); }
};

// s = (1, -ε, 0, …): of the features (±1, ±r, …) the slack is εr. Some of these repeat one before, or its opposite.
struct Planted {
  Powers form;
  Matrix x;
  std::vector<Wide> z, beta;
  std::vector<bool> tight;
};

Planted planted(Draw& draw, bool positive, bool shaped) {
  const Index n = 3 + static_cast<Index>(draw.uniform(0.0, 3.0)), d = n + 4, wide = n - 1;
  const int depth = 3 + static_cast<int>(draw.uniform(0.0, 6.0));
  const double log_start = std::log(draw.power_of_ten(-8.0, -1.0)), log_epsilon = 2.0 / 3.0 * (depth - 2) * log_start;
  Planted out;
  out.x = gaussian_matrix(n, d, draw.seed);
  Vector log_u = Vector::Constant(d, log_start), log_v = log_u;
  if (shaped) {
    log_u.array() += 0.1 * gaussian_vector(d, draw.seed + 1).array();
    log_v.array() += 0.1 * gaussian_vector(d, draw.seed + 2).array();
    log_u.head(wide).setConstant(log_start + 0.3);  // these reach the boundary first
    log_v.head(wide).setConstant(log_start + 0.3);
  }
  for (Index j = 0; j < d; ++j) {
    out.tight.push_back(j < wide);
    const double sign = positive || draw.chance(0.5) ? 1.0 : -1.0;
    out.x(0, j) = sign * (j < wide ? 1.0 : draw.uniform(-0.9, 0.9) * (shaped ? 0.3 : 1.0));
    if (j < wide) out.x(1, j) = sign * draw.uniform(0.5, 2.0);
  }
  if (draw.chance(0.6)) {
    const double sign = positive ? 1.0 : -1.0;
    out.x.col(d - 1) = sign * out.x.col(0);
    out.tight[static_cast<std::size_t>(d - 1)] = true;
    log_u[d - 1] = log_u[0];
    log_v[d - 1] = log_v[0];
  }
  out.form = std::get<Powers>(dual_form(DeepDiagonal{depth, log_u, positive ? Vector() : log_v}, {}, d));
  for (Index j = 0; j < d; ++j) {
    out.z.push_back(Wide(out.x(0, j)) - exp(Wide(log_epsilon)) * out.x(1, j));
    out.beta.push_back(WideCoordinate(out.form, j).beta(out.z.back()));
  }
  return out;
}

// What is known of the planted minimiser: another dual point, another primal one, and the gap that β* has at the first.
struct Known {
  DualPlace place;
  Predictor beta;
  Vector gaps;  // by coordinate
  double residual;
  double gap() const { return gaps.sum() * (1.0 + 1e-14); }
};

Known known(const Planted& truth, Draw& draw, double noise) {
  const Index d = truth.x.cols();
  Known out{{{Vector::Zero(d), Vector::Zero(d)}, Vector::Constant(d, std::nan(""))}, {}, Vector::Zero(d), 0.0};
  SignedLog beta{Vector::Zero(d), Vector::Zero(d)};
  const bool inverse = draw.chance(0.5);  // of the dual point: the parabola of the gap is then as wide as it can be
  // Or away from β* along what X does not see: then all that is known of the wide coordinates comes from the narrow ones.
  const bool unseen = !truth.form.is_positive() && draw.chance(0.3);
  const Vector along = gaussian_vector(d, draw.seed + 3);
  const Vector null = 1e-3 * noise * (along - truth.x.transpose() * (truth.x * truth.x.transpose()).llt().solve(truth.x * along));
  std::vector<Wide> residual(static_cast<std::size_t>(truth.x.rows()), Wide(0));
  for (Index j = 0; j < d; ++j) {
    const std::size_t k = static_cast<std::size_t>(j);
    const WideCoordinate law(truth.form, j);
    const bool up = truth.z[k] > 0;
    const Wide side = up ? law.tau : law.sigma;
    Wide z = truth.z[k];
    // Twins differ as little or as much as any two.
    const double off = noise * draw.uniform(-1.0, 1.0);
    if (truth.tight[k]) {
      out.place.log_slack[j] = static_cast<double>(log(Wide(1 - side * abs(z)))) + off;
      z = (up ? 1 : -1) * (1 - exp(Wide(out.place.log_slack[j]))) / side;
      out.place.v.value[j] = static_cast<double>(z);
    } else {
      out.place.v.value[j] = static_cast<double>(z + Wide(0.01 * off));
      z = out.place.v.value[j] + out.place.v.error[j] * draw.uniform(-1.0, 1.0);
      out.place.v.error[j] = 1e-16 + (draw.chance(0.3) ? std::abs(0.01 * off) : 0.0);
    }
    out.gaps[j] = static_cast<double>(law.gap(truth.z[k], z)) * (1.0 + 1e-14);
    Wide there = inverse ? law.beta(z) : Wide(truth.beta[k] * (1 + Wide(1e-3 * noise * draw.uniform(-1.0, 1.0))));
    if (unseen) there = truth.beta[k] + null[j];
    beta.log_abs[j] = static_cast<double>(log(abs(there)));
    beta.sign[j] = there > 0 ? 1.0 : -1.0;
  }
  out.beta = Predictor::vector(beta);
  for (Index j = 0; j < d; ++j)
    for (Index i = 0; i < truth.x.rows(); ++i)
      residual[static_cast<std::size_t>(i)] += truth.x(i, j) * (truth.beta[static_cast<std::size_t>(j)] - out.beta.values[j]);
  Wide squares = 0;
  for (const Wide& r : residual) squares += r * r;
  out.residual = static_cast<double>(sqrt(squares)) * (1.0 + 1e-12);
  return out;
}

double distance(const Planted& truth, const Known& at, Index j) {
  return static_cast<double>(abs(truth.beta[static_cast<std::size_t>(j)] - at.beta.values[j]));
}

template <class Check>
void for_planted(Check check) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Draw draw{seed};
    const Planted truth = planted(draw, seed % 3 == 0, seed % 4 == 1);
    for (double noise : {1e-15, 1e-9, 1e-3, 0.5}) check(truth, known(truth, draw, noise), noise, seed);
  }
}

TEST(MinimiserBox, radii_of_a_gap_reach_the_planted_minimiser) {
  double tightest = 0.0;
  for_planted([&](const Planted& truth, const Known& at, double noise, std::uint64_t seed) {
    for (Index j = 0; j < truth.x.cols(); ++j) {
      const double radius = radii_of_gap(truth.form, at.beta, at.place, at.gaps[j])[j];
      ASSERT_LE(distance(truth, at, j), radius) << "seed " << seed << ", noise " << noise << ", coordinate " << j;
      tightest = std::max(tightest, distance(truth, at, j) / radius);
    }
  });
  EXPECT_GT(tightest, 0.9) << "of use";
}

TEST(MinimiserBox, constraints_keep_the_planted_minimiser_and_narrow_what_the_gap_leaves_free) {
  int narrowed = 0, exact = 0;
  for_planted([&](const Planted& truth, const Known& at, double noise, std::uint64_t seed) {
    const Vector radii = radii_of_gap(truth.form, at.beta, at.place, at.gap());
    const Vector less = radii_of_constraints(truth.form, truth.x, at.beta, radii, at.residual);
    for (Index j = 0; j < less.size(); ++j) {
      ASSERT_LE(distance(truth, at, j), less[j]) << "seed " << seed << ", noise " << noise << ", coordinate " << j;
      EXPECT_LE(less[j], radii[j]);
    }
    narrowed += less.norm() < 1e-3 * radii.norm();
    exact += noise < 1e-9 && less.norm() < 1e-9 * at.beta.values.norm();
  });
  EXPECT_GT(narrowed, 40) << "of use";
  EXPECT_GT(exact, 30);
}

TEST(MinimiserBox, features_that_depend_on_each_other_stay_as_wide_as_the_gap_leaves_them) {
  Draw draw{7};
  Planted truth = planted(draw, false, false);
  truth.x.col(2) = 2.0 * truth.x.col(0);  // no twin: the minimiser does not tell how the two share
  const Vector radii = Vector::LinSpaced(truth.x.cols(), 1.0, 1e-12);
  const Predictor beta = Predictor::vector(Vector::Ones(truth.x.cols()));
  const Vector less = radii_of_constraints(truth.form, truth.x, beta, radii, 1e-15);
  EXPECT_EQ(less[2], radii[2]);
}

// What a theorem's comparison needs: the certificate of a solved deep network from a tiny start says where its minimiser is.
TEST(MinimiserBox, certificates_of_deep_networks_from_tiny_starts_bound_the_distance) {
  for (int depth : {4, 5, 6, 7, 8})
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      const Index n = 4, d = 9;
      Matrix x = gaussian_matrix(n, d, seed);
      if (seed % 2 == 0) x.col(1) = Vector(x.col(0));
      Vector planted_beta = Vector::Zero(d);
      planted_beta.head(2) << 1.3, 0.4;
      const Vector start = Vector::Constant(d, std::log(3e-4));
      const BregmanProjection limit{std::make_shared<DenseMap>(x), x * planted_beta, DeepDiagonal{depth, start, start}, {}};
      const Solution solution = solve(limit);
      ASSERT_EQ(solution.outcome.status, Status::solved) << solution.outcome.text;
      EXPECT_LT(solution.certificate.distance_bound, 1e-9) << "depth " << depth << ", seed " << seed;
    }
}

// The last two features are equal and start alike, so that the minimiser has them equal. Where the solver's slacks part them, by
// less than a double of 1 - slack shows, they are of no dual point.
TEST(MinimiserBox, slacks_that_part_twins_bound_nothing) {
  Matrix x(3, 5);
  x << -1.2404980251941196, -0.31588142605925246, -0.23354728858405766, 1.3288070515027683, 1.3288070515027683,  //
      0.28441614742397886, 0.5977154391976441, -0.2762296139820153, -1.582804511908436, -1.582804511908436,       //
      -1.288458492025991, -0.32590848789399655, 0.2840624125891625, -0.43510086773351003, -0.43510086773351003;
  const Vector y{{0.7550876457066389, -1.6016358379955598, -0.47118467085973775}};
  const LimitSpec spec{
      .kind = "bregman_projection", .potential = "diagonal", .scale = 0.003205405164615242, .depth = 8, .positive = true};
  const Solution solution = solve(make_limit(spec, std::make_shared<DenseMap>(x), y, "."));
  const Vector& beta = solution.predictor.values;
  EXPECT_GE(solution.certificate.distance_bound, std::abs(beta[3] - beta[4]) / std::sqrt(2.0)) << solution.outcome.text;
}

}  // namespace
}  // namespace penchant
