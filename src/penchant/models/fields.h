// Field tables of the models and of their start.
#pragma once

#include "penchant/models/spec.h"

namespace penchant {

template <>
struct EnumNames<DiagonalForm> {
  static constexpr auto table = std::array{std::pair{std::string_view{"difference_of_powers"}, DiagonalForm::difference_of_powers},
                                           std::pair{std::string_view{"power"}, DiagonalForm::power},
                                           std::pair{std::string_view{"product"}, DiagonalForm::product}};
};

template <>
struct EnumNames<Factors> {
  static constexpr auto table =
      std::array{std::pair{std::string_view{"tied"}, Factors::tied}, std::pair{std::string_view{"separate"}, Factors::separate}};
};

// Far beyond any network; every factor of a separate form is a block of weights.
inline bool is_depth(const int& depth) { return depth >= 2 && depth <= 1000; }

template <>
struct Fields<Linear> {
  static constexpr std::string_view kind = "linear";
  static constexpr auto table = std::make_tuple();
};

template <>
struct Fields<Diagonal> {
  static constexpr std::string_view kind = "diagonal";
  static constexpr auto table =
      std::make_tuple(Field{"depth", &Diagonal::depth, "number N of factors", is_depth, "an integer from 2 to 1000"},
                      Field{"form", &Diagonal::form, "difference_of_powers (u^N - v^N), power (w^N) or product (w_1 … w_N)"},
                      Field{"factors", &Diagonal::factors, "tied: one weight used N times; separate: N weights"});
};

template <>
struct Fields<WeightNormalised> {
  static constexpr std::string_view kind = "weight_normalised";
  static constexpr auto table =
      std::make_tuple(Field{"depth", &WeightNormalised::depth, "number N of factors", is_depth, "an integer from 2 to 1000"},
                      Field{"rate_r", &WeightNormalised::rate_r, "rate of the radius r beside that of the direction v", is_positive,
                            "a number > 0"});
};

template <>
struct Fields<InitSpec> {
  static constexpr std::string_view kind = "init";
  static constexpr auto table =
      std::make_tuple(Field{"scale", &InitSpec::scale, "entry of every non-zero factor"},
                      Field{"shape", &InitSpec::shape, "multiplies the scale, feature by feature"},
                      Field{"exponents", &InitSpec::exponents, "powers of the scale, feature by feature"},
                      Field{"factors", &InitSpec::factors, "one file per block, with its entries"},
                      Field{"seed", &InitSpec::seed, "seed of a random start"});
};

}  // namespace penchant
