// No cell of model × form × factors × loss × dynamics is silently missing.
#include <gtest/gtest.h>

#include <set>

#include "penchant/core/text.h"
#include "penchant/theory/bibliography.h"
#include "penchant/theory/cases.h"
#include "support/planted.h"
#include "support/problems.h"

namespace penchant {
namespace {

constexpr Index kSamples = 4, kFeatures = 8;

std::vector<ModelSpec> all_models() {
  std::vector<ModelSpec> out = {Linear{}};
  for (int depth : {2, 3, 4})
    for (DiagonalForm form : {DiagonalForm::difference_of_powers, DiagonalForm::power, DiagonalForm::product})
      for (Factors factors : {Factors::tied, Factors::separate}) out.push_back(Diagonal{depth, form, factors});
  for (int depth : {2, 3})
    for (double rate_r : {0.01, 100.0}) out.push_back(WeightNormalised{depth, rate_r});
  return out;
}

std::vector<LossSpec> all_losses() {
  std::vector<LossSpec> out;
  for (Reduction reduction : {Reduction::sum, Reduction::mean})
    for (const LossSpec& loss : {LossSpec{Squared{reduction}}, LossSpec{LogCosh{reduction}}, LossSpec{Exponential{reduction}},
                                 LossSpec{Logistic{reduction}}})
      out.push_back(loss);
  return out;
}

std::vector<StepSize> all_steps() {
  return {{AutoStep{}}, {1e-2}, {10.0}, {PowerStep{0.1, 0.7}}, {PowerStep{0.1, 2.0}}, {PiecewiseStep{{0.1, 0.01}, {10}}},
          {LossProportionalStep{0.1}}};
}

std::vector<Mirror> all_mirrors(const StepSize& step) {
  std::vector<Mirror> out;
  for (const char* kind : {"euclidean", "entropy", "hypentropy", "p_norm", "squared_p_norm", "burg", "quadratic", "diagonal"}) {
    Mirror mirror;
    mirror.potential.kind = kind;
    mirror.potential.c = 0.5;
    mirror.potential.p = 3.0;
    mirror.potential.depth = 3;
    mirror.potential.scale = 0.5;
    mirror.step_size = step;
    for (int batch : {0, 2})
      for (double momentum : {0.0, 0.5}) {
        mirror.batch = batch;
        mirror.momentum = momentum;
        out.push_back(mirror);
      }
  }
  return out;
}

std::vector<Dynamics> all_dynamics() {
  std::vector<Dynamics> out = {GradientFlow{}, ConjugateGradient{}, Bfgs{}, Lbfgs{}};
  for (const StepSize& step : all_steps()) {
    for (double momentum : {0.0, 0.9}) {
      for (bool nesterov : {false, true})
        out.push_back(GradientDescent{.step_size = step, .momentum = momentum, .nesterov = nesterov});
      for (int batch : {1, 2, 4})
        for (bool replacement : {false, true})
          out.push_back(Stochastic{.step_size = step, .batch = batch, .replacement = replacement, .momentum = momentum});
    }
    for (int batch : {0, 2})
      for (double momentum : {0.0, 0.9}) {
        Stochastic noisy{
            .step_size = step, .batch = batch, .momentum = momentum, .label_noise = LabelNoise{LabelNoiseKind::sign, 0.5}};
        out.push_back(noisy);
        noisy.gradient_noise = GradientNoise{GradientNoiseKind::spherical, 0.1};
        out.push_back(noisy);
        noisy.label_noise.reset();
        out.push_back(noisy);
      }
    for (SteepestNorm norm : {SteepestNorm::l1, SteepestNorm::l2, SteepestNorm::linf})
      for (CoordinateRule rule : {CoordinateRule::greedy, CoordinateRule::cyclic}) out.push_back(Steepest{norm, rule, step});
    for (const Mirror& mirror : all_mirrors(step)) out.push_back(mirror);
  }
  return out;
}

std::vector<Facts> all_facts() {
  Facts unfit = testing::easy_facts(), wrong_sign = unfit, inseparable = unfit;
  unfit.inconsistency = 0.4;
  wrong_sign.positive_feasible = false;
  wrong_sign.positive_l1_norm.reset();
  wrong_sign.positive_proof = Vector::Ones(kSamples);
  inseparable.separable = false;
  inseparable.margin.reset();
  inseparable.inseparable_weights = Vector::Constant(kSamples, 0.25);
  return {testing::easy_facts(), Facts{.samples = kSamples, .features = kFeatures}, unfit, wrong_sign, inseparable};
}

void expect_known_sources(const std::string& keys, const std::string& where) {
  EXPECT_FALSE(split_keys(keys).empty()) << where << " names no source";
  for (const std::string& key : split_keys(keys)) EXPECT_NE(find_source(key), nullptr) << where << " cites " << key;
}

void expect_stated(const PredictResult& result, const std::string& where, const std::set<std::string>& ids) {
  if (const auto* refusal = std::get_if<Refusal>(&result)) {
    EXPECT_FALSE(refusal->reason.empty()) << where;
    EXPECT_FALSE(refusal->nearest.empty()) << where;
    expect_known_sources(refusal->source, where);
    return;
  }
  std::set<std::string> seen;
  Strength last = Strength::theorem;
  for (const Prediction& prediction : std::get<std::vector<Prediction>>(result)) {
    EXPECT_TRUE(ids.count(prediction.id)) << where << ": " << prediction.id << " has no row in the atlas";
    EXPECT_TRUE(seen.insert(prediction.id).second) << where << ": " << prediction.id << " twice";
    EXPECT_FALSE(prediction.title.empty());
    EXPECT_LE(last, prediction.strength) << where << ": not strongest first";
    EXPECT_NE(prediction.limit.has_value(), !prediction.needs.empty()) << where << ": " << prediction.id;
    for (const Hypothesis& hypothesis : prediction.hypotheses) {
      EXPECT_NE(hypothesis.holds, std::optional(false))
          << where << ": " << prediction.id << " is predicted although " << hypothesis.text;
      EXPECT_FALSE(hypothesis.name.empty() || hypothesis.text.empty()) << where;
      EXPECT_TRUE(hypothesis.holds || prediction.strength != Strength::theorem)
          << where << ": " << prediction.id << " is called a theorem, and was not checked: " << hypothesis.text;
    }
    expect_known_sources(prediction.source, where);
    last = prediction.strength;
  }
}

TEST(EveryCell, predicts_or_refuses_with_reason_nearest_result_and_source) {
  std::set<std::string> ids;
  for (const AtlasRow& row : atlas()) ids.insert(row.id);
  const DatasetPtr data = testing::dataset_of(testing::gaussian_matrix(kSamples, kFeatures, 1), Vector{{1.0, -1.0, 1.0, -1.0}});
  std::size_t cells = 0;
  for (const ModelSpec& model : all_models())
    for (const LossSpec& loss : all_losses())
      for (const Dynamics& dynamics : all_dynamics()) {
        const Problem problem = testing::problem_of(data, model, loss, testing::start_at(0.1, model, kFeatures));
        const std::string where = cat(describe(dynamics), " of ", describe(model), " on ", describe(loss));
        for (const Facts& facts : all_facts()) {
          expect_stated(predict(problem, dynamics, facts), where, ids);
          ++cells;
        }
        if (HasFailure()) return;
      }
  EXPECT_GT(cells, 10000u);
}

TEST(EveryCell, facts_are_declared_once_each) {
  const DatasetPtr data = testing::dataset_of(testing::gaussian_matrix(kSamples, kFeatures, 1), Vector::Ones(kSamples));
  const Problem problem = testing::problem_of(data, Diagonal{}, Squared{}, testing::start_at(0.1, Diagonal{}, kFeatures));
  const std::vector<Fact> facts = facts_needed(problem, GradientFlow{});
  EXPECT_EQ(std::set<Fact>(facts.begin(), facts.end()).size(), facts.size());
  EXPECT_TRUE(std::count(facts.begin(), facts.end(), Fact::min_l1));
  EXPECT_FALSE(std::count(facts.begin(), facts.end(), Fact::separability));
}

}  // namespace
}  // namespace penchant
