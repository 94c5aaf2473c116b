// The trials of a figure's parts, and the numbers its formulas ask of them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "penchant/lab/expression.h"
#include "penchant/lab/figure_spec.h"
#include "penchant/lab/trial.h"

namespace penchant {

struct FigureRows {
  const FigurePart* part = nullptr;
  std::vector<TrialResult> trials;             // in the order of the grid, arrays included
  std::map<std::string, Vector> distances;     // [[distances]]: a number for each trial
};

class FigureData {
 public:
  // Trials that do not exist are gaps: a part may be incomplete.
  // Throws InvalidInput where [[distances]] asks for arrays that were not kept.
  FigureData(const FigureSpec& figure, std::vector<FigureRows> parts);

  const FigureRows& rows(const std::string& part) const { return parts_[place(part)]; }

  // NaN: the trial has no such number. Throws InvalidInput, naming `where`, for a name that no trial could have.
  double number(const std::string& part, std::size_t trial, std::string_view name, const Where& where) const;
  // Length of the arrays that the names speak of; 0 if none of them is an array's.
  Index entries(const std::string& part, std::size_t trial, const std::vector<std::string>& names, const Where& where) const;
  // The same with "array.NAME" and "entry" at one entry.
  double number_at(const std::string& part, std::size_t trial, Index entry, std::string_view name, const Where& where) const;
  bool is_true(const Expression& formula, const std::string& part, std::size_t trial, const Where& where) const;

 private:
  struct Place {
    std::size_t part, trial;
    std::string_view name;
  };

  std::size_t place(const std::string& part) const;
  // "l1.limit_norm_l1" of a trial of another part is a number of the trial of l1 that belongs to it.
  Place resolved(std::size_t part, std::size_t trial, std::string_view name, const Where& where) const;
  std::size_t partner(std::size_t part, std::size_t trial, std::size_t other, const Where& where) const;
  const std::vector<std::size_t>& partners(std::size_t part, std::size_t other, const Where& where) const;
  double own_number(const Place& at, const Where& where) const;
  const Vector* array_of(const Place& at) const;
  void add_distances();

  const FigureSpec& figure_;
  std::vector<FigureRows> parts_;
  mutable std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> partners_;
};

}  // namespace penchant
