#include "support/q_alpha_cases.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include "support/planted.h"

namespace penchant::testing {

namespace {

Vector sparse(Index size, Index nonzeros, std::uint64_t seed) {
  const Vector values = gaussian_vector(size, seed);
  Vector out = Vector::Zero(size);
  for (Index k = 0; k < nonzeros; ++k) out[(7 * k + 2) % size] = values[k] + std::copysign(0.5, values[k]);
  return out;
}

FitCase planted(std::string name, Matrix x, const Vector& beta) {
  Vector y = x * beta, positive = x * beta.cwiseAbs();
  return {std::move(name), std::move(x), std::move(y), std::move(positive)};
}

std::vector<std::vector<double>> read_rows(const std::string& path, Index rows) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  std::vector<std::vector<double>> out;
  while (Index(out.size()) < rows && std::getline(in, line)) {
    std::stringstream cells(line);
    std::vector<double> row;
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(std::stod(cell));
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

Matrix polynomial_diabetes(Vector& target) {
  const auto rows = read_rows(PENCHANT_SOURCE_DIR "/examples/data/diabetes.csv", 40);
  const Index n = Index(rows.size()), base = Index(rows[0].size()) - 1;
  Matrix x(n, base + base * (base + 1) / 2);
  target.resize(n);
  for (Index i = 0; i < n; ++i) {
    target[i] = rows[i][std::size_t(base)];
    Index column = base;
    for (Index a = 0; a < base; ++a) {
      x(i, a) = rows[i][std::size_t(a)];
      for (Index b = a; b < base; ++b) x(i, column++) = rows[i][std::size_t(a)] * rows[i][std::size_t(b)];
    }
  }
  for (Index j = 0; j < x.cols(); ++j) {
    const double mean = x.col(j).mean();
    const double deviation = std::sqrt((x.col(j).array() - mean).square().mean());
    x.col(j) = (x.col(j).array() - mean) / (deviation > 0.0 ? deviation : 1.0);
  }
  target.array() -= target.mean();
  return x;
}

std::vector<FitCase> fit_cases() {
  std::vector<FitCase> out;
  out.push_back(planted("sparse target", gaussian_matrix(10, 30, 31), sparse(30, 3, 32)));
  out.push_back(planted("noisy target", gaussian_matrix(10, 30, 33), gaussian_vector(30, 34)));
  out.push_back(planted("n close to d", gaussian_matrix(18, 20, 35), gaussian_vector(20, 36)));
  Matrix repeated = gaussian_matrix(9, 24, 37);
  repeated.row(8) = repeated.row(1);
  repeated.row(7) = repeated.row(3);
  out.push_back(planted("duplicated rows", repeated, gaussian_vector(24, 38)));
  Matrix scaled = gaussian_matrix(8, 24, 39);
  for (Index j = 0; j < scaled.cols(); ++j) scaled.col(j) *= std::pow(10.0, double(j % 7) - 3.0);
  out.push_back(planted("features of many scales", scaled, gaussian_vector(24, 40)));
  Vector target;
  const Matrix diabetes = polynomial_diabetes(target);
  out.push_back({"diabetes", diabetes, target, diabetes * gaussian_vector(diabetes.cols(), 41).cwiseAbs()});
  return out;
}

}  // namespace penchant::testing
