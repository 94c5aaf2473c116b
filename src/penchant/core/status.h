// Outcome of a numerical computation: never an exception. `text` is the human sentence, with the numbers measured.
#pragma once

#include <string>
#include <string_view>

namespace penchant {

enum class Status {
  solved,         // the promise was met
  almost_solved,  // within the second, looser promise; the text says both
  not_converged,  // the budget ended first
  infeasible,     // there is nothing to solve; the dual proves it where there is a proof
  failed          // numerical breakdown
};

constexpr std::string_view name(Status status) {
  switch (status) {
    case Status::solved: return "solved";
    case Status::almost_solved: return "almost_solved";
    case Status::not_converged: return "not_converged";
    case Status::infeasible: return "infeasible";
    case Status::failed: return "failed";
  }
  return "failed";
}

struct Outcome {
  Status status = Status::not_converged;
  std::string text;
};

}  // namespace penchant
