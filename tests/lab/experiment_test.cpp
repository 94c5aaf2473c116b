#include "penchant/lab/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/core/toml.h"
#include "support/refusal.h"

namespace penchant {
namespace {

using ::testing::HasSubstr;

Experiment read(const std::string& init, std::uint64_t seed = 0) {
  const std::string text =
      "data = { generate = \"sparse_regression\", samples = 3, features = 5, nonzeros = 1 }\nmodel = { kind = \"diagonal\" }\ninit "
      "= " +
      init + "\nloss = { kind = \"squared\" }\ndynamics = { kind = \"gradient_flow\" }\n";
  return experiment_from(from_toml(text, "spec.toml"), "spec.toml", ".", seed);
}

TEST(Experiment, base_seed_reaches_what_is_random_and_nothing_else) {
  const Experiment one = read("{ scale = 0.1 }", 1), two = read("{ scale = 0.1 }", 2);
  EXPECT_NE(one.data.seed, two.data.seed);
  EXPECT_FALSE(one.init.seed);
  EXPECT_EQ(one.spec.find("init")->find("seed"), nullptr);
}

TEST(Experiment, refuses_a_seed_that_nothing_would_read) {
  EXPECT_THAT(testing::refusal([] { read("{ scale = 0.1, seed = 3 }"); }),
              HasSubstr("spec.toml:3: init.seed: no start of these models is random"));
}

TEST(Experiment, resolved_spec_reads_back_as_the_same_experiment) {
  const Experiment first = read("{ scale = 0.1 }", 7);
  EXPECT_EQ(experiment_from(first.spec, "resolved", ".").hash, first.hash);
}

}  // namespace
}  // namespace penchant
