#include "penchant/dynamics/kernels/diagonal_ensemble.h"

#include <algorithm>
#include <vector>

#include "penchant/dynamics/kernels/diagonal_descent.h"
#include "penchant/dynamics/kernels/normals.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "penchant/dynamics/kernels/diagonal_ensemble.cpp"
#include <hwy/foreach_target.h>
// clang-format off
#include <hwy/highway.h>
#include "penchant/dynamics/kernels/lanes8-inl.h"
// clang-format on

#ifndef PENCHANT_DIAGONAL_ENSEMBLE_ONCE
#define PENCHANT_DIAGONAL_ENSEMBLE_ONCE
namespace penchant::kernels {

// Fills s, the targets and the weights of a block before each step.
class BlockPlans {
 public:
  virtual ~BlockPlans() = default;
  virtual void before_step(std::int64_t k) = 0;
};

// A block of members, padded: member m of the block is lane m of every row.
struct EnsembleBlock {
  const double* x;  // (padded_rows, cols): rows are even in number, the last may be 0
  const double* y;
  std::size_t padded_rows, cols;
  double *u, *v, *beta, *c, *s, *squared;
  double* steps;
  const double* targets = nullptr;  // (padded_rows, lanes): y of each member, where noise moves it
  const double* weights = nullptr;  // (padded_rows, lanes): w of each member, of batches
  BlockPlans* plans = nullptr;
};
static_assert(!along_rows(32) && along_rows(34) && along_rows(104) && !along_rows(106),
              "rows padded to even are as many or as few");

}  // namespace penchant::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace penchant::kernels::HWY_NAMESPACE {

constexpr double kOverflow = 1e200;

// W x 8 members.
template <std::size_t W>
class Block {
 public:
  static constexpr std::size_t kMembers = 8 * W;
  explicit Block(const EnsembleBlock& b) : b_(b) {}

  void run(std::int64_t most, double target) {
    for (std::size_t j = 0; j < b_.cols; ++j) refresh(j);
    for (std::int64_t k = 0;; ++k) {
      if (target >= 0.0) {
        scaled_residuals<true>();
        if (!rest(k, target) || k == most) return;
        clear_resting();
      } else {
        if (k == most) break;
        if (b_.plans) b_.plans->before_step(k);
        scaled_residuals<false>();
      }
      move();
    }
    scaled_residuals<true>();
    std::fill_n(b_.steps, kMembers, static_cast<double>(most));
  }

 private:
  HWY_INLINE void refresh(std::size_t j) {
    for (std::size_t w = 0; w < W; ++w) {
      const std::size_t at = j * kMembers + 8 * w;
      predictor_of(Lanes8::load(b_.u + at), Lanes8::load(b_.v + at)).store(b_.beta + at);
    }
  }

  struct Pair {  // two rows, or two columns
    Lanes8 row[2][W];
  };

  // p_first of kernels/diagonal_descent.h.
  HWY_INLINE Pair partial(std::size_t i, std::size_t first) const {
    Pair p;
    for (auto& row : p.row)
      for (auto& lanes : row) lanes = Lanes8::zero();
    const double* x0 = b_.x + i * b_.cols;
    const double* x1 = x0 + b_.cols;
    for (std::size_t j = first; j < b_.cols; j += 8) {
      const Lanes8 a0 = Lanes8::all(x0[j]), a1 = Lanes8::all(x1[j]);
      HWY_UNROLL(4)
      for (std::size_t w = 0; w < W; ++w) {
        const Lanes8 beta = Lanes8::load(b_.beta + j * kMembers + 8 * w);
        p.row[0][w] = fma(a0, beta, p.row[0][w]);
        p.row[1][w] = fma(a1, beta, p.row[1][w]);
      }
    }
    return p;
  }

  // t of kernels/diagonal_descent.h: columns j … end - 1, at most eight.
  HWY_INLINE Pair block_outputs(std::size_t i, std::size_t j, std::size_t end) const {
    Pair t;
    const double* x0 = b_.x + i * b_.cols;
    const double* x1 = x0 + b_.cols;
    const auto column = [&](std::size_t at, bool first) HWY_ATTR {
      const Lanes8 a0 = Lanes8::all(x0[at]), a1 = Lanes8::all(x1[at]);
      HWY_UNROLL(4)
      for (std::size_t w = 0; w < W; ++w) {
        const Lanes8 beta = Lanes8::load(b_.beta + at * kMembers + 8 * w);
        t.row[0][w] = first ? multiply(a0, beta) : fma(a0, beta, t.row[0][w]);
        t.row[1][w] = first ? multiply(a1, beta) : fma(a1, beta, t.row[1][w]);
      }
    };
    column(j, true);
    for (std::size_t at = j + 1; at < end; ++at) column(at, false);
    return t;
  }

  static HWY_INLINE Pair sum(const Pair& a, const Pair& b) {
    Pair out;
    for (std::size_t r = 0; r < 2; ++r)
      for (std::size_t w = 0; w < W; ++w) out.row[r][w] = add(a.row[r][w], b.row[r][w]);
    return out;
  }

  HWY_INLINE Pair outputs(std::size_t i) const {
    if (!along_rows(b_.padded_rows)) {
      const Pair even = sum(sum(partial(i, 0), partial(i, 4)), sum(partial(i, 2), partial(i, 6)));
      const Pair odd = sum(sum(partial(i, 1), partial(i, 5)), sum(partial(i, 3), partial(i, 7)));
      return sum(even, odd);
    }
    Pair f = block_outputs(i, 0, std::min<std::size_t>(8, b_.cols));
    for (std::size_t j = 8; j < b_.cols; j += 8) f = sum(f, block_outputs(i, j, std::min(j + 8, b_.cols)));
    return f;
  }

  template <bool kSquare>
  HWY_INLINE void scaled_residuals() {
    Lanes8 squares[W];
    for (auto& square : squares) square = Lanes8::zero();
    for (std::size_t i = 0; i < b_.padded_rows; i += 2) {
      const Pair f = outputs(i);
      for (std::size_t r = 0; r < 2; ++r) {
        for (std::size_t w = 0; w < W; ++w) {
          const Lanes8 y = b_.targets ? Lanes8::load(b_.targets + (i + r) * kMembers + 8 * w) : Lanes8::all(b_.y[i + r]);
          const Lanes8 residual = subtract(f.row[r][w], y);
          const std::size_t at = (i + r) * kMembers + 8 * w;
          Lanes8 c = multiply(residual, Lanes8::load(b_.s + 8 * w));
          if (b_.weights) c = multiply(c, Lanes8::load(b_.weights + at));
          c.store(b_.c + at);
          if (kSquare) squares[w] = fma(residual, residual, squares[w]);
        }
      }
    }
    if (kSquare)
      for (std::size_t w = 0; w < W; ++w) squares[w].store(b_.squared + 8 * w);
  }

  // Marks who has arrived or overflowed by step k; false when nobody moves on.
  bool rest(std::int64_t k, double target) {
    bool anyone = false;
    for (std::size_t m = 0; m < kMembers; ++m) {
      if (resting_[m]) continue;
      b_.steps[m] = static_cast<double>(k);
      resting_[m] = b_.squared[m] <= target || !(b_.squared[m] < kOverflow);
      anyone = anyone || !resting_[m];
    }
    return anyone;
  }

  // A gradient of exactly 0 leaves every bit where it is.
  void clear_resting() {
    for (std::size_t m = 0; m < kMembers; ++m)
      if (resting_[m])
        for (std::size_t i = 0; i < b_.padded_rows; ++i) b_.c[i * kMembers + m] = 0.0;
  }

  HWY_INLINE void move() {
    for (std::size_t j = 0; j < b_.cols; j += 2) {
      const std::size_t k = std::min(j + 1, b_.cols - 1);  // the last of an odd number is done twice over, and moved once
      const Pair g =
          along_rows(b_.padded_rows) ? sum_of_eight_chains(j, k) : sum(gradient_chain<2>(j, k, 0), gradient_chain<2>(j, k, 1));
      move_column(j, g.row[0]);
      if (k > j) move_column(k, g.row[1]);
    }
  }

  HWY_INLINE Pair sum_of_eight_chains(std::size_t j, std::size_t k) const {
    const auto two = [&](std::size_t r) HWY_ATTR { return sum(gradient_chain<8>(j, k, r), gradient_chain<8>(j, k, r + 1)); };
    const Pair low = sum(two(0), two(2)), high = sum(two(4), two(6));
    return sum(low, high);
  }

  // Rows r, r + kApart, … of columns j and k.
  template <std::size_t kApart>
  HWY_INLINE Pair gradient_chain(std::size_t j, std::size_t k, std::size_t r) const {
    Pair chain;
    for (auto& column : chain.row)
      for (auto& lanes : column) lanes = Lanes8::zero();
    for (std::size_t i = r; i < b_.padded_rows; i += kApart) {
      const Lanes8 a0 = Lanes8::all(b_.x[i * b_.cols + j]), a1 = Lanes8::all(b_.x[i * b_.cols + k]);
      HWY_UNROLL(4)
      for (std::size_t w = 0; w < W; ++w) {
        const Lanes8 c = Lanes8::load(b_.c + i * kMembers + 8 * w);
        chain.row[0][w] = fma(a0, c, chain.row[0][w]);
        chain.row[1][w] = fma(a1, c, chain.row[1][w]);
      }
    }
    return chain;
  }

  HWY_INLINE void move_column(std::size_t j, const Lanes8* g) {
    for (std::size_t w = 0; w < W; ++w) {
      const std::size_t at = j * kMembers + 8 * w;
      const Lanes8 u = Lanes8::load(b_.u + at), v = Lanes8::load(b_.v + at);
      negative_fma(u, g[w], u).store(b_.u + at);
      fma(v, g[w], v).store(b_.v + at);
    }
    refresh(j);
  }

  EnsembleBlock b_;
  bool resting_[kMembers] = {};
};

void RunBlock(const EnsembleBlock& block, std::size_t width, std::int64_t most, double target) {
  switch (width) {
    case 1: return Block<1>(block).run(most, target);
    case 2: return Block<2>(block).run(most, target);
#if HWY_MAX_BYTES >= 64
    case 4: return Block<4>(block).run(most, target);
#endif
    default: HWY_ABORT("a block of %d times 8 members", static_cast<int>(width));
  }
}

// Accumulators of two rows or two columns in as many registers as there are.
std::size_t WidestBlock() { return HWY_MAX_BYTES >= 64 ? 4 : 2; }

}  // namespace penchant::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace penchant::kernels {

HWY_EXPORT(RunBlock);
HWY_EXPORT(WidestBlock);

namespace {

std::size_t block_width(std::size_t members) {
  std::size_t width = HWY_DYNAMIC_DISPATCH(WidestBlock)();
  while (width > 1 && 8 * (width / 2) >= members) width /= 2;
  return width;
}

// The members of one block, the last one repeated in the lanes that are spare.
class LanePlans final : public BlockPlans {
 public:
  LanePlans(const EnsembleArrays& a, std::size_t first, std::size_t count, std::size_t lanes, double* s)
      : a_(a), lanes_(lanes), padded_rows_(a.rows + a.rows % 2), s_(s), targets_(aligned_zeros(padded_rows_ * lanes)),
        noise_(aligned_zeros(padded_rows_ * lanes)), sigma_(aligned_zeros(lanes)), steps_(lanes), keys_(lanes) {
    for (std::size_t m = 0; m < lanes; ++m) {
      const std::size_t member = first + std::min(m, count - 1);
      plans_.push_back(a.plans->plans[member]);
      first_.push_back(a.plans->first[member]);
      keys_[m] = plans_[m]->key.philox_key();
      sigma_[m] = plans_[m]->gaussian ? plans_[m]->sigma : 1.0;
    }
    gaussian_ = plans_.front()->gaussian;
    noisy_ = std::any_of(plans_.begin(), plans_.end(), [](const RandomSteps* plan) { return plan->sigma != 0.0; });
    if (plans_.front()->weigh) weights_ = aligned_zeros(padded_rows_ * lanes);
    if (!noisy_)
      for (std::size_t i = 0; i < a.rows; ++i) std::fill_n(targets_.get() + i * lanes, lanes, a.y[i]);
  }

  const double* targets() const { return targets_.get(); }
  const double* weights() const { return weights_.get(); }

  void before_step(std::int64_t k) override {
    for (std::size_t m = 0; m < lanes_; ++m) {
      steps_[m] = static_cast<std::uint64_t>(first_[m] + k);
      s_[m] = plans_[m]->factor(first_[m] + k);
      if (weights_) plans_[m]->weigh(first_[m] + k, weights_.get() + m, lanes_);
    }
    if (!noisy_) return;
    if (gaussian_) {
      normals_across(keys_.data(), steps_.data(), padded_rows_, lanes_, noise_.get());
    } else {
      for (std::size_t m = 0; m < lanes_; ++m)
        sign_noise(plans_[m]->key, plans_[m]->sigma, steps_[m], a_.rows, noise_.get() + m, lanes_);
    }
    for (std::size_t i = 0; i < a_.rows; ++i) {
      const double y = a_.y[i];
      const double *e = noise_.get() + i * lanes_, *sigma = sigma_.get();
      double* to = targets_.get() + i * lanes_;
      for (std::size_t m = 0; m < lanes_; ++m) to[m] = y + sigma[m] * e[m];
    }
  }

 private:
  const EnsembleArrays& a_;
  std::size_t lanes_, padded_rows_;
  double* s_;
  AlignedArray targets_, noise_, sigma_, weights_;
  std::vector<std::uint64_t> steps_, keys_;
  std::vector<const RandomSteps*> plans_;
  std::vector<std::int64_t> first_;
  bool gaussian_ = true, noisy_ = false;
};

}  // namespace

void run_ensemble(const EnsembleArrays& a, std::int64_t most, double target) {
  const std::size_t padded_rows = a.rows + a.rows % 2, most_lanes = 8 * block_width(a.members);
  const AlignedArray x = aligned_zeros(padded_rows * a.cols), y = aligned_zeros(padded_rows);
  std::copy_n(a.x, a.rows * a.cols, x.get());
  std::copy_n(a.y, a.rows, y.get());
  const AlignedArray u = aligned_zeros(a.cols * most_lanes), v = aligned_zeros(a.cols * most_lanes),
                     beta = aligned_zeros(a.cols * most_lanes), c = aligned_zeros(padded_rows * most_lanes),
                     s = aligned_zeros(most_lanes), squared = aligned_zeros(most_lanes), steps = aligned_zeros(most_lanes);
  for (std::size_t first = 0, count = 0; first < a.members; first += count) {
    const std::size_t width = block_width(a.members - first), lanes = 8 * width;
    count = std::min(lanes, a.members - first);
    const auto member = [&](std::size_t m) { return first + std::min(m, count - 1); };  // spare lanes repeat the last member
    for (std::size_t m = 0; m < lanes; ++m) {
      s[m] = a.s[member(m)];
      for (std::size_t j = 0; j < a.cols; ++j) {
        u[j * lanes + m] = a.u[j * a.members + member(m)];
        v[j * lanes + m] = a.v[j * a.members + member(m)];
      }
    }
    std::unique_ptr<LanePlans> plans;
    if (a.plans) plans = std::make_unique<LanePlans>(a, first, count, lanes, s.get());
    const EnsembleBlock block{x.get(),
                              y.get(),
                              padded_rows,
                              a.cols,
                              u.get(),
                              v.get(),
                              beta.get(),
                              c.get(),
                              s.get(),
                              squared.get(),
                              steps.get(),
                              plans ? plans->targets() : nullptr,
                              plans ? plans->weights() : nullptr,
                              plans.get()};
    HWY_DYNAMIC_DISPATCH(RunBlock)(block, width, most, target);
    for (std::size_t m = 0; m < count; ++m) {
      a.squared_residual[first + m] = squared[m];
      a.steps[first + m] = static_cast<std::int64_t>(steps[m]);
      for (std::size_t j = 0; j < a.cols; ++j) {
        a.u[j * a.members + first + m] = u[j * lanes + m];
        a.v[j * a.members + first + m] = v[j * lanes + m];
      }
    }
  }
}

}  // namespace penchant::kernels
#endif
