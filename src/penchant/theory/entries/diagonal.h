// What the entries of diagonal networks on regression share.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "penchant/theory/diagonal_start.h"
#include "penchant/theory/entry.h"

namespace penchant {

// The start and the hypotheses on the data that every result of C asks for; a Refusal names the one that fails.
struct DiagonalTraining {
  DiagonalStart start;
  std::vector<Hypothesis> hypotheses;
};
std::variant<DiagonalTraining, Refusal> diagonal_training(const Training& training);

bool is_diagonal_regression(const Problem& problem);
// The Bregman projection of a start, possibly of shifted factors (C6).
Limit flow_limit(const Problem& problem, const DiagonalStart& start);
// The start with α_±² = α² exp(-Σ_k q_±), accumulated along the run ("sgd_gain_plus", "sgd_gain_minus");
// absent without the arrays. Throws InvalidInput for arrays of another length.
std::optional<DiagonalStart> shrunk_start(DiagonalStart start, const Measured& measured);
// min ‖β‖₁ over the fits this model reaches, its condition (Facts::l1_condition) and its ρ (Facts::l1_rho).
std::optional<double> least_l1(const DiagonalStart& start, const Facts& facts);
std::optional<double> l1_condition(const DiagonalStart& start, const Facts& facts);
std::optional<double> l1_rho(const DiagonalStart& start, const Facts& facts);

}  // namespace penchant
