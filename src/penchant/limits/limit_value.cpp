// Limits as records describe them.
#include "penchant/limits/limit.h"

namespace penchant {

namespace {

Value range_of(const Vector& v) {
  if (v.size() == 0) return {};
  if (v.minCoeff() == v.maxCoeff()) return v[0];
  return v;
}

struct DescribePotential {
  Value operator()(const Euclidean&) const { return Value::object({{"name", "euclidean"}}); }
  Value operator()(const Entropy&) const { return Value::object({{"name", "entropy"}}); }
  Value operator()(const Hypentropy& h) const { return Value::object({{"name", "hypentropy"}, {"log_c", h.log_c}}); }
  Value operator()(const ShiftedHypentropy& h) const {
    return Value::object({{"name", "shifted_hypentropy"}, {"log_u", range_of(h.log_u)}, {"log_v", range_of(h.log_v)}});
  }
  Value operator()(const PNorm& norm) const { return Value::object({{"name", "p_norm"}, {"p", norm.p}}); }
  Value operator()(const SquaredPNorm& norm) const { return Value::object({{"name", "squared_p_norm"}, {"p", norm.p}}); }
  Value operator()(const Burg&) const { return Value::object({{"name", "burg"}}); }
  Value operator()(const Quadratic& q) const { return Value::object({{"name", "quadratic"}, {"size", std::int64_t(q.k.rows())}}); }
  Value operator()(const DeepDiagonal& deep) const {
    Value out = Value::object({{"name", "deep_diagonal"}, {"depth", deep.depth}, {"log_u", range_of(deep.log_u)}});
    if (deep.log_v.size() > 0) out.set("log_v", range_of(deep.log_v));
    return out;
  }
};

struct Describe {
  Value out;
  void operator()(const MinDistance& limit) {
    if (limit.origin.size() > 0) out.set("origin_norm", limit.origin.norm());
  }
  void operator()(const BregmanProjection& limit) {
    out.set("potential", std::visit(DescribePotential{}, limit.potential));
    if (limit.origin.size() > 0) out.set("log_abs_origin", range_of(limit.origin.log_abs));
  }
  void operator()(const MinL1& limit) {
    if (limit.weights.size() > 0) out.set("weights", limit.weights);
    if (limit.negative_weights.size() > 0) out.set("negative_weights", limit.negative_weights);
    out.set("positive", limit.positive);
    out.set("delta", limit.delta);
  }
  void operator()(const Penalised& limit) {
    out.set("norm", limit.norm == Penalty::l1 ? "l1" : "l2");
    out.set("lambda", limit.lambda);
    if (limit.weights.size() > 0) out.set("weights", limit.weights);
    if (limit.origin.size() > 0) out.set("origin_norm", limit.origin.norm());
  }
  void operator()(const ExplicitDistance& limit) {
    out.set("depth", limit.depth);
    out.set("log_scale", limit.log_scale);
    out.set("positive", limit.positive);
  }
  void operator()(const MinLp& limit) {
    out.set("p", limit.p);
    if (limit.weights.size() > 0) out.set("weights", limit.weights);
  }
  void operator()(const MaxMargin& limit) { out.set("intercept", limit.intercept == Intercept::free ? "free" : "none"); }
};

}  // namespace

Value to_value(const Limit& limit) {
  Describe describe{Value::object({{"kind", kind_of(limit)}})};
  std::visit(describe, limit);
  return describe.out;
}

}  // namespace penchant
