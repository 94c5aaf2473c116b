// A run that is cut off and resumed ends in the bits of the run that is not: every kind of training, cut off at several moments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/core/hash.h"
#include "penchant/core/random.h"
#include "penchant/dynamics/saved_trajectory.h"
#include "penchant/dynamics/simulate.h"
#include "support/planted.h"
#include "support/temporary.h"
#include "support/tolerance.h"
#include "support/training.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::problem_of;
using testing::refusal;
using testing::relative_distance;
using ::testing::HasSubstr;

struct Case {
  std::string name;
  Problem problem;
  Dynamics dynamics;
  StopSpec stop;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

constexpr std::int64_t kHistory = 40;  // steps: short, so that small flows forget theirs several times

Problem regression(const ModelSpec& model, double scale = 0.1) {
  return problem_of(gaussian_matrix(5, 9, 1), gaussian_vector(5, 2), model, Squared{}, InitSpec{.scale = scale});
}

Problem classification(const ModelSpec& model, const LossSpec& loss = Logistic{}, double scale = 0.1) {
  const Matrix x = gaussian_matrix(6, 9, 3);
  return problem_of(x, (x * gaussian_vector(9, 4)).cwiseSign(), model, loss, InitSpec{.scale = scale});
}

GradientFlow flow(Coordinates coordinates, Clock clock = Clock::time) {
  return {.coordinates = coordinates, .clock = clock, .rtol = 1e-9, .checkpoint_steps = kHistory};
}

Mirror mirror(const std::string& potential, StepSize step, int batch, double momentum) {
  Mirror out;
  out.potential.kind = potential;
  out.step_size = step;
  out.batch = batch;
  out.momentum = momentum;
  out.seed = 5;
  return out;
}

std::vector<Case> flows() {
  const Diagonal two{}, three{.depth = 3}, separate{.factors = Factors::separate}, product{.form = DiagonalForm::product};
  const StopSpec residual{.residual = 1e-8}, late{.log10_time = 5.0}, very_late{.log10_time = 1e5};
  return {{"flow_linear_weights", regression(Linear{}), flow(Coordinates::weights), residual},
          {"flow_linear_spectral", regression(Linear{}), flow(Coordinates::spectral), residual},
          {"flow_linear_dual", regression(Linear{}), flow(Coordinates::dual), residual},
          {"flow_depth_2_weights", regression(two), flow(Coordinates::weights), residual},
          {"flow_depth_2_logs", regression(two, 1e-4), flow(Coordinates::log_weights), residual},
          {"flow_depth_2_dual", regression(two), flow(Coordinates::dual), residual},
          {"flow_depth_3_weights", regression(three), flow(Coordinates::weights), residual},
          {"flow_depth_3_logs", regression(three, 1e-6), flow(Coordinates::log_weights), residual},
          {"flow_separate", regression(separate), flow(Coordinates::log_weights), residual},
          {"flow_product", regression(product), flow(Coordinates::weights), residual},
          {"flow_logistic", classification(Linear{}), flow(Coordinates::weights), late},
          {"flow_logistic_normalised", classification(Linear{}), flow(Coordinates::weights, Clock::normalised), very_late},
          {"flow_exponential_diagonal", classification(two, Exponential{}), flow(Coordinates::log_weights, Clock::normalised),
           very_late},
          {"flow_log_cosh", problem_of(gaussian_matrix(5, 9, 1), gaussian_vector(5, 2), two, LogCosh{}, InitSpec{.scale = 0.1}),
           flow(Coordinates::log_weights), residual}};
}

std::vector<Case> steps() {
  const Diagonal two{}, three{.depth = 3}, product{.form = DiagonalForm::product};
  const StopSpec some{.steps = 700}, residual{.steps = 20'000, .residual = 1e-7};
  const StepSize proportional{LossProportionalStep{0.05}}, power{PowerStep{0.01, 0.3}};
  const Problem tall = problem_of(gaussian_matrix(40, 51, 1), gaussian_vector(40, 2), two, Squared{}, InitSpec{.scale = 0.1});
  return {{"descent_fused", regression(two), GradientDescent{}, residual},
          {"descent_fused_along_rows", tall, GradientDescent{}, some},
          {"descent_linear", regression(Linear{}), GradientDescent{}, some},
          {"descent_momentum", regression(two), GradientDescent{.step_size = {0.01}, .momentum = 0.7}, some},
          {"descent_nesterov", regression(three), GradientDescent{.step_size = {0.01}, .momentum = 0.7, .nesterov = true}, some},
          {"descent_product", regression(product), GradientDescent{.step_size = power}, some},
          {"descent_loss_proportional", classification(Linear{}, Exponential{}), GradientDescent{.step_size = proportional}, some},
          {"descent_closed_form", regression(Linear{}), GradientDescent{.closed_form = true}, {.residual = 1e-7}},
          {"descent_that_diverges", regression(two), GradientDescent{.step_size = {0.2}, .force = true}, some},
          {"stochastic_passes", regression(two), Stochastic{.step_size = {0.005}, .batch = 2, .seed = 7}, some},
          {"stochastic_replacement", regression(Linear{}),
           Stochastic{.step_size = {0.01}, .batch = 3, .replacement = true, .momentum = 0.5, .seed = 7},
           some},
          {"stochastic_logistic", classification(two), Stochastic{.step_size = {0.05}, .batch = 2, .seed = 7}, some},
          {"stochastic_label_noise", regression(two),
           Stochastic{.step_size = power, .batch = 0, .seed = 7, .label_noise = LabelNoise{LabelNoiseKind::gaussian, 0.3}}, some},
          {"stochastic_all_noise", regression(product),
           Stochastic{.step_size = {0.01}, .batch = 2, .momentum = 0.4, .seed = 7,
                      .label_noise = LabelNoise{LabelNoiseKind::sign, 0.3},
                      .gradient_noise = GradientNoise{GradientNoiseKind::spherical, 0.01}},
           some},
          {"mirror_automatic", regression(Linear{}, 0.3), mirror("entropy", {}, 0, 0.0), some},
          {"mirror_batch", regression(Linear{}, 0.3), mirror("entropy", {0.01}, 2, 0.6), some},
          {"mirror_euclidean_momentum", regression(Linear{}), mirror("euclidean", {}, 0, 0.5), some},
          {"steepest_greedy", regression(Linear{}), Steepest{.norm = SteepestNorm::l1}, some},
          {"steepest_cyclic", classification(Linear{}), Steepest{.norm = SteepestNorm::l1, .rule = CoordinateRule::cyclic}, some},
          {"steepest_cyclic_diagonal", regression(two), Steepest{.norm = SteepestNorm::l1, .rule = CoordinateRule::cyclic}, some},
          {"steepest_sign", classification(two), Steepest{.norm = SteepestNorm::linf}, some},
          {"conjugate_gradient", regression(Linear{}), ConjugateGradient{}, {.residual = 1e-13}},
          {"bfgs", regression(two), Bfgs{}, {.residual = 1e-12}},
          {"lbfgs", classification(three), Lbfgs{.memory = 3}, {.steps = 40}}};
}

Case named(const std::string& name) {
  for (const auto& cases : {flows(), steps()})
    for (const Case& c : cases)
      if (c.name == name) return c;
  throw std::logic_error("no case " + name);
}

// A hash of every bit of a trajectory but the seconds that it took.
std::string bits_of(Trajectory trajectory) {
  trajectory.seconds = 0.0;
  Writer out;
  write(out, trajectory);
  return content_hash(std::move(out).take());
}

struct Part {
  Trajectory trajectory;
  std::string state;  // what was saved, or what it was resumed from if nothing was
};

// From `state` until the request number `last`, counted from 0.
Part run_part(const Case& c, std::string state, int last) {
  SimulateOptions options;
  options.resume = state;
  int requests = 0;
  options.request = [&] { return requests++ < last ? Request::go_on : Request::save_and_stop; };
  options.save = [&](const std::string& saved) { state = saved; };
  Part out{simulate(c.problem, c.dynamics, c.stop, options), {}};
  out.state = state;
  return out;
}

int count_requests(const Case& c) {
  int requests = 0;
  SimulateOptions options;
  options.request = [&] {
    ++requests;
    return Request::go_on;
  };
  simulate(c.problem, c.dynamics, c.stop, options);
  return requests;
}

class Resumed : public ::testing::TestWithParam<Case> {};

TEST_P(Resumed, ends_in_the_same_bits) {
  const Case& c = GetParam();
  const std::string whole = bits_of(simulate(c.problem, c.dynamics, c.stop));
  const int requests = count_requests(c);
  ASSERT_GE(requests, 5) << "the run is too short to be cut off";
  const RandomKey key(1, c.name);
  int saved = 0;
  for (std::uint32_t trial = 0; trial < 6; ++trial) {
    const int last = static_cast<int>(uniform_index(key, 0, 0, trial, static_cast<std::uint64_t>(requests)));
    Part part = run_part(c, {}, last);
    ASSERT_EQ(part.trajectory.reason, StopReason::checkpointed) << "at request " << last;
    saved += !part.state.empty();
    const Part end = run_part(c, part.state, std::numeric_limits<int>::max());
    EXPECT_EQ(bits_of(end.trajectory), whole) << "cut off at request " << last << " of " << requests;
  }
  EXPECT_GT(saved, 0) << "every trial began anew";
}

TEST_P(Resumed, may_be_cut_off_again_and_again) {
  const Case& c = GetParam();
  const std::string whole = bits_of(simulate(c.problem, c.dynamics, c.stop));
  const int requests = count_requests(c);
  Part part = run_part(c, {}, requests / 2);
  int parts = 1;  // longer and longer: a flow that never gets to where it can be saved would never end
  for (; part.trajectory.reason == StopReason::checkpointed && parts < 20; ++parts)
    part = run_part(c, part.state, requests / 2 + parts * requests / 8);
  EXPECT_EQ(bits_of(part.trajectory), whole) << parts << " parts";
  EXPECT_GT(parts, 1);
}

std::string case_name(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Flows, Resumed, ::testing::ValuesIn(flows()), case_name);
INSTANTIATE_TEST_SUITE_P(Steps, Resumed, ::testing::ValuesIn(steps()), case_name);

TEST(Checkpoint, saving_along_the_way_changes_no_bit) {
  for (const Case& c : {named("flow_depth_2_logs"), named("descent_fused"), named("stochastic_passes")}) {
    SimulateOptions options;
    int saves = 0;
    options.request = [] { return Request::save; };
    options.save = [&](const std::string&) { ++saves; };
    EXPECT_EQ(bits_of(simulate(c.problem, c.dynamics, c.stop, options)), bits_of(simulate(c.problem, c.dynamics, c.stop)))
        << c.name;
    EXPECT_GT(saves, 0) << c.name;
  }
}

TEST(Checkpoint, a_flow_shorter_than_its_history_has_the_bits_of_one_without) {
  const Problem problem = regression(Diagonal{}, 1e-3);
  GradientFlow never = flow(Coordinates::log_weights);
  never.checkpoint_steps = std::int64_t{1} << 40;
  const Trajectory whole = simulate(problem, never, {.residual = 1e-8});
  ASSERT_LT(whole.steps, static_cast<double>(kDefaultCheckpointSteps));
  GradientFlow usual = never;
  usual.checkpoint_steps.reset();
  EXPECT_EQ(bits_of(simulate(problem, usual, {.residual = 1e-8})), bits_of(whole));
}

TEST(Checkpoint, forgetting_its_history_costs_a_flow_no_accuracy) {
  const Problem problem = regression(Diagonal{}, 1e-3);
  GradientFlow never = flow(Coordinates::log_weights);
  never.rtol = 1e-10;
  never.checkpoint_steps = std::int64_t{1} << 40;
  GradientFlow often = never;
  often.checkpoint_steps = 100;
  GradientFlow truth = never;
  truth.rtol = 1e-13;
  const StopSpec stop{.log10_time = 0.5};
  const Vector end = simulate(problem, truth, stop).predictor.values;
  const Trajectory forgetful = simulate(problem, often, stop);
  ASSERT_GT(forgetful.steps, 300.0) << "the history was never forgotten";
  // a few hundred steps, each within rtol: the bound of a flow that keeps its history
  EXPECT_LE(relative_distance(forgetful.predictor.values, end), 300.0 * 1e-10);
}

TEST(Checkpoint, seconds_of_the_parts_add_up) {
  Case c = named("descent_linear");
  c.stop = {.steps = 200'000, .seconds = 1e9};
  const Part first = run_part(c, {}, 300);
  ASSERT_EQ(first.trajectory.reason, StopReason::checkpointed);
  const Part second = run_part(c, first.state, 0);
  EXPECT_GE(second.trajectory.seconds, first.trajectory.seconds);
  EXPECT_EQ(second.trajectory.steps, first.trajectory.steps);
  c.stop.seconds = 0.5 * first.trajectory.seconds;  // gone before the second part began
  EXPECT_EQ(run_part(c, first.state, std::numeric_limits<int>::max()).trajectory.reason, StopReason::seconds);
}

TEST(Checkpoint, a_state_of_another_method_or_size_is_refused) {
  const std::string state = run_part(named("descent_linear"), {}, 20).state;
  ASSERT_FALSE(state.empty());
  EXPECT_THAT(refusal([&] { run_part(named("conjugate_gradient"), state, 5); }), HasSubstr("expected \"conjugate_gradient\""));
  EXPECT_THAT(refusal([&] { run_part(named("flow_linear_weights"), state, 5); }),
              HasSubstr("resume: the saved state at byte 0 is"));
  const std::string fused = run_part(named("descent_fused"), {}, 20).state;
  Case wider = named("descent_fused");
  wider.problem = problem_of(gaussian_matrix(5, 10, 1), gaussian_vector(5, 2), Diagonal{}, Squared{}, InitSpec{.scale = 0.1});
  EXPECT_THAT(refusal([&] { run_part(wider, fused, 5); }), HasSubstr("another number of features"));
}

TEST(Checkpoint, a_state_that_is_cut_off_or_too_long_is_refused) {
  const Case c = named("bfgs");
  const std::string state = run_part(c, {}, 5).state;
  for (std::size_t length = 1; length < state.size(); length += 97)
    EXPECT_THAT(refusal([&] { run_part(c, state.substr(0, length), 9); }), HasSubstr("resume: the saved state")) << length;
  EXPECT_THAT(refusal([&] { run_part(c, state + "more", 9); }), HasSubstr("holds more than this run"));
}

TEST(Checkpoint, a_request_to_stop_keeps_what_is_done) {
  const Case c = named("descent_linear");
  SimulateOptions options;
  int requests = 0;
  options.request = [&] { return requests++ < 30 ? Request::go_on : Request::stop; };
  const Trajectory t = simulate(c.problem, c.dynamics, c.stop, options);
  EXPECT_EQ(t.reason, StopReason::interrupted);
  EXPECT_EQ(t.steps, t.snapshots.back().steps);
  EXPECT_GT(t.steps, 0.0);
}

}  // namespace
}  // namespace penchant
