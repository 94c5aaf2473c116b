// The command line: options in, one function per command. Exit codes: 0 done, 2 the input is wrong,
// 3 something did not converge or there is nothing to solve, 4 internal error, 75 stopped by a signal and ready to go on,
// 130 interrupted.
#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <iostream>
#include <limits>
#include <map>

#include "command_text.h"
#include "manual.h"
#include "options.h"
#include "penchant/core/error.h"
#include "penchant/core/text.h"
#include "penchant/lab/provenance.h"
#include "signals.h"

namespace penchant::app {

namespace {

// A seed is kept as a signed number in the record.
std::string check_seed(const std::string& text) {
  std::int64_t seed = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc() && end == text.data() + text.size() && seed >= 0) return {};
  return cat("got ", in_quotes(text), ", expected an integer from 0 to ", std::numeric_limits<std::int64_t>::max());
}

std::string check_tolerance(const std::string& text) {
  double value = -1.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value >= 0.0 && std::isfinite(value) ? "" : cat("got ", in_quotes(text), ", expected a number >= 0");
}

std::string check_folder_name(const std::string& text) { return text.empty() ? "is empty, expected a folder" : ""; }

// CLI11's own bound prints the largest double.
std::string thread_count(const std::string& text) {
  const bool digits = !text.empty() && text.size() < 6 && text.find_first_not_of("0123456789") == std::string::npos;
  return digits && std::stoi(text) >= 1 ? "" : cat("got ", in_quotes(text), ", expected an integer >= 1");
}

void add_settings(CLI::App& command, Options& options) {
  command.add_option("--set", options.settings, "a value laid over the spec, such as init.scale=1e-3")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  command.add_flag("--quiet", options.quiet, "no verdict, no progress");
  command.add_option("--threads", options.threads, "threads to use; results do not depend on it")
      ->check(thread_count)
      ->type_name("N");
  command.add_option("--seed", options.seed, "base seed")->check(check_seed)->type_name("N");
}

void add_common(CLI::App& command, Options& options) {
  command.add_option("spec", options.spec, "the experiment")->required()->type_name("SPEC.toml");
  add_settings(command, options);
  command.add_option("--out", options.out, "folder for record.json and report.html")->check(check_folder_name)->type_name("FOLDER");
  command.add_flag("--force", options.force, "write over what is in --out");
  command.add_option("--checkpoint-every", options.checkpoint_every,
                     "seconds between two checkpoints of a run with a folder, besides the one at SIGTERM (which exits with 75)");
  command.add_flag("--json", options.json, "the record on standard output, and nothing else there");
}

void add_sweep(CLI::App& command, Options& options) {
  command.add_option("specs", options.specs, "the experiment, with a grid in [sweep]; more files lie over it, key by key")
      ->required()
      ->type_name("SPEC.toml");
  add_settings(command, options);
  command.add_option("--sweep", options.sweeps, "one more axis, such as init.scale=1e-3,1e-2")
      ->allow_extra_args(false)
      ->type_name("KEY=A,B,C");
  command.add_option("--out", options.out, "folder of the store; default penchant-out/NAME")
      ->check(check_folder_name)
      ->type_name("FOLDER");
  command.add_option("--shard", options.shard, "only the trials whose place in the grid leaves I when divided by N")
      ->type_name("I/N");
  command.add_flag("--dry-run", options.dry_run, "count the trials, run a few to estimate the time, write nothing");
  command.add_flag("--retry-failed", options.retry_failed, "run again what failed before");
  command.add_flag("--json", options.json, "the summary on standard output, and nothing else there");
}

void add_store(CLI::App& command, Options& options) {
  command.add_option("action", options.action, "what to do")->required()->type_name("check|merge|export");
  command.add_option("stores", options.stores, "the folder of a sweep; several for merge")->required()->type_name("STORE");
  command.add_option("--format", options.format, "export: csv (default) or json")->type_name("csv|json");
  command.add_option("--out", options.out, "merge: folder of the new store; export: file to write, standard output without it");
  command.add_flag("--json", options.json, "check, merge: the result as JSON on standard output, and nothing else there");
  command.add_flag("--quiet", options.quiet, "print nothing");
}

void add_figure(CLI::App& command, Options& options) {
  command.add_option("name", options.spec, "its name, or a description of your own, .toml")->type_name("FIGURE");
  command.add_flag("--list", options.list, "name all figures");
  command.add_flag("--all", options.all, "make all figures, and a page that shows them");
  command.add_flag("--quick", options.quick, "few trials: a look in seconds");
  command.add_flag("--full", options.full, "the size for a paper");
  command.add_option("--out", options.out, "folder, one inside it for each figure (default penchant-out/figures)")
      ->type_name("FOLDER");
  command.add_option("--threads", options.threads, "threads to use; results do not depend on it")
      ->check(thread_count)
      ->type_name("N");
  command.add_flag("--quiet", options.quiet, "nothing on standard output, no progress");
}

std::map<std::string, int (*)(const Options&)> define(CLI::App& app, Options& options) {
  const auto training = [&](const char* name, const char* text) {
    CLI::App& command = *app.add_subcommand(name, text);
    add_common(command, options);
    command.add_option("--color", options.colour, "auto (default: on a terminal, unless NO_COLOR is set), always or never")
        ->type_name("auto|always|never");
  };
  training("run", "predict, solve, simulate, compare; writes record.json and report.html");
  training("simulate", "train only");
  training("predict", "what theory says, without training");
  training("solve", "predict and solve, or solve the problem of [limit]");
  add_sweep(*app.add_subcommand("sweep", "every trial of the grid in [sweep], into a store that lasts"), options);
  add_store(*app.add_subcommand("store", "check, merge or export what a sweep has left"), options);
  CLI::App& certify = *app.add_subcommand("certify", "judge a point somebody else computed");
  add_common(certify, options);
  certify.add_option("--solution", options.solution, "the point, .csv or .npy; with a free intercept it may come last")
      ->required()
      ->type_name("FILE");
  certify.add_option("--dual", options.dual, "a dual point, .csv or .npy; without it the best one that the point gives")
      ->type_name("FILE");
  certify
      .add_option("--tolerance", options.tolerance,
                  "relative residual up to which the point fits (default 1e-9); above it the exit code is 3")
      ->check(check_tolerance)
      ->type_name("NUMBER");
  CLI::App& apply = *app.add_subcommand("apply", "predictions of a record on new data, in original units");
  apply.add_option("record", options.spec, "record.json, or the folder with it")->required()->type_name("RECORD");
  apply.add_option("data", options.new_data, "new rows, .csv with the names of the features")->required()->type_name("NEW.csv");
  apply.add_option("--from", options.from, "which coefficients: of the limit (default) or of the run")->type_name("limit|run");
  apply.add_option("--out", options.out, "file to write; standard output without it")->type_name("FILE");
  CLI::App& atlas = *app.add_subcommand("atlas", "the whole table of results, also where nothing is known");
  atlas.add_option("--format", options.format, "text (default), md or json")->type_name("text|md|json");
  CLI::App& cite = *app.add_subcommand("cite", "BibTeX of exactly the results a record used");
  cite.add_option("record", options.spec, "record.json, or the folder with it")->required()->type_name("RECORD");
  CLI::App& report =
      *app.add_subcommand("report", "a record or a sweep as a page, or as tables and sentences to paste into a paper");
  report.add_option("what", options.spec, "record.json, the folder with it, or the store of a sweep")
      ->required()
      ->type_name("RECORD|STORE");
  report.add_option("--format", options.format, "html (default), md or tex")->type_name("html|md|tex");
  report
      .add_option("--out", options.out,
                  "file to write; by default report.html beside what is reported, standard output for md and tex")
      ->type_name("FILE");
  report.add_option("--assets", options.assets, "folder for every chart as .svg, .pdf and .csv (drawn by gnuplot)")
      ->type_name("FOLDER");
  report.add_option("--x", options.x, "sweep: the axis along which curves run")->type_name("AXIS");
  report.add_option("--y", options.y, "sweep: the number that is shown, such as distance; may be given several times")
      ->allow_extra_args(false)
      ->type_name("NUMBER");
  report.add_option("--by", options.by, "sweep: the axis with one curve for each value")->type_name("AXIS");
  report.add_flag("--incomplete", options.incomplete, "sweep: statistics although trials are missing or failed");
  report.add_flag("--quiet", options.quiet, "do not print the name of the file");
  add_figure(*app.add_subcommand("figure", "a figure of the field, from its description to charts and a page"), options);
  CLI::App& completion = *app.add_subcommand("completion", "the script that completes penchant's command lines in a shell");
  completion.add_option("shell", options.format, "the shell it is for")->required()->type_name("bash|zsh|fish");
  app.add_subcommand("man", "the manual page, to be read with man");
  return {{"run", run_command},         {"simulate", run_command}, {"predict", run_command}, {"solve", run_command},
          {"sweep", sweep_command}, {"store", store_command},
          {"certify", certify_command}, {"apply", apply_command},  {"atlas", atlas_command}, {"cite", cite_command},
          {"report", report_command},   {"figure", figure_command}, {"completion", completion_command}, {"man", man_command}};
}

void add_manual(CLI::App& app) {
  app.footer(std::string(manual_of("")));
  for (CLI::App* command : app.get_subcommands({}))
    if (const std::string_view text = manual_of(command->get_name()); !text.empty()) command->footer(std::string(text));
}

// One line, with the nearest valid name where there is one.
int refuse(std::string_view text) {
  std::cerr << "penchant: " << text << "\n";
  return 2;
}

// What must be given, and an example of it.
std::string missing_argument(const CLI::App& command) {
  const std::string start = cat("penchant ", command.get_name(), " ");
  std::vector<std::string> all, missing;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_required()) continue;
    const std::string type = option->get_type_name();
    all.push_back(option->get_positional() ? type : cat(option->get_name(), " ", type));
    if (option->count() == 0) missing.push_back(all.back());
  }
  const std::string_view manual = manual_of(command.get_name());
  const std::size_t at = std::min(manual.rfind(start), manual.size());
  return cat(command.get_name(), ": ", join(missing, " and "), missing.size() == 1 ? " is" : " are", " missing; expected ", start,
             join(all, " "), ", for example: ", manual.substr(at, manual.find('\n', at) - at));
}

std::string parse_failure(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::vector<std::string> commands, flags;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back(command->get_name());
    if (argc > 1 && command->get_name() == argv[1])
      for (const CLI::Option* option : command->get_options()) flags.push_back(option->get_name());
  }
  if (argc < 2) return cat("no command; known: ", join(commands, ", "), " (penchant --help)");
  const std::string first = argv[1];
  if (!first.starts_with("-") && std::find(commands.begin(), commands.end(), first) == commands.end())
    return cat("unknown command \"", first, "\"", suggestion(first, commands));
  for (int i = 2; i < argc; ++i) {
    const std::string flag = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    if (flag.starts_with("--") && std::find(flags.begin(), flags.end(), flag) == flags.end())
      return cat("unknown option ", flag, suggestion(flag, flags));
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error)) return missing_argument(*app.get_subcommand(first));
  std::string text = error.what();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return cat(first, ": ", text);
}

}  // namespace

// The program is compiled for one instruction set; on an older processor it would die without a word.
bool processor_suffices() {
#if defined(__AVX512F__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#elif defined(__AVX2__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
#else
  return true;
#endif
}

}  // namespace penchant::app

int main(int argc, char** argv) {
  using namespace penchant;
  using namespace penchant::app;
  if (!processor_suffices()) {
    std::cerr << "penchant: this build needs the instruction set " << PENCHANT_ISA << "; configure with -DPENCHANT_ISA=baseline\n";
    return 4;
  }
  listen_for_interrupt();
  fail_at_file_size_limits();
  CLI::App parser{"Penchant: which of the parameters that fit the data does training pick, and why?", "penchant"};
  parser.set_version_flag("--version", cat("penchant ", version()));
  parser.require_subcommand(1);
  use_own_help(parser);
  Options options;
  options.program = &parser;
  const auto commands = define(parser, options);
  add_manual(parser);
  try {
    parser.parse(argc, argv);
    options.command = parser.get_subcommands().front()->get_name();
    const int code = commands.at(options.command)(options);
    std::cout.flush();
    if (!std::cout) throw InvalidInput("cannot write to standard output");
    return code;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return parser.exit(error);  // --help, --version
    return refuse(parse_failure(parser, error, argc, argv));
  } catch (const InvalidInput& error) {
    return refuse(error.what());
  } catch (const std::bad_alloc&) {
    return refuse("the problem does not fit into memory");
  } catch (const std::exception& error) {
    std::cerr << "penchant: internal error: " << error.what() << "\n";
    return 4;
  }
}
