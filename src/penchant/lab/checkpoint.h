// A run that is cut off goes on where it was: its trainings in one file, written beside the record that the run will make.
//
//   "penchant checkpoint" · schema · version · compiler · instruction set · hash of the spec · hash of the data
//   · for each training its name, whether it has ended, its bytes (trajectory or state) · xxh3 of all before
//
// A finished training is kept as its trajectory; facts and limits are computed again. The end of a resumed run equals,
// to the last bit, that of the run that was not cut off.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "penchant/dynamics/simulate.h"

namespace penchant {

struct CheckpointOptions {
  std::string path;                               // the file; its folder is made when it is first written
  double every = 60.0;                            // seconds between two writings, more where one takes a twentieth of that
  std::function<bool()> requested = {};           // true: write and stop
  std::function<void(const std::string&)> note = {};  // told where a run goes on, and what could not be written
};

class Checkpoint {
 public:
  // Reads what is at `path`. Throws InvalidInput for a file that is damaged or of another spec, data set,
  // version or instruction set.
  Checkpoint(CheckpointOptions options, std::string spec_hash, std::string data_hash);

  // Trains, or goes on training, or gives back what was trained. `interrupted`: StopReason::interrupted, nothing is written.
  Trajectory simulate(const std::string& name, const Problem& problem, const Dynamics& dynamics, const StopSpec& stop,
                      SimulateOptions options, const std::function<bool()>& interrupted = {});
  // True once, before another piece of work, a checkpoint was asked for; it is written then.
  bool stops_here();

 private:
  struct Training {
    std::string name;
    bool ended = false;
    std::string bytes;
  };

  Training& training(const std::string& name);
  bool is_due() const;
  void read(std::string_view content);
  std::string content() const;
  void write();
  void try_to_write();
  void note(const std::string& text) const;

  CheckpointOptions options_;
  std::string spec_hash_, data_hash_;
  std::vector<Training> trainings_;
  double seconds_of_writing_ = 0.0;
  std::chrono::steady_clock::time_point written_ = std::chrono::steady_clock::now();
};

}  // namespace penchant
