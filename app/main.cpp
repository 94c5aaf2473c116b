// The command line: options in, one function per command. Exit codes: 0 done, 2 the input is wrong, 3 something did not converge or there
// is nothing to solve, 4 internal error, 75 stopped by a signal and ready to go on, 130 interrupted.
#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>
#include <limits>
#include <map>

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

std::string check_folder_name(const std::string& text) { return text.empty() ? "is empty, expected a folder" : ""; }

// CLI11's own bound prints the largest double.
std::string thread_count(const std::string& text) {
  const bool digits = !text.empty() && text.size() < 6 && text.find_first_not_of("0123456789") == std::string::npos;
  return digits && std::stoi(text) >= 1 ? "" : cat("got ", in_quotes(text), ", expected an integer >= 1");
}

void add_settings(CLI::App& command, Options& options) {
  command.add_option("--set", options.settings, "key=value laid over the spec, such as init.scale=1e-3")->allow_extra_args(false);
  command.add_flag("--quiet", options.quiet, "no verdict, no progress");
  command.add_option("--threads", options.threads, "threads to use; results do not depend on it")->check(thread_count);
  command.add_option("--seed", options.seed, "base seed")->check(check_seed);
}

void add_common(CLI::App& command, Options& options) {
  command.add_option("spec", options.spec, "the experiment, SPEC.toml")->required();
  add_settings(command, options);
  command.add_option("--out", options.out, "folder for record.json and report.html")->check(check_folder_name);
  command.add_flag("--force", options.force, "write over what is in --out");
  command.add_flag("--json", options.json, "the record on standard output, and nothing else there");
}

void add_sweep(CLI::App& command, Options& options) {
  command.add_option("specs", options.specs, "SPEC.toml with a grid in [sweep]; more files lie over it, key by key")->required();
  add_settings(command, options);
  command.add_option("--sweep", options.sweeps, "key=a,b,c: one more axis, such as init.scale=1e-3,1e-2")->allow_extra_args(false);
  command.add_option("--out", options.out, "folder of the store; default penchant-out/NAME")->check(check_folder_name);
  command.add_option("--shard", options.shard, "i/n: only the trials whose place in the grid leaves i when divided by n");
  command.add_flag("--dry-run", options.dry_run, "count the trials, run a few to estimate the time, write nothing");
  command.add_flag("--retry-failed", options.retry_failed, "run again what failed before");
  command.add_flag("--json", options.json, "the summary on standard output, and nothing else there");
  command.footer("A sweep that was stopped goes on with the same command: what exists is not run again. SIGTERM and SIGUSR1 finish what runs and exit\n"
                 "with 75. In a Slurm array each task takes its share; under mpirun all ranks share one sweep.\n\nExamples:\n  penchant sweep sweep.toml --dry-run\n"
                 "  penchant sweep spec.toml --sweep init.scale=1e-4,1e-2,1 --sweep data.seed=0,1,2 --out store\n"
                 "  penchant sweep base.toml larger.toml --shard 0/4\n  mpirun -n 8 penchant sweep sweep.toml");
}

void add_store(CLI::App& command, Options& options) {
  command.add_option("action", options.action, "check, merge or export")->required();
  command.add_option("stores", options.stores, "the store; several for merge")->required();
  command.add_option("--format", options.format, "export: csv (default) or json");
  command.add_option("--out", options.out, "merge: folder of the new store; export: file to write, standard output without it");
  command.add_flag("--json", options.json, "check, merge: the result as JSON on standard output, and nothing else there");
  command.add_flag("--quiet", options.quiet, "print nothing");
  command.footer("check reads every line, every row and every array, and exits with 3 if something is damaged.\n\nExamples:\n"
                 "  penchant store check penchant-out/grid\n  penchant store export penchant-out/grid --format csv --out grid.csv\n"
                 "  penchant store merge part-0 part-1 part-2 --out whole");
}

void add_figure(CLI::App& command, Options& options) {
  command.add_option("name", options.spec, "its name, or a description of your own, FIGURE.toml");
  command.add_flag("--list", options.list, "name all figures");
  command.add_flag("--all", options.all, "make all figures, and a page that shows them");
  command.add_flag("--quick", options.quick, "few trials: a look in seconds");
  command.add_flag("--full", options.full, "the size for a paper");
  command.add_option("--out", options.out, "folder, one inside it for each figure (default penchant-out/figures)");
  command.add_option("--threads", options.threads, "threads to use; results do not depend on it");
  command.add_flag("--quiet", options.quiet, "nothing on standard output, no progress");
  command.footer("Each figure is a page with its charts (SVG, PDF, CSV beside it), what must hold in it, and the origin of every number.\n"
                 "A figure that was stopped goes on with the same command.\n\nExamples:\n  penchant figure --list\n"
                 "  penchant figure kernel-to-rich\n  penchant figure --all --quick --out figures");
}

std::map<std::string, int (*)(const Options&)> define(CLI::App& app, Options& options) {
  const auto training = [&](const char* name, const char* text) {
    CLI::App& command = *app.add_subcommand(name, text);
    add_common(command, options);
    command.add_option("--color", options.colour, "auto (default: on a terminal, unless NO_COLOR is set), always or never")->type_name("auto|always|never");
  };
  training("run", "predict, solve, simulate, compare; writes record.json and report.html");
  training("simulate", "train only");
  training("predict", "what theory says, without training");
  training("solve", "predict and solve, or solve the problem of [limit]");
  add_sweep(*app.add_subcommand("sweep", "every trial of the grid in [sweep], into a store that lasts"), options);
  add_store(*app.add_subcommand("store", "check, merge or export what a sweep has left"), options);
  CLI::App& certify = *app.add_subcommand("certify", "judge a point somebody else computed");
  add_common(certify, options);
  certify.add_option("--solution", options.solution, "the point, .csv or .npy")->required();
  certify.add_option("--dual", options.dual, "a dual point, .csv or .npy");
  CLI::App& apply = *app.add_subcommand("apply", "predictions of a record on new data, in original units");
  apply.add_option("record", options.spec, "record.json, or the folder with it")->required();
  apply.add_option("data", options.new_data, "NEW.csv")->required();
  apply.add_option("--from", options.from, "which coefficients: limit or run");
  apply.add_option("--out", options.out, "file to write; standard output without it");
  CLI::App& atlas = *app.add_subcommand("atlas", "the whole table of results, also where nothing is known");
  atlas.add_option("--format", options.format, "text, md or json");
  CLI::App& cite = *app.add_subcommand("cite", "BibTeX of exactly the results a record used");
  cite.add_option("record", options.spec, "record.json, or the folder with it")->required();
  CLI::App& report = *app.add_subcommand("report", "a record as a page, or as tables and sentences to paste into a paper");
  report.add_option("what", options.spec, "record.json, or the folder with it")->required();
  report.add_option("--format", options.format, "html (default), md or tex");
  report.add_option("--out", options.out, "file to write; by default report.html beside the record, standard output for md and tex");
  report.add_flag("--quiet", options.quiet, "do not print the name of the file");
  report.footer("Examples:\n  penchant report penchant-out/iris-margin\n  penchant report penchant-out/iris-margin --format tex > table.tex");
  add_figure(*app.add_subcommand("figure", "a figure of the field, from its description to charts and a page"), options);
  return {{"run", run_command},         {"simulate", run_command}, {"predict", run_command}, {"solve", run_command}, {"sweep", sweep_command}, {"store", store_command},
          {"certify", certify_command}, {"apply", apply_command},  {"atlas", atlas_command}, {"cite", cite_command},
          {"report", report_command},   {"figure", figure_command}};
}

// One line, with the nearest valid name where there is one.
int refuse(std::string_view text) {
  std::cerr << "penchant: " << text << "\n";
  return 2;
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
  parser.footer("Examples:\n  penchant run examples/iris-margin.toml\n  penchant run examples/diabetes-rich.toml --set init.scale=1e-6 --out rich\n"
                "  penchant predict examples/diabetes-rich.toml --json\n  penchant apply penchant-out/diabetes-rich new.csv");
  Options options;
  const auto commands = define(parser, options);
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
