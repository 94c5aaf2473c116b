// L-BFGS (Nocedal 1980): H g by the two-loop recursion over the last m pairs, H_0 = (s.y / y.y) I of the newest pair.
#include <deque>

#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/bfgs.h"

namespace penchant {

namespace {

class LimitedMemory final : public InverseHessian {
 public:
  explicit LimitedMemory(int memory) : memory_(static_cast<std::size_t>(memory)) {}

  Vector times(const Vector& g) const override {
    Vector q = g;
    std::vector<double> alpha(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = pairs_[i].rho * pairs_[i].s.dot(q);
      q -= alpha[i] * pairs_[i].y;
    }
    if (!pairs_.empty()) q *= 1.0 / (pairs_.back().rho * pairs_.back().y.squaredNorm());
    for (std::size_t i = 0; i < pairs_.size(); ++i) q += (alpha[i] - pairs_[i].rho * pairs_[i].y.dot(q)) * pairs_[i].s;
    return q;
  }

  void update(const Vector& s, const Vector& y) override {
    if (pairs_.size() == memory_) pairs_.pop_front();
    pairs_.push_back({s, y, 1.0 / y.dot(s)});
  }

  void reset() override { pairs_.clear(); }

  void save(Writer& out) const override {
    out.integer(static_cast<std::int64_t>(pairs_.size()));
    for (const Pair& pair : pairs_) {
      out.vector(pair.s);
      out.vector(pair.y);
      out.number(pair.rho);
    }
  }

  void load(Reader& in) override {
    pairs_.clear();
    for (std::int64_t left = in.integer(); left > 0; --left) {
      const Vector s = in.vector(), y = in.vector();
      pairs_.push_back({s, y, in.number()});
    }
  }

 private:
  struct Pair {
    Vector s, y;
    double rho;
  };
  std::size_t memory_;
  std::deque<Pair> pairs_;
};

}  // namespace

std::unique_ptr<Stepper> make_lbfgs(const Problem& problem, const Lbfgs& dynamics) {
  if (dynamics.memory < 1) throw InvalidInput(cat("lbfgs: memory is ", dynamics.memory, ", expected an integer >= 1"));
  return make_quasi_newton(problem, "lbfgs", std::make_unique<LimitedMemory>(dynamics.memory));
}

}  // namespace penchant
