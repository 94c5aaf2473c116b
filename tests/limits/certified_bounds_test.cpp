// Any point and any dual, however far, huge or tiny: the printed bounds enclose an optimum known to a hundred digits, with no
// tolerance at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <functional>

#include "penchant/core/decompositions.h"
#include "penchant/limits/enclosure.h"
#include "penchant/limits/solve.h"
#include "support/margin_data.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;

// The exponent range of a double squared fits.
using Wide = boost::multiprecision::number<
    boost::multiprecision::cpp_bin_float<100, boost::multiprecision::digit_base_10, void, std::int64_t>,
    boost::multiprecision::et_off>;
using WideVector = std::vector<Wide>;
using WideMatrix = std::vector<WideVector>;

WideVector wide(const Vector& v) { return WideVector(v.begin(), v.end()); }
WideMatrix wide(const Matrix& x) {
  WideMatrix out;
  for (Index i = 0; i < x.rows(); ++i) out.push_back(wide(Vector(x.row(i).transpose())));
  return out;
}
Wide dot(const WideVector& a, const WideVector& b) {
  Wide out = 0;
  for (std::size_t i = 0; i < a.size(); ++i) out += a[i] * b[i];
  return out;
}
WideVector image(const WideMatrix& x, const WideVector& s) {  // X^T s
  WideVector out(x[0].size(), Wide(0));
  for (std::size_t i = 0; i < s.size(); ++i)
    for (std::size_t j = 0; j < out.size(); ++j) out[j] += x[i][j] * s[i];
  return out;
}
WideVector eliminated(WideMatrix a, WideVector b) {
  const std::size_t n = b.size();
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t i = c; i < n; ++i)
      if (abs(a[i][c]) > abs(a[pivot][c])) pivot = i;
    std::swap(a[c], a[pivot]);
    std::swap(b[c], b[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == c) continue;
      const Wide factor = a[i][c] / a[c][c];
      for (std::size_t j = c; j < n; ++j) a[i][j] -= factor * a[c][j];
      b[i] -= factor * b[c];
    }
  }
  for (std::size_t i = 0; i < n; ++i) b[i] /= a[i][i];
  return b;
}

// A potential as a function of v = X^T s, |v| < reach: β(v), dβ/dv, φ*(z_0+v) - φ*(z_0).
struct Law {
  std::function<Wide(Wide)> beta, slope, conjugate;
  double reach = 1e300;
};

// max ⟨s, y⟩ - Σ conjugate(x_j·s) by Newton from the dual of a solver, kept in the domain.
Wide optimum_of(const Matrix& features, const Vector& targets, const Law& law, const Vector& start) {
  const WideMatrix x = wide(features);
  const WideVector y = wide(targets);
  const auto inside = [&](const WideVector& s) {
    for (const Wide& v : image(x, s))
      if (!(abs(v) < law.reach)) return false;
    return true;
  };
  WideVector s = wide(start);
  while (!inside(s))
    for (Wide& entry : s) entry *= 1 - Wide(1e-12);
  for (int k = 0; k < 300; ++k) {
    const WideVector v = image(x, s);
    WideMatrix hessian(y.size(), WideVector(y.size(), Wide(0)));
    WideVector miss = y;
    for (std::size_t j = 0; j < v.size(); ++j) {
      const Wide b = law.beta(v[j]), w = law.slope(v[j]);
      for (std::size_t i = 0; i < y.size(); ++i) {
        miss[i] -= x[i][j] * b;
        for (std::size_t l = 0; l < y.size(); ++l) hessian[i][l] += w * x[i][j] * x[l][j];
      }
    }
    if (dot(miss, miss) < Wide(1e-80) * dot(y, y)) break;
    WideVector step = eliminated(hessian, miss), next = s;
    for (std::size_t i = 0; i < s.size(); ++i) next[i] = s[i] + step[i];
    while (!inside(next))
      for (std::size_t i = 0; i < s.size(); ++i) next[i] = s[i] + (step[i] *= Wide(0.5));
    s = next;
  }
  Wide out = dot(s, y);
  for (const Wide& v : image(x, s)) out -= law.conjugate(v);
  return out;
}

// Solver's answer and what becomes of it.
struct Trial {
  std::string name;
  Vector beta, dual;
};

std::vector<Trial> trials(const Solution& best, const Matrix& x, std::uint64_t seed) {
  const Index n = x.rows(), d = x.cols();
  const Vector& w = best.predictor.values;
  const auto noise = [&](std::uint64_t k) { return gaussian_vector(d, seed + k); };
  const Vector along = noise(1) - x.transpose() * (x * x.transpose()).llt().solve(x * noise(1));
  std::vector<std::pair<std::string, Vector>> points = {
      {"best", w}, {"zero", 0.0 * w}, {"negated", -w}, {"scaled", w * (1.0 + 1e-9)}, {"other fit", w + along},
      {"far fit", w + 1e12 * along},
      {"near", w + 1e-13 * noise(2)}, {"noisy", w + 1e-4 * noise(3)}, {"random", noise(4)}, {"large", 1e30 * noise(5)},
      {"huge", 1e200 * noise(6)}, {"largest", 1e300 * noise(7)}, {"tiny", 1e-310 * noise(8)}};
  std::vector<std::pair<std::string, Vector>> duals = {
      {"none", Vector()}, {"its own", best.dual}, {"random", gaussian_vector(n, seed + 9)},
      {"near", best.dual + 1e-7 * gaussian_vector(n, seed + 10)},
      {"large", 1e9 * best.dual}, {"huge", 1e300 * best.dual}, {"tiny", 1e-300 * best.dual}, {"negated", -best.dual},
      {"zero", Vector::Zero(n)}};
  std::vector<Trial> out;
  for (const auto& [point, beta] : points)
    for (const auto& [dual, s] : duals) out.push_back({point + " point, " + dual + " dual", beta, s});
  return out;
}

void expect_enclosed(const Limit& limit, const Solution& best, const Matrix& x, const Wide& optimum, const std::string& what) {
  int brackets = 0;
  for (const Trial& trial : trials(best, x, 4000)) {
    Solution point;
    point.predictor = Predictor::vector(trial.beta);
    point.dual = trial.dual;
    const Certificate c = certify(limit, point);
    EXPECT_FALSE(std::isnan(c.lower)) << what << ", " << trial.name;
    EXPECT_LE(Wide(c.lower), optimum) << what << ", " << trial.name << ": above by " << Wide(Wide(c.lower) / optimum - 1);
    if (c.kind != CertificateKind::bracket) continue;
    ++brackets;
    EXPECT_GE(Wide(c.upper), optimum) << what << ", " << trial.name << ": below by " << Wide(1 - Wide(c.upper) / optimum);
    EXPECT_LE(c.lower, c.upper) << what << ", " << trial.name;
  }
  EXPECT_GE(brackets, 20) << what;
  const Certificate own = certify(limit, best);
  EXPECT_EQ(own.kind, CertificateKind::bracket) << what << own.text;
  EXPECT_LE(own.upper - own.lower, 1e-10 * own.upper) << what;
}

MapPtr map_of(const Matrix& x) { return std::make_shared<DenseMap>(x); }

void expect_projection_enclosed(const Potential& potential, const SignedLog& origin, const Law& law, const Vector& truth,
                                const char* what) {
  const Matrix x = gaussian_matrix(3, 7, 4100);
  const BregmanProjection limit{map_of(x), x * truth, potential, origin};
  const Solution best = solve(limit);
  expect_enclosed(limit, best, x, optimum_of(x, limit.y, law, best.dual), what);
}

Vector truth_of(bool positive) {
  const Vector v = gaussian_vector(7, 4101);
  return positive ? Vector(v.cwiseAbs().array() + 0.1) : v;
}

Wide signed_power(const Wide& z, const Wide& e) { return z == 0 ? Wide(0) : Wide(z > 0 ? pow(z, e) : -pow(-z, e)); }

TEST(CertifiedBounds, of_a_euclidean_projection) {
  const Law law{[](Wide v) { return v; }, [](Wide) { return Wide(1); }, [](Wide v) { return Wide(v * v / 2); }};
  expect_projection_enclosed(Euclidean{}, {}, law, truth_of(false), "euclidean");
}

TEST(CertifiedBounds, of_an_entropy_projection) {
  for (const double start : {1e-5, 0.3, 20.0}) {
    const Wide a = exp(Wide(std::log(start)));
    expect_projection_enclosed(Entropy{}, SignedLog::constant(7, std::log(start)),
                               {[a](Wide v) { return Wide(a * exp(v)); }, [a](Wide v) { return Wide(a * exp(v)); },
                                [a](Wide v) { return Wide(a * (exp(v) - 1)); }},
                               truth_of(true), "entropy");
  }
}

TEST(CertifiedBounds, of_a_hypentropy_projection) {
  for (const double c : {1e-12, 1e-3, 1.0, 1e4}) {
    const Wide wide_c = 2 * exp(Wide(std::log(c) - std::log(2.0)));
    expect_projection_enclosed(Hypentropy{std::log(c)}, {},
                               {[wide_c](Wide v) { return Wide(wide_c * sinh(v)); },
                                [wide_c](Wide v) { return Wide(wide_c * cosh(v)); },
                                [wide_c](Wide v) { return Wide(wide_c * (cosh(v) - 1)); }},
                               truth_of(false), "hypentropy");
  }
}

TEST(CertifiedBounds, of_p_norm_projections) {
  for (const double p : {1.2, 1.5, 3.0}) {
    const Wide q = Wide(p) / (Wide(p) - 1);
    expect_projection_enclosed(PNorm{p}, {},
                               {[q](Wide v) { return signed_power(v, q - 1); },
                                [q](Wide v) { return Wide((q - 1) * pow(abs(v), q - 2)); },
                                [q](Wide v) { return Wide(pow(abs(v), q) / q); }},
                               truth_of(false), "p_norm");
  }
}

TEST(CertifiedBounds, of_a_burg_projection) {
  const double start = 0.3;  // v and the objective in units of 1/start
  const Wide a = exp(Wide(std::log(start)));
  expect_projection_enclosed(Burg{}, SignedLog::constant(7, std::log(start)),
                             {[a](Wide v) { return Wide(a / (1 - v)); }, [a](Wide v) { return Wide(a / ((1 - v) * (1 - v))); },
                              [a](Wide v) { return Wide(-a * log(1 - v)); }},
                             truth_of(true), "burg");
}

TEST(CertifiedBounds, of_deep_diagonal_projections) {
  for (const int depth : {3, 4, 8})
    for (const double alpha : {1e-4, 0.1, 3.0}) {
      const Wide q = Wide(depth) / (depth - 2), a = exp(Wide(depth * std::log(alpha)));
      const Law law{[=](Wide v) { return Wide(a * (pow(1 - v, -q) - pow(1 + v, -q))); },
                    [=](Wide v) { return Wide(a * q * (pow(1 - v, -q - 1) + pow(1 + v, -q - 1))); },
                    [=](Wide v) { return Wide(a / (q - 1) * (pow(1 - v, 1 - q) - 2 + pow(1 + v, 1 - q))); }, 1.0};
      const Vector start = Vector::Constant(7, std::log(alpha));
      expect_projection_enclosed(DeepDiagonal{depth, start, start}, {}, law, truth_of(false), "deep diagonal");
    }
}

TEST(CertifiedBounds, of_a_minimal_distance_from_any_start) {
  for (const double size : {0.0, 1.0, 1e4}) {
    const Matrix x = gaussian_matrix(3, 7, 4102);
    const MinDistance limit{map_of(x), gaussian_vector(3, 4103), size * gaussian_vector(7, 4104)};
    const WideMatrix a = wide(x);
    WideVector miss = wide(limit.y);
    WideMatrix gram(3, WideVector(3));
    for (std::size_t i = 0; i < 3; ++i) {
      miss[i] -= dot(a[i], wide(limit.origin));
      for (std::size_t l = 0; l < 3; ++l) gram[i][l] = dot(a[i], a[l]);
    }
    expect_enclosed(limit, solve(limit), x, dot(eliminated(gram, miss), miss) / 2, "min_distance");
  }
}

// Rows that are copies of each other, and targets that contradict each other: the least-squares solutions.
TEST(CertifiedBounds, of_a_minimal_distance_to_least_squares_solutions) {
  Matrix x = gaussian_matrix(3, 7, 4105);
  x.row(2) = -2.0 * x.row(0);
  const MinDistance limit{map_of(x), gaussian_vector(3, 4106), gaussian_vector(7, 4107)};
  // Rows 0 and 2 ask for x_0·β = y_0 and = -y_2/2 with weights 1 and 4.
  const WideMatrix a = {wide(x)[0], wide(x)[1]};
  const WideVector y = {(Wide(limit.y[0]) - 2 * Wide(limit.y[2])) / 5, Wide(limit.y[1])};
  WideVector miss = y;
  WideMatrix gram(2, WideVector(2));
  for (std::size_t i = 0; i < 2; ++i) {
    miss[i] -= dot(a[i], wide(limit.origin));
    for (std::size_t l = 0; l < 2; ++l) gram[i][l] = dot(a[i], a[l]);
  }
  const Wide optimum = dot(eliminated(gram, miss), miss) / 2;
  const Solution best = solve(limit);
  for (const Vector& dual : {Vector(), best.dual, Vector(1e9 * gaussian_vector(3, 4108)), Vector(1e300 * best.dual)})
    for (const double size : {0.0, 1e-9, 1.0, 1e30}) {
      Solution point;
      point.predictor = Predictor::vector(best.predictor.values + size * gaussian_vector(7, 4109));
      point.dual = dual;
      const Certificate c = certify(limit, point);
      EXPECT_LE(Wide(c.lower), optimum) << size;
      EXPECT_GE(Wide(c.upper), optimum) << size;
    }
  EXPECT_EQ(best.outcome.status, Status::solved) << best.outcome.text;
}

TEST(CertifiedBounds, of_ridge_regression) {
  for (const double lambda : {1e-8, 0.3, 1e4}) {
    const Matrix x = gaussian_matrix(3, 7, 4110);
    const Penalised limit{map_of(x), gaussian_vector(3, 4111), Penalty::l2, lambda, {}, gaussian_vector(7, 4112)};
    const WideMatrix a = wide(x);
    WideVector miss = wide(limit.y);
    WideMatrix system(3, WideVector(3));
    for (std::size_t i = 0; i < 3; ++i) {
      miss[i] -= dot(a[i], wide(limit.origin));
      for (std::size_t l = 0; l < 3; ++l) system[i][l] = dot(a[i], a[l]) / lambda + (i == l ? 1 : 0);
    }
    expect_enclosed(limit, solve(limit), x, dot(eliminated(system, miss), miss) / 2, "ridge");
  }
}

// ν = e_1 is the dual by construction: the first row of X is ±1 on the support of β and smaller elsewhere, and all numbers are
// short enough for y = Xβ to be exact. At the optimum λν = y' - Xβ for y' = Xβ + λν.
struct PlantedL1 {
  Matrix x;
  Vector beta, y;
};
PlantedL1 planted_l1() {
  PlantedL1 out{Matrix(5, 9), Vector::Zero(9), {}};
  const Matrix noise = gaussian_matrix(5, 9, 4113);
  for (Index i = 0; i < 5; ++i)
    for (Index j = 0; j < 9; ++j) out.x(i, j) = std::round(256.0 * noise(i, j)) / 256.0;
  for (Index j = 0; j < 9; ++j) out.x(0, j) = j == 2 ? 1.0 : j == 6 ? -1.0 : 0.9 * std::round(64.0 * std::tanh(noise(0, j))) / 64.0;
  for (Index j = 0; j < 9; ++j)
    if (j != 2 && j != 6) out.x(0, j) = std::round(64.0 * out.x(0, j)) / 64.0;
  out.beta[2] = 1.5;
  out.beta[6] = -0.75;
  out.y = out.x * out.beta;
  return out;
}

TEST(CertifiedBounds, of_the_lasso) {
  const PlantedL1 planted = planted_l1();
  const double lambda = 0.5;
  Vector y = planted.y;
  y[0] += lambda;
  const Penalised limit{map_of(planted.x), y, Penalty::l1, lambda, {}, {}};
  Solution best;
  best.predictor = Predictor::vector(planted.beta);
  best.dual = Vector::Unit(5, 0) * lambda;
  expect_enclosed(limit, best, planted.x, Wide(0.5 * lambda * lambda + lambda * 2.25), "lasso");
}

TEST(CertifiedBounds, of_a_minimal_l1_norm) {
  const PlantedL1 planted = planted_l1();
  const MinL1 limit{map_of(planted.x), planted.y, {}, {}, false, 0.0};
  Solution best;
  best.predictor = Predictor::vector(planted.beta);
  best.dual = Vector::Unit(5, 0);
  expect_enclosed(limit, best, planted.x, Wide(2.25), "min_l1");
}

// Two features in a space of five samples leave three dimensions of duals that are tight on them; the shortest is not feasible.
TEST(CertifiedBounds, of_a_minimal_l1_norm_close_without_a_dual) {
  for (const bool positive : {false, true}) {
    PlantedL1 planted = planted_l1();
    if (positive) {
      planted.beta[6] = 0.75;
      planted.x.col(6) *= -1.0;
    }
    const MinL1 limit{map_of(planted.x), planted.y, {}, {}, positive, 0.0};
    Solution best;
    best.predictor = Predictor::vector(planted.beta);
    const Certificate c = certify(limit, best);
    EXPECT_EQ(c.kind, CertificateKind::bracket) << c.text;
    EXPECT_LE(c.relative_gap, 1e-10) << c.text;
    EXPECT_LE(c.lower, 2.25);
    EXPECT_GE(c.upper, 2.25);
  }
}

// Margin 3/√2 by hand: (2, 1) and (1, 2) hold w = (1/3, 1/3); the others carry no weight.
TEST(CertifiedBounds, of_a_margin_close_without_a_dual) {
  const MaxMargin limit = testing::margin_problem({{2, 1}, {1, 2}, {5, 5}, {-4, -4}, {9, 1}}, {1, 1, 1, -1, 1}, Intercept::none);
  Solution point;
  point.predictor = Predictor::vector(Vector{{1.0, 1.0}});
  const Certificate c = certify(limit, point);
  EXPECT_LE(c.relative_gap, 1e-12) << c.text;
  EXPECT_LE(Wide(c.lower) * Wide(c.lower), Wide(4.5));
  EXPECT_GE(Wide(c.upper) * Wide(c.upper), Wide(4.5));
}

// y = 0 with one row of positive entries: only β = 0 fits, which Burg's domain leaves out. The infimum is not attained.
TEST(CertifiedBounds, of_burg_are_no_bracket_where_nothing_positive_fits) {
  Matrix x(2, 4);
  x << 0, 2, 2, 0, -2, 1, 0, -2;
  const Solution s = solve(BregmanProjection{map_of(x), Vector::Zero(2), Burg{}, SignedLog::constant(4, std::log(0.008))});
  EXPECT_NE(s.outcome.status, Status::solved);
  EXPECT_NE(s.outcome.status, Status::almost_solved);
  EXPECT_NE(s.certificate.kind, CertificateKind::bracket);
}

// X times (0, 0, +, +, +, 0, 0), rounded: the only fits have entries of 1e-16 where those are 0, where the potential is steep. The
// optimum by Newton's method on the dual in 120 digits.
TEST(CertifiedBounds, of_data_at_the_edge_of_the_cone_hold_for_the_data_as_given) {
  Matrix x(4, 7);
  x << 0.3750434761085625, 0.9238060574027558, 0.05229414733924642, 0.8330320966348578, 0.1795396075672009, 0.5715985634207975,
      0.2215914763399699, 0.2700833919935145, 0.17224047444714963, 0.28757229447726784, 0.11913030378882017, 0.011007744461003721,
      0.310936205041651, 0.9661955866929688, 0.7950432871949943, 0.5463345103585198, 0.3100923181520018, 0.8477314776421043,
      0.49205948514054065, 0.6734448065066835, 0.09392732504336365, 0.9423108875410163, 0.617394069648108, 0.8111747956985805,
      0.9800566440128522, 0.4834935726622628, 0.8895917607418424, 0.6477214074380566;
  const Vector y{{1.2608822912098343, 0.45968284300254003, 1.9548120148146255, 2.632078323122708}};
  const double optimum = 3.1052030383923575;
  const Limit limit = BregmanProjection{map_of(x), y, DeepDiagonal{4, Vector::Constant(7, std::log(0.26308330790347784)), {}}, {}};
  const Certificate c = solve(limit).certificate;
  EXPECT_GE(c.upper, optimum) << c.text;
  EXPECT_LE(c.lower, optimum) << c.text;
}

TEST(CertifiedBounds, of_a_norm_keep_a_nan) {
  EXPECT_TRUE(std::isnan(squared_norm_high({Vector{{1.0, std::nan("")}}, Vector::Zero(2)})));
}

}  // namespace
}  // namespace penchant
