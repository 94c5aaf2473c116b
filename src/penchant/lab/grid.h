// All trials of a sweep, none of them written down: a trial is computed from its place.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "penchant/lab/experiment.h"
#include "penchant/lab/spec_part.h"
#include "penchant/lab/sweep_spec.h"

namespace penchant {

struct TrialSpec {
  std::uint64_t index = 0;
  std::string key;          // Experiment::hash, as `penchant run` of the same spec has it
  Value assignments;        // flat, {"init.scale": 1e-3, …}, in the order of the axes
  Experiment experiment;    // `spec` stays empty
  std::string refusal;      // not empty: what is wrong with the spec of this trial; `experiment` means nothing then
};

class Grid {
 public:
  static constexpr std::uint64_t kMostTrials = 1'000'000'000;

  // Throws InvalidInput, before anything is enumerated: more trials than kMostTrials (with the count);
  // and for a key that the spec does not have, a value that no trial can use, or two values of an axis that describe the same
  // trial, each with its axis.
  explicit Grid(SweepSpec sweep);

  std::uint64_t size() const { return size_; }
  const SweepSpec& sweep() const { return sweep_; }
  TrialSpec trial(std::uint64_t index) const;  // for many, use a TrialReader

  // Axes that advance together are one group; a trial's index holds one position of each.
  std::size_t groups() const { return groups_.size(); }
  std::uint64_t group_size(std::size_t group) const { return groups_[group].size; }
  std::vector<const SweepAxis*> axes_of(std::size_t group) const;
  std::uint64_t with_position(std::uint64_t index, std::size_t group, std::uint64_t position) const;
  std::uint64_t nth_with_position(std::uint64_t n, std::size_t group, std::uint64_t position) const;  // n < size() / group_size()

  // Trials that share data stand side by side in the order of work; `place` 0 … size()-1 to index. A permutation.
  std::uint64_t index_at(std::uint64_t place) const;

 private:
  friend class TrialReader;
  struct Group {                       // axes that advance together
    std::vector<std::size_t> axes;
    std::uint64_t size = 1;
    std::uint64_t stride = 1;          // of its position in the index
  };
  struct Table {                       // of the spec's identity
    std::string name;
    Value given;                       // of the base, null if absent
    std::vector<std::size_t> groups;   // that touch it
    std::vector<std::size_t> axes;
  };

  void make_groups();
  void make_tables();
  void check_values() const;
  std::uint64_t position(std::uint64_t index, std::size_t group) const {
    return index / groups_[group].stride % groups_[group].size;
  }

  SweepSpec sweep_;
  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_;  // of each axis
  std::vector<std::size_t> work_;      // groups, slowest first: those that touch the data, then the others
  std::vector<Table> tables_;
  std::uint64_t size_ = 1;
};

// Reads trials one after another; keeps what neighbours share. One for each thread.
class TrialReader {
 public:
  explicit TrialReader(const Grid& grid);

  std::string key(std::uint64_t index);
  TrialSpec trial(std::uint64_t index);
  // The same for trials that have the same data.
  std::uint64_t data_group(std::uint64_t index) const;

 private:
  struct Part {
    ResolvedPart resolved;
    std::string refusal;
  };
  using PartPtr = std::shared_ptr<const Part>;

  std::uint64_t place_in(const Grid::Table& table, std::uint64_t index) const;
  const Part& part(std::size_t table, std::uint64_t index);
  PartPtr read(const Grid::Table& table, std::uint64_t index) const;

  const Grid& grid_;
  std::vector<std::unordered_map<std::uint64_t, PartPtr>> cache_;  // of each table
  Experiment blank_;
};

}  // namespace penchant
