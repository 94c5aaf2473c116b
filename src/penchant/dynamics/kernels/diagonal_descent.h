// Exact gradient descent on beta = u^2 - v^2 with squared loss: the whole step in one pass over X, on raw arrays.
//
// One order of operations, which depends on the number of rows alone, the same on every instruction set and in every batch, so that
// a run has one result to the last bit:
//   beta_j = fma(u_j, u_j, -(v_j v_j)),   c_i = (f_i - y_i) s,   s = 2 eta (over n under "mean");   of a batch, c_i w_i
//   u_j   <- fma(-u_j, g_j, u_j),         v_j <- fma(v_j, g_j, v_j)
// lanes along the columns (diagonal_descent.cpp):
//   p_l    = chain of p = fma(x_ij, beta_j, p) over j = l, l+8, l+16, …  from 0,   l = 0 … 7
//   f_i    = ((p_0+p_4) + (p_2+p_6)) + ((p_1+p_5) + (p_3+p_7))
//   g_j    = (chain of fma(x_ij, c_i, .) over i even) + (the same over i odd)
// lanes along the rows (diagonal_rows.cpp), where along_rows(n):
//   t_b    = x_ij beta_j of j = 8b, then t = fma(x_ij, beta_j, t) over j = 8b+1 … 8b+7;   f_i = t_0 + t_1 + … from the left
//   l_r    = x_rj c_r, then l = fma(x_ij, c_i, l) over i = r+8, r+16, …,   r = 0 … 7
//   g_j    = ((l_0+l_1) + (l_2+l_3)) + ((l_4+l_5) + (l_6+l_7))
// Either way a few columns' gradient, their update and their share of the next outputs follow one another while their part of X is
// in the first cache, so that each entry is read from the second cache once a step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "penchant/core/random.h"

namespace penchant::kernels {

struct FreeAligned {
  void operator()(double* p) const;
};
using AlignedArray = std::unique_ptr<double[], FreeAligned>;
AlignedArray aligned_zeros(std::size_t size);

// With fewer rows the sums over lanes cost more than they save; with more, the outputs of all rows do not fit the registers of
// AVX-512.
constexpr bool along_rows(std::size_t rows) { return rows > 32 && rows <= 104; }

// Σ_k of the two halves of the step gains (dynamics/step_gain.h), x_k = g of step k:
//   even Σ x^2 + x^4/2 + x^6/3 + …,  odd Σ 2x^3/3 + 2x^5/5 + …,   q± = even ± odd;  each with the error of its sum carried along.
struct GainSums {
  AlignedArray even, even_error, odd, odd_error;  // (columns padded to 8)
  AlignedArray g;                                 // of the step, with lanes along the rows
};

// Σ q± (cols) of sums as get_gain_sums has them.
void gains_of_sums(const double* sums, std::size_t cols, double* plus, double* minus);

// Steps that differ: step k uses y_i + sigma ε_ki, s = factor(k), and of sample i w_ki times what it says.
//   gaussian  ε_ki = normal i of the key at step k (kernels/normals.h)
//   signs     ±1, minus where bit i mod 64 of random_words(key, 0, k, i/64).first is set
struct RandomSteps {
  RandomKey key{0, {}};
  bool gaussian = true;
  double sigma = 0.0;  // 0: no noise is drawn
  std::function<double(std::int64_t)> factor;
  // w_k (rows) to out[0], out[stride], …, which hold what it wrote last, or 0; absent: all 1
  std::function<void(std::int64_t, double*, std::size_t)> weigh;
};
// sigma ε_k of `count` samples at out[0], out[stride], …; signs only.
void sign_noise(const RandomKey& key, double sigma, std::uint64_t step, std::size_t count, double* out, std::size_t stride = 1);

// Whoever makes the steps of one run.
class DescentKernel {
 public:
  virtual ~DescentKernel() = default;
  virtual void set_state(const double* u, const double* v) = 0;
  virtual void get_state(double* u, double* v) const = 0;
  virtual void start_gains() = 0;
  virtual void get_gains(double* plus, double* minus) const = 0;  // Σ q+, Σ q- (cols)
  // Exactly as they are, to go on with later: even, its errors, odd, its errors (4 cols).
  virtual void get_gain_sums(double* sums) const = 0;
  virtual void set_gain_sums(const double* sums) = 0;
  virtual void run(double s, std::int64_t steps) = 0;
  virtual void run_random(const RandomSteps& plan, std::int64_t first, std::int64_t steps) = 0;  // steps first, first + 1, …
};

class DiagonalDescent final : public DescentKernel {
 public:
  // x (rows, cols) with `stride` between rows; copied.
  DiagonalDescent(const double* x, std::size_t rows, std::size_t cols, std::size_t stride, const double* y);

  void set_state(const double* u, const double* v) override;
  void get_state(double* u, double* v) const override;
  void start_gains() override;
  bool has_gains() const { return gains_.even != nullptr; }
  void get_gains(double* plus, double* minus) const override;
  void get_gain_sums(double* sums) const override;
  void set_gain_sums(const double* sums) override;

  void run(double s, std::int64_t steps) override;
  void run_random(const RandomSteps& plan, std::int64_t first, std::int64_t steps) override;

  std::size_t cols() const { return cols_; }

 private:
  friend struct KernelAccess;
  void fill_tiles(const double* x, std::size_t stride);
  void fill_blocks(const double* x, std::size_t stride);

  std::size_t rows_, cols_, padded_rows_, padded_cols_, tile_vectors_ = 0;
  AlignedArray x_, y_, u_, v_, beta_, sums_, c_;  // sums: the partial sums of f, or f
  AlignedArray weights_;                          // of the samples; absent: all 1
  GainSums gains_;
};

}  // namespace penchant::kernels
