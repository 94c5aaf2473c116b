#include "manual.h"

#include <utility>

namespace penchant::app {

namespace {

constexpr std::pair<std::string_view, std::string_view> kManual[] = {
    {"", R"~(Of the infinitely many parameters that fit the data, Penchant predicts from theory which one training picks, solves the variational
problem that theory names and certifies the answer, simulates the training itself, and compares the two. An experiment is one TOML file:
data, model, start, loss and optimizer.

Exit status: 0 done (also when theory refuses or disagrees); 2 the input is wrong; 3 something did not converge, a certificate failed or there
is nothing to solve; 4 internal error; 75 stopped by a signal, the same command goes on; 130 interrupted.

Examples:
  penchant run examples/iris-margin.toml
  penchant predict examples/diabetes-rich.toml
  penchant run examples/diabetes-rich.toml --set init.scale=1e-2 --out rich
  penchant apply rich examples/data/diabetes.csv --out predictions.csv)~"},
    {"run", R"~(Reads the experiment, checks every hypothesis of the theorems that speak of it on its data, solves and certifies the limit they
name, trains the model, and says whether the two agree, within a budget of errors that is printed. The folder --out gets record.json with all
numbers and report.html with the charts.

Examples:
  penchant run examples/iris-margin.toml
  penchant run examples/diabetes-rich.toml --set init.scale=1e-2 --out rich
  penchant run examples/iris-margin.toml --json > record.json)~"},
    {"simulate", R"~(Trains as the experiment says, with no theory: steps, time, loss and the reason why training stopped.

Examples:
  penchant simulate examples/iris-margin.toml
  penchant simulate examples/iris-margin.toml --set stop.log10_time=4 --json > trajectory.json)~"},
    {"predict", R"~(Says which limit theory names for this training, how strong the statement is, where it is proved, and which of its hypotheses
hold on these data, each with its number. Nothing is trained: a result that needs an array measured on a run says which.

Examples:
  penchant predict examples/diabetes-rich.toml
  penchant predict examples/inseparable.toml
  penchant predict examples/diabetes-rich.toml --set init.scale=1e-8 --json > prediction.json)~"},
    {"solve", R"~(Solves the problem that theory names, without training, and certifies the answer: a lower and an upper bound on the optimum. A
spec with [limit] in place of model, start and optimizer uses the solver alone: sparse recovery, maximum margin, Bregman projections.

Examples:
  penchant solve examples/iris-margin.toml
  penchant solve examples/diabetes-rich.toml --out limit)~"},
    {"sweep",
     R"~(Runs every trial of a grid: the axes in [sweep] of the spec and those of --sweep. Each finished trial is on disk within a
moment; a sweep that was stopped, even by kill -9, goes on with the same command, and what exists is not run again. SIGTERM and SIGUSR1 finish
what runs and exit with 75. In a Slurm array each task takes its share; under mpirun all ranks share one sweep.

Examples:
  penchant sweep examples/iris-margin.toml --sweep stop.log10_time=1,2,3,4 --dry-run
  penchant sweep examples/iris-margin.toml --sweep stop.log10_time=1,2,3,4 --out store
  penchant sweep examples/iris-margin.toml --sweep stop.log10_time=1,2,3,4 --shard 0/2 --out part-0)~"},
    {"store", R"~(What a sweep has left is a folder of checksummed journals beside one SQLite table. check reads every line, every row and every
array, and exits with 3 if something is damaged; export writes the table; merge makes one store of the parts that shards wrote.

Examples:
  penchant sweep examples/iris-margin.toml --sweep stop.log10_time=1,2 --shard 0/2 --out part-0
  penchant sweep examples/iris-margin.toml --sweep stop.log10_time=1,2 --shard 1/2 --out part-1
  penchant store merge part-0 part-1 --out whole
  penchant store check whole
  penchant store export whole --format csv --out grid.csv)~"},
    {"certify", R"~(Judges a point that somebody else computed: bounds on the optimum of the problem that the spec leads to, from that point alone
or from the point and a dual point. It shares no code with the solvers. Without a dual the best one that the point gives is used. With a free
intercept the point may end with it; otherwise the best one is computed. Exit code 3: the point does not fit the data to --tolerance.
With --json the certificate is in solutions[0] of a record like that of solve.

Examples:
  penchant solve examples/iris-margin.toml --json | python3 -c "import json, sys; print(*json.load(sys.stdin)['solutions'][0]['w'], sep=',')" > w.csv
  penchant certify examples/iris-margin.toml --solution w.csv)~"},
    {"apply",
     R"~(Predicts the rows of a new file with what a record found, in original units: features are found by name and go through the
record's own transformations.

Examples:
  penchant run examples/diabetes-rich.toml --set init.scale=1e-2 --out rich --force --quiet
  penchant apply rich examples/data/diabetes.csv --out predictions.csv
  penchant apply rich examples/data/diabetes.csv --from run --out predictions-of-the-run.csv)~"},
    {"atlas", R"~(Prints what is known: model, loss and optimizer to limit, strength and source, and also the cells where nothing is known, with
the reason.

Examples:
  penchant atlas
  penchant atlas --format md > theory.md)~"},
    {"cite", R"~(Prints the BibTeX entries of exactly the results that a record rests on.

Examples:
  penchant run examples/iris-margin.toml --out iris --force --quiet
  penchant cite iris > sources.bib)~"},
    {"report", R"~(Writes the page of a record or of a sweep again, or its tables and plain sentences for a paper. Of a sweep: curves with bands over
seeds, phase diagrams, slopes that decide theorems exact only in a limit, what failed, and what a paper has to say about how it was
computed. It can be read while the sweep runs; statistics over an incomplete sweep are shown only with --incomplete.

Examples:
  penchant run examples/iris-margin.toml --out iris --force --quiet
  penchant report iris
  penchant report iris --format tex > table.tex)~"},
    {"figure", R"~(Makes a figure of the field from its description: runs the sweeps that it needs, and writes a page with its charts (SVG, PDF and
CSV beside it), what must hold in it, and the origin of every number. A figure that was stopped goes on with the same command.

Examples:
  penchant figure --list
  penchant figure kernel-to-rich --quick --out figures)~"},
    {"completion",
     R"~(Prints a script that teaches the shell to complete commands, options, their values, spec files and the keys of --set. A
package installs it in its place; without one, the lines below do it for the present shell.

Examples:
  source <(penchant completion bash)
  penchant completion zsh > _penchant
  penchant completion fish > penchant.fish)~"},
    {"man", R"~(Prints the manual page, written from the same definition as --help.

Examples:
  penchant man > penchant.1
  man -l penchant.1)~"},
};

}  // namespace

std::string_view manual_of(std::string_view command) {
  for (const auto& [name, text] : kManual)
    if (name == command) return text;
  return {};
}

}  // namespace penchant::app
