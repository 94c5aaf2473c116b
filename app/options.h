// What the command line asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace penchant::app {

struct Options {
  std::string command;
  const CLI::App* program = nullptr;   // completion, man: the definition of the command line
  std::string spec;                    // SPEC.toml or RECORD
  std::vector<std::string> settings;   // --set key=value
  std::string out;                     // --out
  bool force = false, json = false, quiet = false;
  std::string colour = "auto";         // --color: auto, always, never
  double checkpoint_every = 60.0;      // seconds
  std::uint64_t seed = 0;
  int threads = 0;                     // 0: all
  std::string solution, dual;          // certify
  std::string new_data;                // apply
  std::string from = "limit";          // apply: limit or run
  std::vector<std::string> specs;      // sweep: files, later ones over earlier ones
  std::vector<std::string> sweeps;     // sweep: --sweep key=a,b,c
  std::string shard;                   // sweep: i/n
  bool dry_run = false, retry_failed = false;  // sweep
  std::string action;                  // store: check, merge, export
  std::vector<std::string> stores;     // store
  bool list = false, all = false, quick = false, full = false;  // figure
  std::string format;                  // atlas: text, md, json; report: html, md, tex; store export: csv, json; empty: the first
  std::string x, by;                   // report of a store
  std::vector<std::string> y;
  bool incomplete = false;
  std::string assets;                  // report: folder for its charts as files
  double tolerance = 1e-9;             // certify: relative residual up to which a point fits
};

// One function per command; the exit code is returned.
int run_command(const Options& options);      // run, simulate, predict, solve
int sweep_command(const Options& options);
int store_command(const Options& options);
int certify_command(const Options& options);
int apply_command(const Options& options);
int atlas_command(const Options& options);
int cite_command(const Options& options);
int report_command(const Options& options);
int figure_command(const Options& options);
int completion_command(const Options& options);
int man_command(const Options& options);

// record.json in a folder, or the file itself.
std::string record_path(const std::string& given);

}  // namespace penchant::app
