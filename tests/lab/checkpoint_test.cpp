#include "penchant/lab/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/planted.h"
#include "support/temporary.h"
#include "support/training.h"

namespace penchant {
namespace {

using testing::gaussian_matrix;
using testing::gaussian_vector;
using testing::refusal;
using testing::TemporaryFolder;
using ::testing::HasSubstr;

const std::string kSpec = "0123456789abcdef0123456789abcdef", kData = "fedcba9876543210fedcba9876543210";

Problem small_problem() {
  return testing::problem_of(gaussian_matrix(4, 6, 1), gaussian_vector(4, 2), Diagonal{}, Squared{}, InitSpec{.scale = 0.1});
}

CheckpointOptions options_at(const std::string& path, int requests_before = 1'000'000) {
  CheckpointOptions out{path, 1e9};
  out.requested = [requests_before]() mutable { return requests_before-- <= 0; };
  return out;
}

Trajectory train(Checkpoint& checkpoint, const std::string& name = "run") {
  return checkpoint.simulate(name, small_problem(), GradientDescent{.step_size = {0.01}}, {.steps = 500}, {});
}

// A checkpoint of a run that was cut off.
std::string cut_off(const TemporaryFolder& folder) {
  const std::string path = folder.path("out/checkpoint");
  Checkpoint checkpoint(options_at(path, 40), kSpec, kData);
  EXPECT_EQ(train(checkpoint).reason, StopReason::checkpointed);
  return path;
}

TEST(CheckpointFile, a_run_that_was_cut_off_goes_on_in_another_object) {
  const TemporaryFolder folder;
  const std::string path = cut_off(folder);
  Checkpoint fresh(options_at(folder.path("other")), kSpec, kData), resumed(options_at(path), kSpec, kData);
  const Trajectory whole = train(fresh), end = train(resumed);
  EXPECT_EQ(end.reason, StopReason::steps);
  EXPECT_EQ(end.text, whole.text);
  EXPECT_EQ(end.predictor.values, whole.predictor.values);
  EXPECT_FALSE(std::filesystem::exists(folder.path("other"))) << "nothing asked for it and its time had not come";
}

TEST(CheckpointFile, a_training_that_has_ended_is_not_made_again) {
  const TemporaryFolder folder;
  const std::string path = folder.path("checkpoint");
  int asked = 0;
  CheckpointOptions options{path, 1e9};
  options.requested = [&] { return ++asked > 100; };
  Checkpoint checkpoint(options, kSpec, kData);
  const auto short_run = [](Checkpoint& c) {
    return c.simulate("run", small_problem(), GradientDescent{.step_size = {0.01}}, {.steps = 30}, {});
  };
  const Trajectory whole = short_run(checkpoint);
  ASSERT_EQ(whole.reason, StopReason::steps);
  asked = 1000;
  ASSERT_TRUE(checkpoint.stops_here());
  Checkpoint again(options, kSpec, kData);  // would stop at once if it trained
  const Trajectory kept = short_run(again);
  EXPECT_EQ(kept.reason, StopReason::steps);
  EXPECT_EQ(kept.predictor.values, whole.predictor.values);
  EXPECT_EQ(kept.seconds, whole.seconds);
  EXPECT_EQ(train(again, "another").reason, StopReason::checkpointed);
}

TEST(CheckpointFile, is_written_whenever_its_time_has_come) {
  const TemporaryFolder folder;
  CheckpointOptions options = options_at(folder.path("checkpoint"));
  options.every = 0.0;
  Checkpoint checkpoint(options, kSpec, kData);
  train(checkpoint);
  EXPECT_TRUE(std::filesystem::exists(folder.path("checkpoint")));
}

TEST(CheckpointFile, a_flipped_bit_anywhere_is_refused) {
  const TemporaryFolder folder;
  const std::string path = cut_off(folder), bytes = read_file(path, 10'000'000);
  for (std::size_t at = 0; at < bytes.size(); at += 61) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    write_file(path, flipped);
    EXPECT_EQ(refusal([&] { Checkpoint(options_at(path), kSpec, kData); }),
              path + ": the checkpoint is damaged: its checksum is not that of its contents; --force starts anew")
        << "byte " << at;
  }
  for (std::size_t length : {std::size_t{0}, std::size_t{5}, bytes.size() / 2, bytes.size() - 1}) {
    write_file(path, std::string_view(bytes).substr(0, length));
    EXPECT_THAT(refusal([&] { Checkpoint(options_at(path), kSpec, kData); }), HasSubstr("is damaged")) << length << " bytes left";
  }
  write_file(path, bytes);
  EXPECT_NO_THROW(Checkpoint(options_at(path), kSpec, kData));
}

TEST(CheckpointFile, of_another_spec_or_data_set_is_refused) {
  const TemporaryFolder folder;
  const std::string path = cut_off(folder);
  EXPECT_THAT(refusal([&] { Checkpoint(options_at(path), kData, kData); }), HasSubstr("is of another spec"));
  EXPECT_THAT(refusal([&] { Checkpoint(options_at(path), kSpec, kSpec); }), HasSubstr("is of another data set"));
}

TEST(CheckpointFile, a_full_disk_is_noted_and_the_run_goes_on) {
  const TemporaryFolder folder;
  folder.write("file", "not a folder");
  CheckpointOptions options = options_at(folder.path("file/checkpoint"));
  options.every = 0.0;
  std::string noted;
  options.note = [&](const std::string& text) { noted = text; };
  Checkpoint checkpoint(options, kSpec, kData);
  EXPECT_EQ(train(checkpoint).reason, StopReason::steps);
  EXPECT_THAT(noted, HasSubstr(folder.path("file")));
}

TEST(CheckpointFile, a_time_between_two_that_is_no_number_is_refused) {
  EXPECT_THAT(refusal([] { Checkpoint({"nowhere", std::nan("")}, kSpec, kData); }), HasSubstr("expected a number >= 0"));
  EXPECT_THAT(refusal([] { Checkpoint({"nowhere", -1.0}, kSpec, kData); }), HasSubstr("expected a number >= 0"));
}

}  // namespace
}  // namespace penchant
