#include "penchant/lab/sweep_check.h"

#include <algorithm>
#include <memory>
#include <new>

#include "penchant/core/text.h"
#include "penchant/lab/batch.h"
#include "penchant/lab/prepare.h"

namespace penchant {

namespace {

constexpr std::uint64_t kMostValues = 10'000;  // of an axis
constexpr std::uint64_t kMostTrials = 1'000;   // of a value

bool is_seed(const SweepAxis& axis) { return axis.key.ends_with(".seed"); }

// "data.rows = 0:400" of every axis of the group.
std::string value_text(const std::vector<const SweepAxis*>& axes, std::uint64_t position) {
  std::vector<std::string> out;
  for (const SweepAxis* axis : axes) out.push_back(cat(axis->key, " = ", axis->at(position).describe()));
  return join(out, ", ");
}

class Checker {
 public:
  explicit Checker(const Grid& grid)
      : grid_(grid), reader_(grid), options_(trial_options(grid.sweep(), std::make_shared<SharedData>())) {}

  void run() {
    find_first();
    for (std::size_t group = 0; group < grid_.groups(); ++group) {
      const auto axes = grid_.axes_of(group);
      if (std::all_of(axes.begin(), axes.end(), [](const SweepAxis* axis) { return is_seed(*axis); })) continue;
      for (std::uint64_t place = 0; place < std::min(grid_.group_size(group), kMostValues); ++place) check(group, place);
    }
  }

 private:
  // A trial that can run: values are tried one at a time beside its others.
  void find_first() {
    const std::string first = why_refused(0);
    const std::uint64_t most = std::min(grid_.size(), kMostTrials);
    while (usable_ < most && !why_refused(usable_).empty()) ++usable_;
    if (usable_ == grid_.size()) throw InvalidInput(first);
  }

  void check(std::size_t group, std::uint64_t place) {
    const std::string why = why_refused(grid_.with_position(usable_, group, place));
    if (why.empty()) return;
    const std::uint64_t all = grid_.size() / grid_.group_size(group);
    for (std::uint64_t n = 0; n < all; ++n)
      if (n == kMostTrials || why_refused(grid_.nth_with_position(n, group, place)).empty()) return;
    const auto axes = grid_.axes_of(group);
    throw InvalidInput(cat(axes.front()->origin, ": no trial can use ", value_text(axes, place), ": ", why));
  }

  // Empty for a trial that can run; what memory does not hold is for the trial to say.
  std::string why_refused(std::uint64_t index) {
    const TrialSpec trial = reader_.trial(index);
    if (!trial.refusal.empty()) return trial.refusal;
    try {
      check_can_run(trial.experiment, options_.verbs);
    } catch (const InvalidInput& error) {
      return error.what();
    } catch (const std::bad_alloc&) {
    }
    return {};
  }

  const Grid& grid_;
  TrialReader reader_;
  TrialOptions options_;
  std::uint64_t usable_ = 0;
};

}  // namespace

void check_usable(const Grid& grid) { Checker(grid).run(); }

}  // namespace penchant
