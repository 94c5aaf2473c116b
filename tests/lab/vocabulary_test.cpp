// The names that scripts of others depend on: the program's own tables against the contract,
// and against the page that explains them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "penchant/core/file.h"
#include "penchant/data/spec.h"
#include "penchant/dynamics/fields.h"
#include "penchant/lab/trial.h"
#include "penchant/losses/fields.h"
#include "penchant/models/fields.h"

namespace penchant {
namespace {

using Vocabulary = std::map<std::string, std::vector<std::string>>;

template <class Family>
Vocabulary own() {
  Vocabulary out;
  for (auto& [kind, keys] : family_vocabulary<Family>()) {
    std::sort(keys.begin(), keys.end());
    out[kind] = keys;
  }
  return out;
}

TEST(Vocabulary, models_have_the_kinds_and_keys_of_the_contract) {
  EXPECT_EQ(own<ModelSpec>(),
            (Vocabulary{{"linear", {}}, {"diagonal", {"depth", "factors", "form"}}, {"weight_normalised", {"depth", "rate_r"}}}));
}

TEST(Vocabulary, losses_have_the_kinds_and_keys_of_the_contract) {
  const std::vector<std::string> keys = {"reduction"};
  EXPECT_EQ(own<LossSpec>(), (Vocabulary{{"squared", keys}, {"log_cosh", keys}, {"exponential", keys}, {"logistic", keys}}));
}

TEST(Vocabulary, dynamics_have_the_kinds_and_keys_of_the_contract) {
  const Vocabulary expected = {
      {"gradient_flow", {"atol", "checkpoint_steps", "clock", "coordinates", "rtol", "weight_decay"}},
      {"gradient_descent", {"closed_form", "force", "measure", "momentum", "nesterov", "step_size", "weight_decay"}},
      {"stochastic",
       {"batch", "force", "gradient_noise", "label_noise", "measure", "momentum", "replacement", "seed", "step_size",
        "weight_decay"}},
      {"mirror", {"batch", "force", "momentum", "potential", "seed", "step_size"}},
      {"steepest", {"force", "norm", "rule", "step_size"}},
      {"conjugate_gradient", {}},
      {"bfgs", {}},
      {"lbfgs", {"memory"}}};
  EXPECT_EQ(own<Dynamics>(), expected);
}

TEST(Vocabulary, init_and_stop_have_the_keys_of_the_contract) {
  EXPECT_THAT(field_names<InitSpec>(), testing::UnorderedElementsAre("scale", "shape", "exponents", "seed", "factors"));
  EXPECT_THAT(field_names<StopSpec>(),
              testing::UnorderedElementsAre("loss", "time", "log10_time", "steps", "seconds", "alignment", "residual"));
}

TEST(Vocabulary, the_page_of_the_spec_names_every_kind_and_key) {
  const std::string page = read_file(PENCHANT_SOURCE_DIR "/docs/spec.md", 1'000'000);
  std::vector<std::string> names = data_keys();
  const auto add = [&](const Vocabulary& vocabulary) {
    for (const auto& [kind, keys] : vocabulary) {
      names.push_back(kind);
      names.insert(names.end(), keys.begin(), keys.end());
    }
  };
  add(own<ModelSpec>());
  add(own<LossSpec>());
  add(own<Dynamics>());
  for (const auto& keys : {field_names<InitSpec>(), field_names<StopSpec>()}) names.insert(names.end(), keys.begin(), keys.end());
  for (const auto& words : {trial_value_names(), keepable_names()}) names.insert(names.end(), words.begin(), words.end());
  for (const std::string& name : names)
    EXPECT_TRUE(page.find("`" + name + "`") != std::string::npos || page.find('"' + name + '"') != std::string::npos) << name;
}

}  // namespace
}  // namespace penchant
