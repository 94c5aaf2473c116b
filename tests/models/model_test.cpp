#include "penchant/models/model.h"

#include <gtest/gtest.h>

#include "penchant/models/diagonal.h"
#include "support/planted.h"
#include "support/tolerance.h"

namespace penchant {
namespace {

using testing::difference_step;
using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::relative_distance;

// Central differences with the balanced step: truncation and rounding are both near eps^(2/3) = 4e-11,
// times the size of third derivatives.
constexpr double kDifferenceTolerance = 1e-7;

MapPtr features(Index n, Index d) { return std::make_shared<DenseMap>(gaussian_matrix(n, d, 3)); }

std::vector<ModelSpec> every_model() {
  std::vector<ModelSpec> out = {Linear{}};
  for (int depth : {2, 3, 4})
    for (DiagonalForm form : {DiagonalForm::difference_of_powers, DiagonalForm::power, DiagonalForm::product})
      for (Factors factors : {Factors::tied, Factors::separate}) out.push_back(Diagonal{depth, form, factors});
  for (int depth : {2, 3, 4}) out.push_back(WeightNormalised{depth, 0.3});
  return out;
}

std::string described(const ModelSpec& spec) {
  const Value v = to_value(spec);
  std::string out;
  for (const auto& [key, value] : *v.as_object()) out += key + "=" + value.describe() + " ";
  return out;
}

Vector outputs(const Model& model, const Vector& theta, Index n) {
  Vector f(n);
  model.outputs(theta, f);
  return f;
}

TEST(Model, jvp_is_the_difference_quotient_of_the_outputs) {
  constexpr Index n = 4, d = 3;
  for (const ModelSpec& spec : every_model()) {
    SCOPED_TRACE(described(spec));
    const auto model = make_model(spec, features(n, d));
    const Vector theta = gaussian_vector(model->parameters(), 5);
    const Vector direction = gaussian_vector(model->parameters(), 7);
    const double h = difference_step(1.0);
    const Vector quotient = (outputs(*model, theta + h * direction, n) - outputs(*model, theta - h * direction, n)) / (2.0 * h);
    Vector df(n);
    model->jvp(theta, direction, df);
    EXPECT_LT(relative_distance(df, quotient), kDifferenceTolerance);
  }
}

TEST(Model, vjp_is_the_adjoint_of_jvp) {
  constexpr Index n = 4, d = 5;
  for (const ModelSpec& spec : every_model()) {
    SCOPED_TRACE(described(spec));
    const auto model = make_model(spec, features(n, d));
    const Index p = model->parameters();
    const Vector theta = gaussian_vector(p, 5), direction = gaussian_vector(p, 7), weights = gaussian_vector(n, 9);
    Vector df(n), g(p);
    model->jvp(theta, direction, df);
    model->vjp(theta, weights, g);
    const double scale = df.cwiseAbs().dot(weights.cwiseAbs()) + g.cwiseAbs().dot(direction.cwiseAbs());
    EXPECT_NEAR(df.dot(weights), g.dot(direction), testing::rounding(4.0 * static_cast<double>(p)) * scale);
  }
}

TEST(Model, hvp_is_the_difference_quotient_of_vjp) {
  constexpr Index n = 4, d = 3;
  for (const ModelSpec& spec : every_model()) {
    SCOPED_TRACE(described(spec));
    const auto model = make_model(spec, features(n, d));
    const Index p = model->parameters();
    const Vector theta = gaussian_vector(p, 5), direction = gaussian_vector(p, 7), weights = gaussian_vector(n, 9);
    const double h = difference_step(1.0);
    Vector above(p), below(p), exact(p);
    model->vjp(theta + h * direction, weights, above);
    model->vjp(theta - h * direction, weights, below);
    model->hvp(theta, weights, direction, exact);
    const Vector quotient = (above - below) / (2.0 * h);
    EXPECT_LT((exact - quotient).norm(), kDifferenceTolerance * (1.0 + exact.norm()));
  }
}

TEST(Model, blocks_tile_the_parameters_in_order) {
  for (const ModelSpec& spec : every_model()) {
    const auto model = make_model(spec, features(2, 6));
    Index end = 0;
    for (const Block& block : model->blocks()) {
      EXPECT_EQ(block.offset, end);
      EXPECT_EQ(block.size, block.name == "r" ? 1 : 6);
      end += block.size;
    }
    EXPECT_EQ(end, model->parameters());
  }
}

TEST(Diagonal, forms_compute_their_formula_at_a_point) {
  const MapPtr x = std::make_shared<DenseMap>(Matrix::Identity(1, 1));
  const auto beta = [&](const Diagonal& spec, std::vector<double> theta) {
    return make_model(spec, x)->predictor(Eigen::Map<const Vector>(theta.data(), static_cast<Index>(theta.size()))).values[0];
  };
  EXPECT_EQ(beta({3, DiagonalForm::difference_of_powers, Factors::tied}, {2, 1}), 7.0);               // 2^3 - 1^3
  EXPECT_EQ(beta({2, DiagonalForm::difference_of_powers, Factors::separate}, {2, 3, 4, 5}), -14.0);   // 2·3 - 4·5
  EXPECT_EQ(beta({4, DiagonalForm::power, Factors::tied}, {-2}), 16.0);
  EXPECT_EQ(beta({3, DiagonalForm::power, Factors::separate}, {2, 3, -1}), -6.0);
  EXPECT_EQ(beta({3, DiagonalForm::product, Factors::tied}, {2, -3, 4}), -24.0);
}

// r = √0.25 · 6 = 3, v/|v| = (0.6, 0.8): w = (1.8, 2.4), cubed.
TEST(WeightNormalised, computes_its_formula_at_a_point) {
  const auto model = make_model(WeightNormalised{3, 0.25}, features(1, 2));
  const Vector beta = model->predictor(Vector{{6.0, 3.0, 4.0}}).values;
  EXPECT_NEAR(beta[0], 1.8 * 1.8 * 1.8, testing::rounding(10.0) * 6.0);
  EXPECT_NEAR(beta[1], 2.4 * 2.4 * 2.4, testing::rounding(10.0) * 14.0);
}

TEST(WeightNormalised, the_length_of_v_does_not_matter_and_its_gradient_is_orthogonal_to_v) {
  constexpr Index n = 3, d = 5;
  const auto model = make_model(WeightNormalised{3, 0.25}, features(n, d));
  Vector theta = gaussian_vector(d + 1, 5), longer = theta;
  longer.tail(d) *= 7.0;
  EXPECT_LT(relative_distance(outputs(*model, longer, n), outputs(*model, theta, n)), testing::rounding(40.0));
  Vector g(d + 1);
  model->vjp(theta, gaussian_vector(n, 9), g);
  EXPECT_NEAR(g.tail(d).dot(theta.tail(d)), 0.0, testing::rounding(40.0) * g.norm() * theta.norm());
}

TEST(WeightNormalised, predictor_keeps_in_logs_what_a_double_loses) {
  const auto model = make_model(WeightNormalised{4, 1.0}, features(1, 2));
  const Predictor beta = model->predictor(Vector{{2.0, 1e-100, 1.0}});
  EXPECT_EQ(beta.values[0], 0.0);
  ASSERT_EQ(beta.logs.size(), 2);
  EXPECT_NEAR(beta.logs.log_abs[0], 4.0 * (std::log(2.0) - 100.0 * std::log(10.0)), testing::rounding(8.0) * 1000.0);
}

TEST(Diagonal, predictor_keeps_in_logs_what_a_double_loses) {
  const auto model = make_model(Diagonal{2, DiagonalForm::power, Factors::tied}, features(1, 2));
  const Predictor beta = model->predictor(Vector{{1e-200, 3.0}});
  EXPECT_EQ(beta.values[0], 0.0);
  ASSERT_EQ(beta.logs.size(), 2);
  EXPECT_NEAR(beta.logs.log_abs[0], -400.0 * std::log(10.0), testing::rounding(8.0) * 400.0 * std::log(10.0));
  EXPECT_EQ(beta.logs.sign[0], 1.0);
}

TEST(Diagonal, difference_of_equal_powers_is_exactly_zero_in_logs) {
  const SignedLog tiny = SignedLog::constant(3, -1000.0);
  const Predictor beta = diagonal_predictor({3, DiagonalForm::difference_of_powers, Factors::tied}, {tiny, tiny});
  EXPECT_EQ(beta.values, Vector::Zero(3));
}

TEST(Diagonal, metric_is_the_diagonal_of_the_jacobian_times_its_transpose) {
  const Diagonal spec{3, DiagonalForm::difference_of_powers, Factors::separate};
  const DiagonalModel model(spec, features(2, 4));
  const Vector theta = gaussian_vector(model.parameters(), 5);
  Matrix jacobian(4, model.parameters());
  for (Index k = 0; k < model.parameters(); ++k) {
    Vector column(4);
    model.push_forward(theta, Vector::Unit(model.parameters(), k), column);
    jacobian.col(k) = column;
  }
  const Matrix metric = jacobian * jacobian.transpose();
  EXPECT_LT((metric.diagonal() - model.metric(theta)).norm(), testing::rounding(50) * metric.norm());
  EXPECT_EQ((metric - Matrix(metric.diagonal().asDiagonal())).norm(), 0.0);
}

TEST(ModelSpec, reads_back_what_it_writes) {
  for (const ModelSpec& spec : every_model()) EXPECT_TRUE(same(to_value(model_from(to_value(spec), {})), to_value(spec)));
}

TEST(ModelSpec, refuses_a_depth_below_two) {
  const Value table = Value::object({{"kind", "diagonal"}, {"depth", 1}});
  EXPECT_THROW(model_from(table, {"spec.toml", "model", 3}), InvalidInput);
}

}  // namespace
}  // namespace penchant
