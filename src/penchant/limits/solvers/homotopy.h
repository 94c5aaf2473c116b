// The Lasso path  β(λ) = argmin ½‖Xβ-y‖² + λ Σ_j (up_j β_j^+ + down_j β_j^-),  followed exactly from λ_max downwards to
//   λ = 0, where it ends at the min-l1 point among the least-squares fits (with β >= 0: nonnegative least-squares fits), or
//   the λ at which ‖Xβ-y‖ = δ, or a λ > 0 that was asked for.
// Between events the path is linear: β_A = fit - λ slope, correlations c = X^T r = b + λ a, c_j at its bound on the active set A.
// Events: an active coordinate reaches 0, an idle one reaches its bound. Where several meet, the active set below λ is that of the
// quadratic program min ½‖Xd‖² - s^T d, d_j s_j >= 0 on the coordinates at 0, solved by Lawson-Hanson: no perturbation, no cycling.
// Only a window of features with the largest risk of entering is followed from event to event (a sequential strong rule with
// measured slopes); every window is verified on all features, and where one was missed the events are undone back to before the
// miss. Sources: Osborne, Presnell, Turlach 2000; Efron, Hastie, Johnstone, Tibshirani 2004; Tibshirani et al. 2012 (strong rules).
#pragma once

#include <limits>
#include <vector>

#include "penchant/limits/l1_problem.h"
#include "penchant/limits/solvers/homotopy_columns.h"
#include "penchant/limits/solvers/homotopy_qr.h"

namespace penchant::l1 {

struct HomotopyOptions {
  double delta = 0.0;   // where to end: ‖Xβ-y‖ = delta, 0 <= delta < 1
  double lambda = 0.0;  // or here, whichever comes first; >= 0
  int max_events = 0;   // 0: 100 n + 1000
  bool screen = true;  // false: every feature is followed from event to event
};

class Homotopy {
 public:
  enum class End { zero_lambda, reached_target, budget, breakdown };

  // y is scaled to ‖y‖ = 1, δ and λ alike. The problem outlives the path.
  Homotopy(const L1Problem& problem, const Vector& y, HomotopyOptions options = {});

  End run();

  // Where it ended: the active set with its prices (up_j or -down_j), its basis, λ.
  const std::vector<Index>& active() const { return active_; }
  const std::vector<double>& prices() const { return prices_; }
  double lambda() const { return lambda_; }
  const ActiveQr& basis() const { return qr_; }
  const double* column(Index j) const { return columns_[j]; }
  int events() const { return events_; }
  // λ of every event since the last window was chosen, falling; without screening of all of them, λ_max first.
  std::vector<double> knots() const;
  int passes() const { return passes_; }  // readings of all of X

  // Takes one coordinate out of the active set, or puts one in: for the cleaning of the end point.
  void drop(Index position);
  void restore(Index feature, double price);

 private:
  // Events closer than this in relative λ count as one: rounding of c and β after a few thousand updates stays below it.
  static constexpr double kTie = 1e-11;
  // of a correlation, relative to the norm of its feature
  static constexpr double kNoise = 64 * std::numeric_limits<double>::epsilon();

  struct Operation {
    bool inserted;
    Index feature;
    double price;
  };
  // A stretch of the path with one active set.
  struct Segment {
    double lambda;           // where it starts
    std::size_t operations;  // how many had been done then
  };

  bool start();
  Vector risks() const;
  void choose_window();
  void follow(const std::vector<Index>& features);
  void measure_followed(std::size_t from);
  bool walk();
  double next_event() const;
  bool is_rounding(Index position) const;
  double target_lambda() const;
  void resolve();
  void release_zeros();
  bool enter(std::size_t slot);
  void leave(Index position);
  void moved();
  std::vector<Index> missed() const;
  void undo_until_valid(const std::vector<Index>& features);
  void undo(const Operation& operation);

  bool fits() const;
  double slack(Index j, double c) const;
  double urgency(Index j, double b, double a) const;
  double rate_noise(Index j, double dual_norm) const;

  const L1Problem& problem_;
  HomotopyOptions options_;
  ColumnStore columns_;
  ActiveQr qr_;
  Vector y_, norms_, b_all_, a_all_;

  std::vector<Index> active_;
  std::vector<double> prices_;
  std::vector<char> is_active_;
  Vector fit_, slope_;
  double lambda_ = 0.0, floor_ = 0.0, margin_ = 0.0;
  bool reached_target_ = false, broken_ = false;
  int events_ = 0, passes_ = 0;

  // The window, slot by slot: c = b + λ a.
  std::vector<Index> followed_, slot_of_;
  std::vector<const double*> pointers_;
  std::vector<double> b_, a_, dots_;
  std::vector<char> refused_;  // at the present λ: in the span of the active set, up to rounding
  std::vector<Operation> operations_;
  std::vector<Segment> segments_;
};

}  // namespace penchant::l1
