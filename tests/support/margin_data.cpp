#include "support/margin_data.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "penchant/core/random.h"
#include "support/planted.h"

namespace penchant::testing {

MaxMargin margin_problem(const std::vector<std::vector<double>>& rows, const std::vector<double>& labels, Intercept intercept) {
  Matrix x(static_cast<Index>(rows.size()), static_cast<Index>(rows.front().size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < rows[i].size(); ++j) x(static_cast<Index>(i), static_cast<Index>(j)) = rows[i][j];
  return {std::make_shared<DenseMap>(std::move(x)), Eigen::Map<const Vector>(labels.data(), static_cast<Index>(labels.size())),
          intercept};
}

MaxMargin planted_margin(Index samples, Index features, double margin, std::uint64_t seed, Intercept intercept) {
  Matrix x = gaussian_matrix(samples, features, seed);
  const Vector direction = gaussian_vector(features, seed).normalized();
  Vector y = (x * direction).cwiseSign();
  // Both classes must be there for a free intercept.
  if (intercept == Intercept::free && samples > 1 && (y.array() == y[0]).all()) {
    x.row(0) *= -1.0;
    y[0] *= -1.0;
  }
  x += margin * y * direction.transpose();
  return {std::make_shared<DenseMap>(std::move(x)), std::move(y), intercept};
}

MaxMargin random_labels(Index samples, Index features, std::uint64_t seed) {
  const RandomKey key(seed, "test labels");
  Vector y(samples);
  for (Index i = 0; i < samples; ++i) y[i] = rademacher(key, 0, 0, static_cast<std::uint32_t>(i));
  return {std::make_shared<DenseMap>(gaussian_matrix(samples, features, seed)), std::move(y), Intercept::none};
}

MaxMargin squeezed_margin(Index samples, Index features, double margin, std::uint64_t seed) {
  MaxMargin flat = random_labels(samples, features, seed);
  Matrix x = *flat.x->dense();
  x.col(features - 1) = margin * flat.y;
  return {std::make_shared<DenseMap>(std::move(x)), std::move(flat.y), Intercept::none};
}

MaxMargin table_margin(const std::string& file, const std::string& positive, bool constant, Intercept intercept) {
  std::ifstream in(PENCHANT_SOURCE_DIR "/examples/data/" + file);
  if (!in) throw std::runtime_error("cannot read " + file);
  std::string line;
  std::getline(in, line);
  std::vector<std::vector<double>> rows;
  std::vector<double> labels;
  while (std::getline(in, line)) {
    std::stringstream cells(line);
    std::vector<double> row;
    std::string cell;
    while (std::getline(cells, cell, ',')) {
      if (!cell.empty() && cell.back() == '\r') cell.pop_back();
      if (cells.eof()) labels.push_back(cell == positive ? 1.0 : -1.0);
      else row.push_back(std::stod(cell));
    }
    if (constant) row.push_back(1.0);
    rows.push_back(row);
  }
  return margin_problem(rows, labels, intercept);
}

}  // namespace penchant::testing
