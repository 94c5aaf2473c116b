#include "penchant/lab/farm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using testing::TemporaryFolder;

// Threads that play processes.
class Hall {
 public:
  explicit Hall(int size) : size_(size) {}

  class Seat : public Messenger {
   public:
    Seat(Hall& hall, int rank) : hall_(hall), rank_(rank) {}
    int rank() const override { return rank_; }
    int size() const override { return hall_.size_; }
    void send(int to, std::span<const std::uint64_t> words) override {
      const std::lock_guard lock(hall_.mutex_);
      hall_.boxes_[to].push_back({rank_, {words.begin(), words.end()}});
      hall_.arrived_.notify_all();
    }
    Message receive(int from) override {
      std::unique_lock lock(hall_.mutex_);
      auto& box = hall_.boxes_[rank_];
      const auto fits = [&](const Message& m) { return from < 0 || m.from == from; };
      hall_.arrived_.wait(lock, [&] { return std::any_of(box.begin(), box.end(), fits); });
      const auto at = std::find_if(box.begin(), box.end(), fits);
      Message message = *at;
      box.erase(at);
      return message;
    }

   private:
    Hall& hall_;
    int rank_;
  };

 private:
  int size_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<int, std::deque<Messenger::Message>> boxes_;
};

const std::string kSpec =
    "[data]\ngenerate = \"sparse_regression\"\nsamples = 6\nfeatures = 12\nnonzeros = 2\n[model]\nkind = "
    "\"diagonal\"\n[init]\nscale = 0.1\n"
    "[loss]\nkind = \"squared\"\n[dynamics]\nkind = \"gradient_descent\"\nstep_size = 0.01\n[stop]\nsteps = 200\n[sweep]\n";

Grid grid(const std::string& axes) {
  const TemporaryFolder folder;
  return Grid(read_sweep({folder.write("sweep.toml", kSpec + axes)}));
}

struct Swept {
  std::map<std::uint64_t, std::string> table;  // of all ranks
  std::map<int, std::uint64_t> of_rank;
  SweepSummary summary;                        // of rank 0
  std::vector<std::string> errors;
};

// options(rank), sink(rank, results) may throw.
template <class Options>
Swept farm(const Grid& g, int size, Options options, std::function<void(int)> before_append = {}) {
  Hall hall(size);
  Swept out;
  std::mutex mutex;
  std::vector<std::thread> ranks;
  for (int rank = 0; rank < size; ++rank)
    ranks.emplace_back([&, rank] {
      Hall::Seat seat(hall, rank);
      try {
        const auto sink = [&](std::span<const TrialResult> results) {
          const std::lock_guard lock(mutex);
          if (before_append) before_append(rank);
          for (const TrialResult& r : results) {
            EXPECT_TRUE(out.table.emplace(r.index, r.key + r.text + to_json(r.values, -1)).second)
                << "trial " << r.index << " ran twice";
            ++out.of_rank[rank];
          }
        };
        const SweepSummary summary = run_farm(g, sink, options(rank), seat);
        if (rank == 0) out.summary = summary;
      } catch (const std::exception& error) {
        const std::lock_guard lock(mutex);
        out.errors.push_back(error.what());
      }
    });
  for (std::thread& rank : ranks) rank.join();
  return out;
}

SweepOptions one_thread() {
  SweepOptions options;
  options.threads = 1;
  return options;
}

SweepOptions quick() {
  SweepOptions options = one_thread();
  options.runner = [](std::span<const TrialSpec> trials) { return std::vector<TrialResult>(trials.size()); };
  return options;
}

TEST(Farm, results_do_not_depend_on_the_number_of_ranks) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 6] }\n\"data.seed\" = { range = [0, 5] }\n");
  const Swept alone = farm(g, 1, [](int) { return one_thread(); });
  const Swept four = farm(g, 4, [](int) { return one_thread(); });
  EXPECT_EQ(alone.table.size(), g.size());
  EXPECT_EQ(four.table, alone.table);
  EXPECT_EQ(four.summary.progress.finished, g.size());
  EXPECT_EQ(four.summary.progress.trials, g.size());
  EXPECT_EQ(four.summary.stopped, StopRequest::none);
}

TEST(Farm, every_rank_gets_its_share_and_what_exists_is_not_handed_out) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 50] }\n\"data.seed\" = { range = [0, 40] }\n");
  SweepOptions options = quick();
  options.runner = [](std::span<const TrialSpec> trials) {
    std::this_thread::sleep_for(std::chrono::microseconds(200 * trials.size()));
    return std::vector<TrialResult>(trials.size());
  };
  options.done.assign(g.size(), false);
  for (std::uint64_t i = 0; i < g.size(); i += 2) options.done[i] = true;
  const Swept swept = farm(g, 3, [&](int) { return options; });
  EXPECT_EQ(swept.table.size(), g.size() / 2);
  EXPECT_EQ(swept.summary.progress.existing, g.size() / 2);
  for (int rank = 0; rank < 3; ++rank) EXPECT_GT(swept.of_rank.at(rank), g.size() / 20) << "rank " << rank;
}

TEST(Farm, a_rank_that_fails_leaves_the_others_at_work) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 50] }\n\"data.seed\" = { range = [0, 4] }\n");
  const Swept swept = farm(g, 3, [](int) { return quick(); }, [](int rank) {
    if (rank == 2) throw InvalidInput("the disk of rank 2 is full");
  });
  EXPECT_EQ(swept.errors, std::vector<std::string>(swept.errors.size(), "the disk of rank 2 is full"));
  EXPECT_FALSE(swept.of_rank.contains(2));
  EXPECT_EQ(swept.summary.progress.finished, swept.table.size());
}

TEST(Farm, a_rank_that_cannot_begin_is_not_waited_for) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 50] }\n");
  Hall hall(2);
  Hall::Seat leader(hall, 0), other(hall, 1);
  leave_farm(other);
  std::uint64_t finished = 0;
  const SweepSummary summary = run_farm(
      g, [&](std::span<const TrialResult> results) { finished += results.size(); }, quick(), leader);
  EXPECT_EQ(finished, 50u);
  EXPECT_EQ(summary.progress.finished, 50u);
}

TEST(Farm, an_error_on_rank_0_ends_all_of_them) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 50] }\n\"data.seed\" = { range = [0, 4] }\n");
  const Swept swept = farm(g, 3, [](int) { return quick(); }, [](int rank) {
    if (rank == 0) throw InvalidInput("the disk of rank 0 is full");
  });
  EXPECT_EQ(swept.errors, std::vector<std::string>{"the disk of rank 0 is full"});
}

TEST(Farm, a_stop_on_rank_0_reaches_every_rank) {
  const Grid g = grid("\"init.scale\" = { log = [1e-3, 1, 50] }\n\"data.seed\" = { range = [0, 400] }\n");
  std::atomic<int> asked{0};
  const Swept swept = farm(g, 3, [&](int rank) {
    SweepOptions options = quick();
    if (rank == 0) options.stop = [&] { return ++asked > 20 ? StopRequest::finish : StopRequest::none; };
    return options;
  });
  EXPECT_LT(swept.table.size(), g.size());
  EXPECT_EQ(swept.summary.progress.finished, swept.table.size());
  EXPECT_EQ(swept.summary.stopped, StopRequest::finish);
}

}  // namespace
}  // namespace penchant
