#include "penchant/limits/certificate.h"

#include <cmath>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/limits/certify.h"

namespace penchant {

namespace {

struct Certify {
  const Solution& point;
  Certificate operator()(const MinDistance& limit) const { return certify_min_distance(limit, point); }
  Certificate operator()(const BregmanProjection& limit) const { return certify_bregman_projection(limit, point); }
  Certificate operator()(const MinL1& limit) const { return certify_min_l1(limit, point); }
  Certificate operator()(const MaxMargin& limit) const { return certify_max_margin(limit, point); }
  Certificate operator()(const Penalised& limit) const { return certify_penalised(limit, point); }
  Certificate operator()(const ExplicitDistance& limit) const { return certify_explicit_distance(limit, point); }
  Certificate operator()(const MinLp& limit) const { return certify_min_lp(limit, point); }
};

void require_numbers(const char* kind, const char* what, const Vector& v) {
  for (Index j = 0; j < v.size(); ++j)
    if (!std::isfinite(v[j]))
      throw InvalidInput(cat("certify ", kind, ": ", what, "[", j, "] is ", v[j], ", expected a finite number"));
}

void require_shapes(const char* kind, Index rows, Index cols, const Vector& y, const Solution& point) {
  const auto refuse = [&](const char* what, Index has, const char* unit, Index wants) {
    throw InvalidInput(cat("certify ", kind, ": ", what, " has ", has, " entries, X has ", wants, " ", unit));
  };
  if (y.size() != rows) refuse("y", y.size(), "rows", rows);
  if (point.predictor.values.size() != cols) refuse("β", point.predictor.values.size(), "columns", cols);
  if (point.dual.size() > 0 && point.dual.size() != rows) refuse("the dual", point.dual.size(), "rows", rows);
  const bool none_found = point.outcome.status == Status::infeasible || point.outcome.status == Status::failed;
  if (!none_found) require_numbers(kind, "β", point.predictor.values);
  require_numbers(kind, "dual", point.dual);
}

}  // namespace

void require_point(const char* kind, const LinearMap& x, const Vector& y, const Solution& point) {
  require_shapes(kind, x.rows(), x.cols(), y, point);
}

void require_point(const char* kind, const Matrix& x, const Vector& y, const Solution& point) {
  require_shapes(kind, x.rows(), x.cols(), y, point);
}

Certificate certify(const Limit& limit, const Solution& point) { return std::visit(Certify{point}, limit); }

}  // namespace penchant
