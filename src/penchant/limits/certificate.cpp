#include "penchant/limits/certificate.h"

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

}  // namespace

Certificate certify(const Limit& limit, const Solution& point) { return std::visit(Certify{point}, limit); }

}  // namespace penchant
