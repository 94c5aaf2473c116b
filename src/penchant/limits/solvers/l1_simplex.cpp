#include "penchant/limits/solvers/l1_simplex.h"

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "penchant/core/double_double.h"

namespace penchant {

namespace {

// A difference this small beside its terms is 0: 2^20 above the rounding of one operation, far below what exact data leave.
constexpr double kCancelled = 0x1p-84;
// A price this far past its bound, against the size of its terms, is worth a pivot.
constexpr double kWorth = 0x1p-80;
// Pivots smaller than this beside the largest of their column are not taken.
constexpr double kSmallestPivot = 0x1p-60;
// What no fit removes of ‖y‖ below this is rounding of data given in doubles.
constexpr double kFits = 0x1p-46;

DoubleDouble minus_product(DoubleDouble a, DoubleDouble factor, DoubleDouble b) {
  const DoubleDouble product = factor * b, rest = a - product;
  return std::abs(rest.hi) <= kCancelled * (std::abs(a.hi) + std::abs(product.hi)) ? DoubleDouble() : rest;
}

// Rows B^{-1} [X | I | y] for the basis B of columns s x_f with value s β_f >= 0, and at first of ±unit vectors.
class Tableau {
 public:
  explicit Tableau(const L1Problem& problem)
      : problem_(problem),
        n_(problem.x.rows()),
        d_(problem.x.cols()),
        body_(static_cast<std::size_t>(n_), std::vector<DoubleDouble>(static_cast<std::size_t>(d_ + n_ + 1))),
        feature_(static_cast<std::size_t>(n_)),
        sign_(static_cast<std::size_t>(n_)) {
    for (Index i = 0; i < n_; ++i) {
      const double sign = problem.y[i] < 0 ? -1.0 : 1.0;
      auto& row = body_[static_cast<std::size_t>(i)];
      for (Index j = 0; j < d_; ++j) row[static_cast<std::size_t>(j)] = sign * problem.x(i, j);
      row[static_cast<std::size_t>(d_ + i)] = sign;
      row.back() = sign * problem.y[i];
      feature_[static_cast<std::size_t>(i)] = d_ + i;
      sign_[static_cast<std::size_t>(i)] = sign;
    }
  }

  // Pivots until no feature is worth entering; false if the budget ends first. In the first phase artificial variables cost 1,
  // features nothing.
  bool minimise(bool first_phase, int max_pivots) {
    const int steepest = pivots_ + static_cast<int>(20 * (n_ + d_));
    while (pivots_ < max_pivots) {
      const std::optional<Entering> column = entering(first_phase, pivots_ >= steepest);
      if (!column) return true;
      const std::optional<Index> row = leaving(*column, pivots_ >= steepest);
      if (!row) return true;  // only rounding can say so: the objective is bounded below by 0
      pivot(*row, column->feature, column->sign);
    }
    return false;
  }

  // What is left of the artificial variables.
  double misfit() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < feature_.size(); ++i)
      if (feature_[i] >= d_) sum += body_[i].back().hi;
    return sum;
  }

  // Artificial variables at 0 make way for any feature; rows where none can are redundant.
  void drive_out_artificials() {
    for (std::size_t i = 0; i < feature_.size(); ++i) {
      if (feature_[i] < d_) continue;
      body_[i].back() = 0.0;
      Index best = -1;
      for (Index j = 0; j < d_; ++j)
        if (std::abs(at(i, j).hi) > (best < 0 ? kCancelled : std::abs(at(i, best).hi))) best = j;
      if (best >= 0) pivot(static_cast<Index>(i), best, 1.0);
    }
  }

  Vector point() const {
    Vector beta = Vector::Zero(d_);
    for (std::size_t i = 0; i < feature_.size(); ++i)
      if (feature_[i] < d_) beta[feature_[i]] = sign_[i] * body_[i].back().hi;
    return beta;
  }

  Vector dual(bool first_phase) const {
    Vector nu(n_);
    for (Index k = 0; k < n_; ++k) nu[k] = price(d_ + k, first_phase).value.hi;
    return nu;
  }

  int pivots() const { return pivots_; }

 private:
  struct Entering {
    Index feature;
    double sign;
  };
  struct Price {
    DoubleDouble value;
    double size = 0.0;  // of its terms
  };

  const DoubleDouble& at(std::size_t row, Index column) const { return body_[row][static_cast<std::size_t>(column)]; }

  double cost(std::size_t row, bool first_phase) const {
    if (feature_[row] >= d_) return first_phase ? 1.0 : 0.0;
    return first_phase ? 0.0 : problem_.weight(feature_[row], sign_[row]);
  }

  // ν·x_j: the basis' costs times B^{-1} x_j.
  Price price(Index column, bool first_phase) const {
    Price out;
    for (std::size_t i = 0; i < feature_.size(); ++i) {
      const double c = cost(i, first_phase);
      if (c == 0.0 || at(i, column).hi == 0.0) continue;
      const DoubleDouble term = at(i, column) * c;
      out.value = out.value + term;
      out.size += std::abs(term.hi);
    }
    return out;
  }

  std::optional<Entering> entering(bool first_phase, bool first) const {
    std::optional<Entering> best;
    double most = 0.0;
    for (Index j = 0; j < d_; ++j) {
      const Price now = price(j, first_phase);
      for (const double sign : {1.0, -1.0}) {
        const double bound = sign < 0 && problem_.positive() ? std::numeric_limits<double>::infinity()
                             : first_phase                   ? 0.0
                                                             : problem_.weight(j, sign);
        if (std::isinf(bound)) continue;
        const double excess = (now.value * sign - bound).hi;
        if (excess <= kWorth * (now.size + bound)) continue;
        const double gain = first_phase ? excess : excess / bound;
        if (gain > most) {
          most = gain;
          best = {j, sign};
        }
        if (first) return Entering{j, sign};
      }
    }
    return best;
  }

  std::optional<Index> leaving(const Entering& column, bool first) const {
    double largest = 0.0;
    for (std::size_t i = 0; i < feature_.size(); ++i) largest = std::max(largest, std::abs(at(i, column.feature).hi));
    std::optional<Index> best;
    DoubleDouble least;
    for (std::size_t i = 0; i < feature_.size(); ++i) {
      const DoubleDouble entry = at(i, column.feature) * column.sign;
      if (!(entry.hi > kSmallestPivot * largest)) continue;
      const DoubleDouble ratio = body_[i].back() / entry;
      if (best) {
        const auto b = static_cast<std::size_t>(*best);
        const double difference = (ratio - least).hi, same = kCancelled * (std::abs(ratio.hi) + std::abs(least.hi));
        if (difference > same) continue;
        const bool preferred = first ? feature_[i] < feature_[b] : entry.hi > (at(b, column.feature) * column.sign).hi;
        if (difference >= -same && !preferred) continue;
      }
      best = static_cast<Index>(i);
      least = ratio;
    }
    return best;
  }

  void pivot(Index row, Index feature, double sign) {
    ++pivots_;
    auto& pivot_row = body_[static_cast<std::size_t>(row)];
    const DoubleDouble by = pivot_row[static_cast<std::size_t>(feature)] * sign;
    for (DoubleDouble& entry : pivot_row)
      if (entry.hi != 0.0) entry = entry / by;
    pivot_row[static_cast<std::size_t>(feature)] = sign;
    for (std::size_t i = 0; i < body_.size(); ++i) {
      if (static_cast<Index>(i) == row) continue;
      const DoubleDouble factor = at(i, feature) * sign;
      if (factor.hi == 0.0) continue;
      for (std::size_t j = 0; j < pivot_row.size(); ++j)
        if (pivot_row[j].hi != 0.0) body_[i][j] = minus_product(body_[i][j], factor, pivot_row[j]);
      body_[i][static_cast<std::size_t>(feature)] = 0.0;
      if (body_[i].back().hi < 0) body_[i].back() = 0.0;
    }
    feature_[static_cast<std::size_t>(row)] = feature;
    sign_[static_cast<std::size_t>(row)] = sign;
  }

  const L1Problem& problem_;
  Index n_, d_;
  std::vector<std::vector<DoubleDouble>> body_;
  std::vector<Index> feature_;
  std::vector<double> sign_;
  int pivots_ = 0;
};

}  // namespace

L1Vertex l1_simplex(const L1Problem& problem, int max_pivots) {
  Tableau tableau(problem);
  L1Vertex out;
  bool first_phase = tableau.minimise(true, max_pivots), done = false;
  if (first_phase && tableau.misfit() > kFits * problem.y.cwiseAbs().maxCoeff()) {
    out.end = L1Vertex::End::infeasible;
    out.dual = tableau.dual(true);
  } else if (first_phase) {
    tableau.drive_out_artificials();
    done = tableau.minimise(false, max_pivots);
    out.dual = tableau.dual(false);
    if (done) out.end = L1Vertex::End::optimal;
  }
  out.beta = tableau.point();
  out.pivots = tableau.pivots();
  return out;
}

double l1_simplex_work(const L1Problem& problem) {
  return static_cast<double>(problem.x.rows()) * static_cast<double>(problem.x.cols() + problem.x.rows() + 1);
}

}  // namespace penchant
