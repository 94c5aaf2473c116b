// [sweep]: what varies, over which values, and what is kept of each trial.
//
//   [sweep]
//   "init.scale" = { log = [1e-6, 1.0, 25] }     # 25 values evenly spaced in log, ends included
//   "data.seed" = { range = [0, 10] }            # 0 … 9; [0, 10, 2] by twos
//   "data.noise_variance" = { linear = [0, 1, 11] }
//   "model.depth" = [2, 3, 4]                    # a list: numbers, words, tables
//   zip = [["data.samples", "data.nonzeros"]]    # these advance together; everything else is a product, the first axis slowest
//   keep = ["w", "curve"]                        # arrays kept of each trial, see trial.h
//   window = { "init.scale" = [1e-8, 1e-4] }     # where slopes over an axis are fitted, see slope.h; the whole axis by default
//   verbs = ["simulate"]                         # simulate, predict, solve (which predicts too); all of them by default
//
// Values between the ends of log and linear are rounded to 12 digits: 1e-5 is 1e-5 and not 1.0000000000000001e-5, on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "penchant/core/value.h"

namespace penchant {

// Values that are computed when asked for.
struct RangeValues {
  std::int64_t first = 0, step = 1;
  std::uint64_t count = 0;
};
struct SpacedValues {
  double first = 0.0, last = 0.0;
  std::uint64_t count = 0;
  bool log = false;
};

struct SweepAxis {
  std::string key;                                         // dotted
  std::variant<Value::List, RangeValues, SpacedValues> values;
  std::string origin;                                      // where it was written: `sweep.toml:12`, `--sweep init.scale=1,2`
  int line = 0;                                            // of the first file

  std::uint64_t size() const;
  Value at(std::uint64_t index) const;
};

// What `verbs` names; solve needs predictions.
struct SweepVerbs {
  bool simulate = true, predict = true, solve = true;
};

// Where the slope over an axis is fitted; part of what names the sweep, so that it is written before the trials are run.
struct SweepWindow {
  std::string axis;
  double from = 0.0, to = 0.0;
};

struct SweepSpec {
  std::string name;                               // of the first file, unless the spec names itself
  std::string files;                              // for messages: "base.toml, more.toml"
  std::string folder;                             // of the first file: relative paths start here
  std::uint64_t seed = 0;                         // the base seed
  Value base;                                     // layered, with --set, without [sweep]
  std::vector<SweepAxis> axes;
  std::vector<std::vector<std::string>> zip;
  std::vector<std::string> keep;
  std::vector<SweepWindow> windows;
  std::vector<std::string> verbs;                 // as written; empty: all

  SweepVerbs wanted() const;
};

// Files later in the list lie over earlier ones key by key, `settings` (--set key=value) over them,
// `sweeps` (--sweep key=a,b,c) add axes.
// Contradictions are refused, both sides named: one axis with different values;
// an axis that --set or a later file sets to a single value; an axis inside another. Also refused: an empty axis,
// ends of log that are not > 0,
// a zip of different lengths or of what is no axis, a word in keep or verbs that nobody knows, a window of what is no axis or with
// ends that are not 0 < from < to.
SweepSpec read_sweep(const std::vector<std::string>& files, const std::vector<std::string>& settings = {},
                     const std::vector<std::string>& sweeps = {}, std::uint64_t seed = 0);

// The same of one spec that was read already, [sweep] included; `file` is where it was written.
SweepSpec sweep_from(const Value& spec, const std::string& file);

// As JSON, for the store: the base, every axis with its values or how they are computed, zip, keep, verbs, seed.
Value to_value(const SweepSpec& sweep);

}  // namespace penchant
