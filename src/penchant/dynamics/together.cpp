#include "penchant/dynamics/together.h"

#include <algorithm>
#include <memory>

#include "penchant/dynamics/fiber.h"
#include "penchant/dynamics/fused_descent.h"
#include "penchant/dynamics/noise.h"
#include "penchant/dynamics/kernels/diagonal_ensemble.h"
#include "penchant/dynamics/stop.h"

namespace penchant {

namespace {

constexpr std::size_t kFewest = 5;  // fewer fill too few of eight lanes: each alone is quicker

// What the fused kernel steps, if it steps this training.
struct Steps {
  DescentRule rule;
  const char* method;
};

std::optional<Steps> fused_steps(const Problem& problem, const Dynamics& dynamics) {
  std::optional<Steps> out;
  if (const auto* stochastic = std::get_if<Stochastic>(&dynamics)) {
    out = Steps{descent_rule(*stochastic, problem.data->samples()), "stochastic"};
    if (out->rule.batch == 0 && !out->rule.label_noise) return std::nullopt;  // gradient descent by another name
  } else if (const auto* descent = std::get_if<GradientDescent>(&dynamics); descent && !descent->closed_form) {
    out = Steps{descent_rule(*descent), "gradient_descent"};
  }
  return out && has_fused_descent(problem, out->rule) ? out : std::nullopt;
}

// Runs of one kind go together: no noise, Gaussian noise or signs, on all samples or on batches.
constexpr int kKinds = 6;
int kind_of(const Training& training) {
  const DescentRule rule = fused_steps(*training.problem, *training.dynamics)->rule;
  const int noise = !rule.label_noise ? 0 : rule.label_noise->kind == LabelNoiseKind::gaussian ? 1 : 2;
  return rule.batch > 0 ? 3 + noise : noise;
}

// What one run asks of the kernel, and where it stands.
struct Member {
  std::unique_ptr<Fiber> fiber;
  Vector u, v;  // (d)
  double s = 0.0;
  const kernels::RandomSteps* plan = nullptr;  // of noisy steps, in place of s
  std::int64_t next = 0;                      // the first of them
  std::int64_t pending = 0;  // steps asked for and not made yet
  Trained result;
};

// The kernel as a run sees it: a request that others fulfil while the run waits.
class Lane final : public kernels::DescentKernel {
 public:
  explicit Lane(Member& member) : member_(member) {}

  void set_state(const double* u, const double* v) override {
    std::copy_n(u, member_.u.size(), member_.u.data());
    std::copy_n(v, member_.v.size(), member_.v.data());
  }
  void get_state(double* u, double* v) const override {
    std::copy_n(member_.u.data(), member_.u.size(), u);
    std::copy_n(member_.v.data(), member_.v.size(), v);
  }
  // Nobody measures here (Training::options).
  void start_gains() override { PENCHANT_CHECK(false); }
  void get_gains(double*, double*) const override { PENCHANT_CHECK(false); }
  void get_gain_sums(double*) const override { PENCHANT_CHECK(false); }
  void set_gain_sums(const double*) override { PENCHANT_CHECK(false); }
  void run(double s, std::int64_t steps) override {
    member_.s = s;
    member_.pending = steps;
    if (steps > 0) member_.fiber->wait();
  }
  void run_random(const kernels::RandomSteps& plan, std::int64_t first, std::int64_t steps) override {
    member_.plan = &plan;
    member_.next = first;
    member_.pending = steps;
    if (steps > 0) member_.fiber->wait();
  }

 private:
  Member& member_;
};

std::unique_ptr<Stepper> make_member_stepper(const Training& training, Member& member) {
  const auto steps = fused_steps(*training.problem, *training.dynamics);
  return make_fused_descent(*training.problem, steps->rule, steps->method, std::make_unique<Lane>(member), false);
}

class Together {
 public:
  explicit Together(std::span<const Training> trainings) : data_(*trainings.front().problem->data), members_(trainings.size()) {
    for (std::size_t m = 0; m < members_.size(); ++m) {
      const Training& training = trainings[m];
      Member& member = members_[m];
      PENCHANT_CHECK(training.problem->data.get() == &data_ && !training.options.measure &&
                     can_train_together(*training.problem, *training.dynamics));
      member.u = member.v = Vector::Zero(data_.dimension());
      member.fiber = std::make_unique<Fiber>([&training, &member] {
        stop_limits(*training.problem, *training.dynamics,
                    training.stop);  // what is wrong with them comes before what is wrong with the method
        const auto stepper = make_member_stepper(training, member);
        member.result.trajectory = simulate(*training.problem, *training.dynamics, training.stop, training.options, *stepper);
      });
    }
  }

  std::vector<Trained> run() {
    std::vector<Member*> waiting;
    for (Member& member : members_) go_on(member);
    for (;;) {
      waiting.clear();
      for (Member& member : members_)
        if (!member.fiber->has_ended()) waiting.push_back(&member);
      if (waiting.empty()) break;
      std::int64_t steps = waiting.front()->pending;
      for (const Member* member : waiting) steps = std::min(steps, member->pending);
      if (waiting.size() < kFewest) make_steps_alone(waiting, steps);
      else make_steps(waiting, steps);
      for (Member* member : waiting)
        if (member->next += steps; (member->pending -= steps) == 0) go_on(*member);
    }
    std::vector<Trained> out;
    for (Member& member : members_) out.push_back(std::move(member.result));
    return out;
  }

 private:
  static void go_on(Member& member) {
    try {
      member.fiber->resume();
    } catch (...) {
      member.result.error = std::current_exception();
    }
  }

  void make_steps_alone(const std::vector<Member*>& waiting, std::int64_t steps) {
    const Matrix& x = *data_.features->dense();
    const auto rows = static_cast<std::size_t>(x.rows()), cols = static_cast<std::size_t>(x.cols());
    if (!alone_) alone_ = std::make_unique<kernels::DiagonalDescent>(x.data(), rows, cols, cols, data_.targets.data());
    for (Member* member : waiting) {
      alone_->set_state(member->u.data(), member->v.data());
      if (member->plan) alone_->run_random(*member->plan, member->next, steps);
      else alone_->run(member->s, steps);
      alone_->get_state(member->u.data(), member->v.data());
    }
  }

  void make_steps(const std::vector<Member*>& waiting, std::int64_t steps) {
    const auto count = static_cast<Index>(waiting.size());
    const Index d = data_.dimension();
    const Matrix& x = *data_.features->dense();
    Matrix u(d, count), v(d, count);
    Vector s(count), squared(count);
    std::vector<std::int64_t> made(waiting.size()), first;
    std::vector<const kernels::RandomSteps*> plans;
    for (Index m = 0; m < count; ++m) {
      const Member& from = *waiting[static_cast<std::size_t>(m)];
      s[m] = from.s;
      plans.push_back(from.plan);
      first.push_back(from.next);
      u.col(m) = from.u;
      v.col(m) = from.v;
    }
    const kernels::EnsemblePlans noise{plans.data(), first.data()};
    kernels::run_ensemble({x.data(), data_.targets.data(), static_cast<std::size_t>(x.rows()), static_cast<std::size_t>(d),
                           static_cast<std::size_t>(count), u.data(), v.data(), s.data(), squared.data(), made.data(),
                           plans.front() ? &noise : nullptr},
                          steps, -1.0);
    for (Index m = 0; m < count; ++m) {
      Member& to = *waiting[static_cast<std::size_t>(m)];
      to.u = u.col(m);
      to.v = v.col(m);
    }
  }

  const Dataset& data_;
  std::vector<Member> members_;
  std::unique_ptr<kernels::DiagonalDescent> alone_;  // for the last few
};

}  // namespace

bool can_train_together(const Problem& problem, const Dynamics& dynamics) { return fused_steps(problem, dynamics).has_value(); }

std::vector<Trained> simulate_together(std::span<const Training> trainings) {
  std::vector<Trained> out(trainings.size());
  for (int kind = 0; kind < kKinds; ++kind) {
    std::vector<Training> some;
    std::vector<std::size_t> places;
    for (std::size_t m = 0; m < trainings.size(); ++m) {
      if (kind_of(trainings[m]) != kind) continue;
      some.push_back(trainings[m]);
      places.push_back(m);
    }
    if (some.empty()) continue;
    std::vector<Trained> trained = Together(some).run();
    for (std::size_t k = 0; k < places.size(); ++k) out[places[k]] = std::move(trained[k]);
  }
  return out;
}

}  // namespace penchant
