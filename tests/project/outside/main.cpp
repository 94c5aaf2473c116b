#include <cstdio>

#include "penchant/penchant.h"

// min ½‖β‖² s.t. β_1 + β_2 = 2: (1, 1), found by an installed library.
int main() {
  using namespace penchant;
  Matrix x(1, 2);
  x << 1, 1;
  const Solution solution = solve(MinDistance{std::make_shared<DenseMap>(x), Vector::Constant(1, 2.0), {}});
  std::printf("%s %.17g %.17g\n", std::string(name(solution.outcome.status)).c_str(), solution.predictor.values[0],
              solution.predictor.values[1]);
  return (solution.predictor.values - Vector::Ones(2)).norm() < 1e-14 ? 0 : 1;
}
