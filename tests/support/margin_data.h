// Margin problems for tests: written out, planted, and from the tables under examples/data.
#pragma once

#include <string>
#include <vector>

#include "penchant/limits/limit.h"

namespace penchant::testing {

MaxMargin margin_problem(const std::vector<std::vector<double>>& rows, const std::vector<double>& labels, Intercept intercept);
// Gaussian samples moved by `margin` along a random unit direction to their side of it: separable with at least that margin.
MaxMargin planted_margin(Index samples, Index features, double margin, std::uint64_t seed, Intercept intercept);
// Gaussian samples with coin-flip labels: separable with high probability iff samples < 2 features.
MaxMargin random_labels(Index samples, Index features, std::uint64_t seed);
// Gaussian samples in features - 1 coordinates with coin-flip labels (inseparable there) and a last coordinate margin · label:
// separable with margin at most of that order.
MaxMargin squeezed_margin(Index samples, Index features, double margin, std::uint64_t seed);
// Numeric columns of examples/data/FILE, last column the class; first class given is +1, all others -1. constant:
// appends a feature 1.
MaxMargin table_margin(const std::string& file, const std::string& positive, bool constant, Intercept intercept);

}  // namespace penchant::testing
