// Field tables of the losses.
#pragma once

#include "penchant/losses/spec.h"

namespace penchant {

template <>
struct EnumNames<Reduction> {
  static constexpr auto table =
      std::array{std::pair{std::string_view{"sum"}, Reduction::sum}, std::pair{std::string_view{"mean"}, Reduction::mean}};
};

template <>
struct Fields<Squared> {
  static constexpr std::string_view kind = "squared";
  static constexpr auto table = std::make_tuple(Field{"reduction", &Squared::reduction, "sum or mean over the samples"});
};

template <>
struct Fields<LogCosh> {
  static constexpr std::string_view kind = "log_cosh";
  static constexpr auto table = std::make_tuple(Field{"reduction", &LogCosh::reduction, "sum or mean over the samples"});
};

template <>
struct Fields<Exponential> {
  static constexpr std::string_view kind = "exponential";
  static constexpr auto table = std::make_tuple(Field{"reduction", &Exponential::reduction, "sum or mean over the samples"});
};

template <>
struct Fields<Logistic> {
  static constexpr std::string_view kind = "logistic";
  static constexpr auto table = std::make_tuple(Field{"reduction", &Logistic::reduction, "sum or mean over the samples"});
};

}  // namespace penchant
