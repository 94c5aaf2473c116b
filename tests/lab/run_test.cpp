#include "penchant/lab/run.h"

#include <gtest/gtest.h>

#include "support/linear_problem.h"

namespace penchant {
namespace {

// Weight normalisation of a fast radius: theory reads the magnification off the run, as an integral of its gradients. On this
// sample, seen twice, that integral was 1e-9 off while the run's end had moved by 7e-10 at looser tolerances.
TEST(Run, a_limit_that_is_read_off_the_run_is_charged_with_the_error_of_the_reading) {
  const Vector sample{{0.6898536869476557, 0.079322126600863241, 0.5447433678759005, 0.70997155371023657, 0.82747186907556958,
                       0.1671618061907828, 0.81697095620794347, 0.18442146880927124, 0.82568978772560964}};
  Matrix x(2, 9);
  x << sample.transpose(), sample.transpose();
  const Vector y = Vector::Constant(2, 0.17211753953828762);
  const Value spec = Value::object(
      {{"data", Value::object({{"generate", "gaussian_regression"}, {"samples", std::int64_t{2}}, {"features", std::int64_t{9}}})},
       {"model", Value::object({{"kind", "weight_normalised"}, {"depth", std::int64_t{2}}, {"rate_r", 0.29442794759663926}})},
       {"init", Value::object({{"scale", 0.847243181278124}})},
       {"loss", Value::object({{"kind", "squared"}})},
       {"dynamics", Value::object({{"kind", "gradient_flow"}})}});
  Verbs verbs;
  verbs.load = [&](const DataSpec&, const std::string&) { return testing::dataset_of(x, y); };
  const Record record = run(experiment_from(spec, "spec.toml", "."), verbs);
  ASSERT_FALSE(record.comparisons.empty());
  const Comparison& comparison = record.comparisons[0];
  EXPECT_EQ(comparison.prediction, "C.normalised");
  EXPECT_EQ(comparison.verdict, Verdict::agrees) << comparison.text;
  EXPECT_GT(comparison.budget.run, 2.0 * record.integration_error);
}

}  // namespace
}  // namespace penchant
