#include "support/rational_simplex.h"

#include <optional>

namespace penchant::testing {

namespace {

using Kind = RationalOptimum::Kind;

// Rows [A | I | b] with b >= 0, in terms of a basis; the columns of I are the artificial variables of the first phase and end as
// the inverse of the basis.
class Tableau {
 public:
  explicit Tableau(const RationalProgram& program)
      : rows_(program.b.size()), variables_(program.c.size()), flipped_(rows_, false), basis_(rows_) {
    for (std::size_t i = 0; i < rows_; ++i) {
      flipped_[i] = program.b[i] < 0;
      RationalVector row(width(), Rational(0));
      for (std::size_t j = 0; j < variables_; ++j) row[j] = flipped_[i] ? -program.a[i][j] : program.a[i][j];
      row[variables_ + i] = 1;
      row.back() = flipped_[i] ? -program.b[i] : program.b[i];
      body_.push_back(std::move(row));
      basis_[i] = variables_ + i;
    }
  }

  // Prices every column by this cost and pivots among the first `columns` until none is worth entering; false if unbounded.
  bool minimise(const RationalVector& cost, std::size_t columns) {
    price(cost);
    for (int step = 0;; ++step) {
      const std::optional<std::size_t> column = entering(columns, step >= kSteepest);
      if (!column) return true;
      const std::optional<std::size_t> row = leaving(*column);
      if (!row) return false;
      pivot(*row, *column);
    }
  }

  // Artificial variables left in the basis at 0 make way wherever another column can; rows where none can are redundant.
  void drive_out_artificials() {
    for (std::size_t i = 0; i < rows_; ++i) {
      if (basis_[i] < variables_) continue;
      for (std::size_t j = 0; j < variables_; ++j)
        if (body_[i][j] != 0) {
          pivot(i, j);
          break;
        }
    }
  }

  Rational value() const { return -prices_.back(); }

  RationalVector point() const {
    RationalVector x(variables_, Rational(0));
    for (std::size_t i = 0; i < rows_; ++i)
      if (basis_[i] < variables_) x[basis_[i]] = body_[i].back();
    return x;
  }

  // From the prices of the artificial columns, whose own cost was `artificial`.
  RationalVector dual(const Rational& artificial) const {
    RationalVector u(rows_);
    for (std::size_t i = 0; i < rows_; ++i) {
      u[i] = artificial - prices_[variables_ + i];
      if (flipped_[i]) u[i] = -u[i];
    }
    return u;
  }

  std::size_t rows() const { return rows_; }
  std::size_t variables() const { return variables_; }

 private:
  static constexpr int kSteepest = 40;
  std::size_t width() const { return variables_ + rows_ + 1; }

  void price(const RationalVector& cost) {
    prices_.assign(width(), Rational(0));
    for (std::size_t j = 0; j < cost.size(); ++j) prices_[j] = cost[j];
    for (std::size_t i = 0; i < rows_; ++i)
      if (prices_[basis_[i]] != 0) subtract(prices_, Rational(prices_[basis_[i]]), body_[i]);
  }

  std::optional<std::size_t> entering(std::size_t columns, bool first) const {
    std::optional<std::size_t> best;
    for (std::size_t j = 0; j < columns; ++j)
      if (prices_[j] < 0 && (!best || prices_[j] < prices_[*best])) {
        best = j;
        if (first) break;
      }
    return best;
  }

  std::optional<std::size_t> leaving(std::size_t column) const {
    std::optional<std::size_t> best;
    Rational least;
    for (std::size_t i = 0; i < rows_; ++i) {
      if (body_[i][column] <= 0) continue;
      const Rational ratio = body_[i].back() / body_[i][column];
      if (best && (ratio > least || (ratio == least && basis_[i] > basis_[*best]))) continue;
      best = i;
      least = ratio;
    }
    return best;
  }

  void pivot(std::size_t row, std::size_t column) {
    const Rational by = body_[row][column];
    for (Rational& entry : body_[row])
      if (entry != 0) entry /= by;
    for (std::size_t i = 0; i < rows_; ++i)
      if (i != row && body_[i][column] != 0) subtract(body_[i], Rational(body_[i][column]), body_[row]);
    if (!prices_.empty() && prices_[column] != 0) subtract(prices_, Rational(prices_[column]), body_[row]);
    basis_[row] = column;
  }

  static void subtract(RationalVector& from, const Rational& factor, const RationalVector& row) {
    for (std::size_t j = 0; j < row.size(); ++j)
      if (row[j] != 0) from[j] -= factor * row[j];
  }

  std::size_t rows_, variables_;
  std::vector<bool> flipped_;
  std::vector<std::size_t> basis_;
  RationalMatrix body_;
  RationalVector prices_;
};

RationalMatrix beside_its_negative(RationalMatrix rows) {
  for (RationalVector& row : rows) {
    const std::size_t d = row.size();
    for (std::size_t j = 0; j < d; ++j) row.push_back(-row[j]);
  }
  return rows;
}

// Another optimal vertex would have a feature outside the support of this one: the support's columns are independent.
bool no_other_optimum(RationalProgram program, const RationalOptimum& optimum) {
  program.a.push_back(program.c);
  program.b.push_back(optimum.value);
  for (std::size_t j = 0; j < program.c.size(); ++j) program.c[j] = optimum.x[j] == 0 ? -1 : 0;
  const RationalOptimum other = rational_simplex(program);
  return other.kind == Kind::optimal && other.value == 0;
}

}  // namespace

RationalVector rational(const Vector& v) {
  RationalVector out;
  for (double entry : v) out.emplace_back(entry);
  return out;
}

RationalMatrix rational(const Matrix& x) {
  RationalMatrix out;
  for (Index i = 0; i < x.rows(); ++i) out.push_back(rational(Vector(x.row(i).transpose())));
  return out;
}

Rational rational_dot(const RationalVector& a, const RationalVector& b) {
  Rational sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

RationalOptimum rational_simplex(const RationalProgram& program) {
  Tableau tableau(program);
  RationalVector artificial(tableau.variables() + tableau.rows(), Rational(0));
  for (std::size_t i = 0; i < tableau.rows(); ++i) artificial[tableau.variables() + i] = 1;
  tableau.minimise(artificial, artificial.size());
  RationalOptimum out;
  if (tableau.value() > 0) {
    out.kind = Kind::infeasible;
    out.dual = tableau.dual(1);
    return out;
  }
  tableau.drive_out_artificials();
  if (!tableau.minimise(program.c, tableau.variables())) {
    out.kind = Kind::unbounded;
    return out;
  }
  out.value = tableau.value();
  out.x = tableau.point();
  out.dual = tableau.dual(0);
  return out;
}

ExactMinL1 exact_min_l1(const MinL1& limit) {
  const Matrix& x = require_dense(*limit.x, "exact_min_l1");
  const Vector ones = Vector::Ones(x.cols());
  const Vector& up = limit.weights.size() > 0 ? limit.weights : ones;
  const Vector& down = limit.negative_weights.size() > 0 ? limit.negative_weights : up;
  RationalProgram program{rational(x), rational(limit.y), rational(up)};
  if (!limit.positive) {
    program.a = beside_its_negative(std::move(program.a));
    for (double price : down) program.c.emplace_back(price);
  }
  const RationalOptimum optimum = rational_simplex(program);
  ExactMinL1 out;
  if (optimum.kind != Kind::optimal) return out;
  out.feasible = true;
  out.value = optimum.value;
  out.unique = no_other_optimum(program, optimum);
  const auto d = static_cast<std::size_t>(x.cols());
  out.beta.assign(optimum.x.begin(), optimum.x.begin() + static_cast<std::ptrdiff_t>(d));
  for (std::size_t j = d; j < optimum.x.size(); ++j) out.beta[j - d] -= optimum.x[j];
  return out;
}

bool exactly_separable(const MaxMargin& limit) {
  // y_i(x_i·w + b) - s_i = 1, s >= 0, with w and b as differences.
  const Matrix& x = require_dense(*limit.x, "exactly_separable");
  Matrix rows(x.rows(), x.cols() + (limit.intercept == Intercept::free ? 1 : 0));
  rows.leftCols(x.cols()) = limit.y.asDiagonal() * x;
  if (limit.intercept == Intercept::free) rows.col(x.cols()) = limit.y;
  RationalProgram program{beside_its_negative(rational(rows)), rational(Vector(Vector::Ones(x.rows()))), {}};
  for (std::size_t i = 0; i < program.a.size(); ++i)
    for (std::size_t k = 0; k < program.a.size(); ++k) program.a[i].emplace_back(i == k ? -1 : 0);
  program.c.assign(program.a.front().size(), Rational(0));
  return rational_simplex(program).kind == Kind::optimal;
}

}  // namespace penchant::testing
