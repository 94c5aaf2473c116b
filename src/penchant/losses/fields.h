// Field tables of the losses.
#pragma once

#include "penchant/losses/spec.h"

namespace penchant {

template <>
struct EnumNames<Reduction> {
  static constexpr auto table =
      std::array{std::pair{std::string_view{"sum"}, Reduction::sum}, std::pair{std::string_view{"mean"}, Reduction::mean}};
};

// All losses of a sum or mean over the samples have the same keys.
template <class L>
struct LossFields {
  static constexpr auto table = std::make_tuple(Field{"reduction", &L::reduction, "sum or mean over the samples"});
};

template <>
struct Fields<Squared> : LossFields<Squared> {
  static constexpr std::string_view kind = "squared";
};
template <>
struct Fields<LogCosh> : LossFields<LogCosh> {
  static constexpr std::string_view kind = "log_cosh";
};
template <>
struct Fields<Exponential> : LossFields<Exponential> {
  static constexpr std::string_view kind = "exponential";
};
template <>
struct Fields<Logistic> : LossFields<Logistic> {
  static constexpr std::string_view kind = "logistic";
};

}  // namespace penchant
