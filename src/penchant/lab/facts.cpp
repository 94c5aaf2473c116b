#include "penchant/lab/facts.h"

#include <algorithm>
#include <cmath>

#include "penchant/core/decompositions.h"
#include "penchant/core/text.h"
#include "penchant/data/load.h"
#include "penchant/lab/facts_l1.h"
#include "penchant/lab/facts_magnification.h"
#include "penchant/lab/facts_margin.h"
#include "penchant/limits/lasso_path.h"
#include "penchant/limits/solve.h"
#include "penchant/theory/prediction.h"

namespace penchant {

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();
constexpr std::uint64_t kLargestMatrixFile = 1'000'000'000;

using Columns = Eigen::MatrixXd;

bool usable(const Solution& solution) {
  return solution.outcome.status == Status::solved || solution.outcome.status == Status::almost_solved;
}

// X or its transpose, whichever is tall, as Q R, and the small R by its singular values: orthogonal steps only,
// so the rank is that of X itself.
class Spectrum {
 public:
  explicit Spectrum(const Matrix& x)
      : tall_(x.rows() >= x.cols()),
        qr_(tall_ ? Columns(x) : Columns(x.transpose())),
        svd_(Columns(qr_.matrixQR().topRows(std::min(x.rows(), x.cols())).triangularView<Eigen::Upper>()),
             Eigen::ComputeFullU | Eigen::ComputeFullV) {
    const double threshold = static_cast<double>(std::max(x.rows(), x.cols())) * kEps * (size() > 0 ? values()[0] : 0.0);
    rank_ = (values().array() > threshold).count();
  }

  Index rank() const { return rank_; }
  const Vector values() const { return svd_.singularValues(); }

  // ‖(I - XX⁺) y‖ / ‖y‖
  double outside_range(const Vector& y) const {
    if (rank_ == y.size() || y.norm() == 0.0) return 0.0;
    Vector rest = y;
    if (tall_) {  // X = Q U S Vᵀ
      Vector in_q = qr_.householderQ().transpose() * y;
      in_q.tail(y.size() - size()).setZero();
      const Vector head = in_q.head(size());
      in_q.head(size()) = svd_.matrixU().leftCols(rank_) * (svd_.matrixU().leftCols(rank_).transpose() * head);
      rest -= qr_.householderQ() * in_q;
    } else {  // Xᵀ = Q U S Vᵀ, X = V S Uᵀ Qᵀ
      rest -= svd_.matrixV().leftCols(rank_) * (svd_.matrixV().leftCols(rank_).transpose() * y);
    }
    return rest.norm() / y.norm();
  }

 private:
  Index size() const { return svd_.singularValues().size(); }
  bool tall_;
  Eigen::HouseholderQR<Columns> qr_;
  Eigen::BDCSVD<Columns> svd_;
  Index rank_ = 0;
};

void add_spectrum(const Problem& problem, Facts& out) {
  const Matrix& x = require_dense(*problem.data->features, "compute_facts");
  const Spectrum spectrum(x);
  out.rank = spectrum.rank();
  out.sigma_max = spectrum.rank() > 0 ? spectrum.values()[0] : 0.0;
  out.sigma_min = spectrum.rank() > 0 ? spectrum.values()[spectrum.rank() - 1] : 0.0;
  out.max_row_norm = x.rowwise().norm().maxCoeff();
  out.inconsistency = spectrum.outside_range(problem.data->targets);
}

void add_margin(const Problem& problem, Facts& out) {
  const Dataset& data = *problem.data;
  const MaxMargin limit{data.features, data.targets, Intercept::none};
  const Solution solution = solve(limit);
  if (solution.outcome.status == Status::infeasible) {
    out.separable = false;
    out.inseparable_weights = solution.dual;
  } else if (usable(solution)) {
    out.separable = true;
    out.margin = 1.0 / solution.predictor.values.norm();
    const Complementarity found = complementarity(limit, solution);
    out.degenerate_margin = found.degenerate;
    out.least_multiplier = found.least_multiplier;
    out.margin_slowness = found.slowness;
  }
}

void add_least_l2(const Problem& problem, Facts& out) {
  const Solution solution = solve(MinDistance{problem.data->features, problem.data->targets, {}});
  if (usable(solution)) out.l2_norm = solution.predictor.values.norm();
}

void add_least_l1(const Problem& problem, Facts& out) {
  const LeastL1 least = least_l1(problem.data->features, problem.data->targets, false);
  out.l1_norm = least.norm;
  out.l1_unique = least.unique;
  out.l1_condition = least.condition;
  out.l1_rho = least.rho;
}

void add_positive(const Problem& problem, Facts& out) {
  const LeastL1 least = least_l1(problem.data->features, problem.data->targets, true);
  out.positive_l1_norm = least.norm;
  out.positive_l1_condition = least.condition;
  out.positive_l1_rho = least.rho;
  if (least.norm) out.positive_feasible = true;
  if (!least.infeasible_proof) return;
  out.positive_feasible = false;
  out.positive_proof = least.infeasible_proof;
}

// v = 1 + u with u >= 0 and X u = -X 1.
void add_positive_kernel(const Problem& problem, Facts& out) {
  const LinearMap& x = *problem.data->features;
  Vector image(x.rows());
  x.apply(Vector::Ones(x.cols()), image);
  const LeastL1 least = least_l1(problem.data->features, -image, true);
  if (least.norm) out.positive_kernel = true;
  if (least.infeasible_proof) out.positive_kernel = false;
}

}  // namespace

Facts compute_facts(const Problem& problem, const std::vector<Fact>& wanted) {
  const auto want = [&](std::initializer_list<Fact> any) {
    return std::any_of(any.begin(), any.end(),
                       [&](Fact fact) { return std::find(wanted.begin(), wanted.end(), fact) != wanted.end(); });
  };
  Facts out;
  out.samples = problem.data->samples();
  out.features = problem.data->dimension();
  if (want({Fact::rank, Fact::consistency, Fact::spectrum})) add_spectrum(problem, out);
  if (want({Fact::separability, Fact::support_vectors})) add_margin(problem, out);
  if (want({Fact::min_l2})) add_least_l2(problem, out);
  if (want({Fact::min_l1})) add_least_l1(problem, out);
  if (want({Fact::positive_feasibility})) add_positive(problem, out);
  if (want({Fact::trace_l1})) {
    out.trace_l1 = trace_l1(problem.data->features, problem.data->targets, false);
    out.positive_trace_l1 = trace_l1(problem.data->features, problem.data->targets, true);
  }
  if (want({Fact::lasso_path})) out.lasso_turns_at = turning_residual(lasso_path(problem.data->features, problem.data->targets));
  if (want({Fact::positive_kernel})) add_positive_kernel(problem, out);
  if (want({Fact::magnification}) && out.positive_l1_norm)
    out.log_magnification = self_consistent_magnification(problem, *out.positive_l1_norm);
  return out;
}

Facts compute_facts(const Problem& problem, const Dynamics& dynamics) {
  const std::vector<Fact> wanted = facts_needed(problem, dynamics);
  Facts out = compute_facts(problem, wanted);
  const auto* mirror = std::get_if<Mirror>(&dynamics);
  if (mirror && mirror->potential.kind == "quadratic" &&
      std::find(wanted.begin(), wanted.end(), Fact::potential_matrix) != wanted.end())
    out.potential_matrix = read_table_file(mirror->potential.k, kLargestMatrixFile).numbers;
  return out;
}

}  // namespace penchant
