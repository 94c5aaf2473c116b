// Fitting a Transform (dataset.h) and naming what it makes.
#pragma once

#include <string>
#include <vector>

#include "penchant/data/dataset.h"

namespace penchant {

// Number of monomials of total degree 1 … degree in k columns, C(k + degree, degree) - 1, as a double: it may be enormous.
double monomial_count(Index columns, int degree);

// Monomials by degree, then in the order of the columns: a, b, a^2, a*b, b^2, …; a constant 1 comes last as "intercept".
std::vector<std::string> feature_names(const Transform& transform);

// Centre and scale of the monomials of `columns` (rows, inputs), if `standardise`: mean, and root mean square about it (divisor n).
// A constant feature keeps scale 1, so it becomes 0. Throws InvalidInput where a monomial overflows.
Transform fit_transform(const Matrix& columns, std::vector<std::string> inputs, int degree, bool standardise, bool intercept,
                        std::string_view where);

}  // namespace penchant
