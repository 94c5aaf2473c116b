#include "referee/projection_oracle.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace penchant::referee {

namespace {

Wide sign_power(const Wide& x, const Wide& p) {
  if (x == 0) return 0;
  const Wide size = exp(p * log(abs(x)));
  return x < 0 ? Wide(-size) : size;
}

// φ a sum over coordinates.
struct Coordinate {
  std::function<bool(const Wide&)> inside = [](const Wide&) { return true; };
  std::function<Wide(const Wide&)> beta, slope, conjugate;
};

class Separable final : public MirrorMap {
 public:
  Separable(std::vector<Coordinate> coordinates, Wide unit) : coordinates_(std::move(coordinates)), unit_(std::move(unit)) {}
  Wide unit() const override { return unit_; }
  bool inside(const WideVector& v) const override {
    for (std::size_t j = 0; j < v.size(); ++j)
      if (!coordinates_[j].inside(v[j])) return false;
    return true;
  }
  WideVector beta(const WideVector& v) const override {
    WideVector out(v.size());
    for (std::size_t j = 0; j < v.size(); ++j) out[j] = coordinates_[j].beta(v[j]);
    return out;
  }
  WideMatrix slope(const WideVector& v) const override {
    WideMatrix out(v.size(), v.size());
    for (std::size_t j = 0; j < v.size(); ++j) out(j, j) = coordinates_[j].slope(v[j]);
    return out;
  }
  Wide conjugate(const WideVector& v) const override {
    Wide sum = 0;
    for (std::size_t j = 0; j < v.size(); ++j) sum += coordinates_[j].conjugate(v[j]);
    return sum;
  }

 private:
  std::vector<Coordinate> coordinates_;
  Wide unit_;
};

bool moderate(const Wide& v) { return abs(v) < 3000; }

Coordinate euclidean(const Wide& b0) {
  return {.beta = [=](const Wide& v) { return Wide(b0 + v); },
          .slope = [](const Wide&) { return Wide(1); },
          .conjugate = [=](const Wide& v) { return Wide(v * (b0 + v / 2)); }};
}

Coordinate entropy(const Wide& b0) {
  return {.inside = moderate,
          .beta = [=](const Wide& v) { return Wide(b0 * exp(v)); },
          .slope = [=](const Wide& v) { return Wide(b0 * exp(v)); },
          .conjugate = [=](const Wide& v) { return Wide(b0 * (exp(v) - 1)); }};
}

// a e^v - b e^{-v}: hypentropy of c = 2√(ab), started at a - b.
Coordinate exponentials(const Wide& a, const Wide& b) {
  return {.inside = moderate,
          .beta = [=](const Wide& v) { return Wide(a * exp(v) - b * exp(-v)); },
          .slope = [=](const Wide& v) { return Wide(a * exp(v) + b * exp(-v)); },
          .conjugate = [=](const Wide& v) { return Wide(a * (exp(v) - 1) + b * (exp(-v) - 1)); }};
}

Coordinate p_norm(const Wide& p, const Wide& b0) {
  const Wide q = p / (p - 1), z0 = sign_power(b0, p - 1);
  const auto power = [=](const Wide& v) { return sign_power(z0 + v, q - 1); };
  return {.beta = power,
          .slope = [=](const Wide& v) { return z0 + v == 0 ? Wide(q == 2 ? 1 : 0) : Wide((q - 1) * power(v) / (z0 + v)); },
          .conjugate = [=](const Wide& v) { return Wide((power(v) * (z0 + v) - sign_power(z0, q - 1) * z0) / q); }};
}

Coordinate burg(const Wide& b0) {
  return {.inside = [=](const Wide& v) { return v * b0 < 1; },
          .beta = [=](const Wide& v) { return Wide(b0 / (1 - v * b0)); },
          .slope = [=](const Wide& v) { return Wide(b0 * b0 / ((1 - v * b0) * (1 - v * b0))); },
          .conjugate = [=](const Wide& v) { return Wide(-log(1 - v * b0)); }};
}

// ±u^N (1 ∓ u^{N-2} v)^{-N/(N-2)}, u = 0 for a side that is missing.
Coordinate deep(int depth, const Wide& u, const Wide& v_start) {
  const Wide q = Wide(depth) / (depth - 2);
  const auto side = [=](const Wide& start, const Wide& v, const Wide& power) {
    return start == 0 ? Wide(0) : Wide(exp(-power * log(1 - pow(start, depth - 2) * v)));
  };
  return {.inside = [=](const Wide& v) { return pow(u, depth - 2) * v < 1 && -pow(v_start, depth - 2) * v < 1; },
          .beta = [=](const Wide& v) { return Wide(pow(u, depth) * side(u, v, q) - pow(v_start, depth) * side(v_start, -v, q)); },
          .slope = [=](const Wide& v) {
            return Wide(q * (pow(u, 2 * depth - 2) * side(u, v, q + 1) + pow(v_start, 2 * depth - 2) * side(v_start, -v, q + 1)));
          },
          .conjugate = [=](const Wide& v) {
            const auto part = [&](const Wide& start, const Wide& at) {
              return start == 0 ? Wide(0) : Wide(start * start * (side(start, at, q - 1) - 1) / (q - 1));
            };
            return Wide(part(u, v) + part(v_start, -v));
          }};
}

// φ = ½‖β‖_p², φ* = ½‖z‖_q².
class SquaredNorm final : public MirrorMap {
 public:
  SquaredNorm(const Wide& p, const WideVector& b0) : q_(p / (p - 1)), z0_(power_map(b0, p)) {}
  bool inside(const WideVector&) const override { return true; }
  WideVector beta(const WideVector& v) const override { return power_map(z0_ + v, q_); }
  WideMatrix slope(const WideVector& v) const override {
    const WideVector z = z0_ + v;
    const std::size_t d = z.size();
    WideMatrix out(d, d);
    const Wide size = length(z, q_);
    if (size == 0) return out;
    for (std::size_t i = 0; i < d; ++i) {
      const Wide u = sign_power(z[i] / size, q_ - 1);
      for (std::size_t j = 0; j < d; ++j) out(i, j) = (2 - q_) * u * sign_power(z[j] / size, q_ - 1);
      if (z[i] != 0) out(i, i) += (q_ - 1) * u / (z[i] / size);
      else if (q_ == 2) out(i, i) += 1;
    }
    return out;
  }
  Wide conjugate(const WideVector& v) const override {
    const Wide there = length(z0_ + v, q_), here = length(z0_, q_);
    return (there * there - here * here) / 2;
  }

 private:
  static Wide length(const WideVector& z, const Wide& q) {
    Wide sum = 0;
    for (const Wide& entry : z) sum += abs(sign_power(entry, q));
    return sum == 0 ? Wide(0) : Wide(exp(log(sum) / q));
  }
  static WideVector power_map(const WideVector& z, const Wide& q) {
    const Wide size = length(z, q);
    WideVector out(z.size());
    if (size == 0) return out;
    for (std::size_t j = 0; j < z.size(); ++j) out[j] = size * sign_power(z[j] / size, q - 1);
    return out;
  }
  Wide q_;
  WideVector z0_;
};

// β = β_0 + K⁻¹v.
class QuadraticMap final : public MirrorMap {
 public:
  QuadraticMap(const Matrix& k, WideVector b0) : inverse_(b0.size(), b0.size()), b0_(std::move(b0)) {
    const WideMatrix wide_k(k);
    for (std::size_t j = 0; j < b0_.size(); ++j) {
      WideVector unit(b0_.size());
      unit[j] = 1;
      const auto column = solved(wide_k, unit);
      if (!column) throw std::runtime_error("quadratic potential: K is singular");
      for (std::size_t i = 0; i < b0_.size(); ++i) inverse_(i, j) = (*column)[i];
    }
  }
  bool inside(const WideVector&) const override { return true; }
  WideVector beta(const WideVector& v) const override { return b0_ + inverse_ * v; }
  WideMatrix slope(const WideVector&) const override { return inverse_; }
  Wide conjugate(const WideVector& v) const override { return dot(b0_, v) + dot(v, inverse_ * v) / 2; }

 private:
  WideMatrix inverse_;
  WideVector b0_;
};

template <class Make>
std::unique_ptr<MirrorMap> separable(std::size_t d, Make make, const Wide& unit = 1) {
  std::vector<Coordinate> coordinates;
  for (std::size_t j = 0; j < d; ++j) coordinates.push_back(make(j));
  return std::make_unique<Separable>(std::move(coordinates), unit);
}

template <class... F>
struct overloaded : F... {
  using F::operator()...;
};

Wide exp_of(const Vector& logs, std::size_t j) {
  return logs.size() == 0 ? Wide(0) : Wide(exp(Wide(logs[static_cast<Index>(j)])));
}

}  // namespace

std::unique_ptr<MirrorMap> mirror_map(const Potential& potential, const Vector& origin, Index features) {
  const std::size_t d = static_cast<std::size_t>(features);
  const WideVector b0 = origin.size() ? wide(origin) : WideVector(d);
  using Map = std::unique_ptr<MirrorMap>;
  return std::visit(
      overloaded{
          [&](const Euclidean&) -> Map { return separable(d, [&](std::size_t j) { return euclidean(b0[j]); }); },
          [&](const Entropy&) -> Map { return separable(d, [&](std::size_t j) { return entropy(b0[j]); }); },
          [&](const Hypentropy& h) -> Map {
            const Wide c = exp(Wide(h.log_c));
            return separable(d, [&](std::size_t j) {
              const Wide root = sqrt(b0[j] * b0[j] + c * c);  // a - b = β_0 and 4ab = c²
              const Wide larger = (abs(b0[j]) + root) / 2, smaller = c * c / (4 * larger);
              return b0[j] >= 0 ? exponentials(larger, smaller) : exponentials(smaller, larger);
            });
          },
          [&](const ShiftedHypentropy& h) -> Map {
            return separable(d, [&](std::size_t j) {
              const Wide u = exp_of(h.log_u, j), v = exp_of(h.log_v, j);
              return exponentials(u * u, v * v);
            });
          },
          [&](const PNorm& h) -> Map { return separable(d, [&](std::size_t j) { return p_norm(h.p, b0[j]); }); },
          [&](const SquaredPNorm& h) -> Map { return std::make_unique<SquaredNorm>(Wide(h.p), b0); },
          [&](const Burg&) -> Map {
            return separable(d, [&](std::size_t j) { return burg(b0[j]); }, *std::max_element(b0.begin(), b0.end()));
          },
          [&](const Quadratic& h) -> Map { return std::make_unique<QuadraticMap>(h.k, b0); },
          [&](const DeepDiagonal& h) -> Map {
            Wide largest = 0;
            for (std::size_t j = 0; j < d; ++j) largest = std::max({largest, exp_of(h.log_u, j), exp_of(h.log_v, j)});
            return separable(
                d, [&](std::size_t j) { return deep(h.depth, exp_of(h.log_u, j), exp_of(h.log_v, j)); }, pow(largest, h.depth - 2));
          }},
      potential);
}

namespace {

// Below the optimum at any s; absent outside the domain.
std::optional<Wide> dual_value(const WideMatrix& x, const WideVector& y, const MirrorMap& map, const WideVector& s) {
  const WideVector v = transposed_times(x, s);
  if (!map.inside(v)) return std::nullopt;
  return dot(y, s) - map.conjugate(v);
}

}  // namespace

std::optional<ProjectionOptimum> project(const WideMatrix& x, const WideVector& y, const MirrorMap& map, const Vector& guess) {
  const Wide target = Wide("1e-30") * norm(y);
  WideVector s(x.rows);
  if (guess.size() == static_cast<Index>(x.rows) && guess.allFinite()) {
    const WideVector from_there = (1 / map.unit()) * wide(guess);
    if (dual_value(x, y, map, from_there)) s = from_there;
  }
  for (int k = 0; k < 80; ++k) {
    const WideVector v = transposed_times(x, s), beta = map.beta(v), rest = y - x * beta;
    const Wide value = dot(y, s) - map.conjugate(v);
    if (norm(rest) <= target) return ProjectionOptimum{beta, map.unit() * value};
    WideMatrix curvature = sandwiched(x, map.slope(v));
    auto move = solved(curvature, rest);
    if (!move) {  // a corner of a norm: a little curvature of its own
      Wide trace = 0;
      for (std::size_t i = 0; i < x.rows; ++i) trace += curvature(i, i);
      for (std::size_t i = 0; i < x.rows; ++i) curvature(i, i) += trace == 0 ? Wide(1) : Wide(trace * Wide("1e-20"));
      move = solved(curvature, rest);
      if (!move) return std::nullopt;
    }
    const Wide gain = dot(rest, *move);
    Wide length = 1;
    for (int halvings = 0;; ++halvings) {
      const auto there = dual_value(x, y, map, s + length * *move);
      if (there && *there >= value + Wide("1e-4") * length * gain) break;
      if (halvings == 60) return std::nullopt;
      length /= 2;
    }
    s = s + length * *move;
  }
  return std::nullopt;
}

}  // namespace penchant::referee
