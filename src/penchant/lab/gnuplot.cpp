#include "penchant/lab/gnuplot.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "penchant/core/error.h"
#include "penchant/core/file.h"
#include "penchant/core/text.h"
#include "penchant/lab/chart_csv.h"

namespace penchant {

namespace {

// Unlinked files instead of pipes: nothing to drain while the child writes, no signal when it dies.
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File temporary(std::string_view content = {}) {
  File file(std::tmpfile(), &std::fclose);
  if (!file) throw InvalidInput(cat("gnuplot: no temporary file: ", std::strerror(errno)));
  // Its own copies are made by the spawn; no other child shall see them.
  ::fcntl(fileno(file.get()), F_SETFD, FD_CLOEXEC);
  const bool written = content.empty() || std::fwrite(content.data(), 1, content.size(), file.get()) == content.size();
  if (!written || std::fflush(file.get()) != 0)
    throw InvalidInput(cat("gnuplot: cannot write a temporary file: ", std::strerror(errno)));
  std::rewind(file.get());
  return file;
}

std::string all_of(std::FILE* file) {
  std::string out;
  char buffer[1 << 14];
  std::rewind(file);
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) out.append(buffer, n);
  return out;
}

struct Finished {
  int start_error = 0;  // errno of the start
  int status = 0;       // of waitpid
  std::string out, err;
};

// No shell, no start-up files; the locale decides how gnuplot reads letters, the fixed date what a PDF holds.
Finished run(const std::string& program, std::string_view script) {
  const File in = temporary(script), out = temporary(), err = temporary();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in.get()), 0);
  posix_spawn_file_actions_adddup2(&actions, fileno(out.get()), 1);
  posix_spawn_file_actions_adddup2(&actions, fileno(err.get()), 2);
  std::string name = program, defaults = "-d", standard_input = "-";
  char* arguments[] = {name.data(), defaults.data(), standard_input.data(), nullptr};
  std::vector<std::string> kept = {"LC_ALL=C.UTF-8", "SOURCE_DATE_EPOCH=0"};
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    const bool ours = text.starts_with("LC_") || text.starts_with("LANG") || text.starts_with("SOURCE_DATE_EPOCH=") ||
                      text.starts_with("GNUTERM=") || text.starts_with("GNUPLOT_") || text.starts_with("GDFONTPATH=");
    if (!ours) kept.emplace_back(text);
  }
  std::vector<char*> environment;
  for (std::string& variable : kept) environment.push_back(variable.data());
  environment.push_back(nullptr);
  Finished result;
  pid_t child = 0;
  result.start_error = posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (result.start_error != 0) return result;
  while (waitpid(child, &result.status, 0) < 0 && errno == EINTR) {
  }
  result.out = all_of(out.get());
  result.err = all_of(err.get());
  return result;
}

// One line for a sentence.
std::string said(const std::string& err) {
  std::string out;
  for (char c : err)
    if (c != '\n' && c != '\r' && c != '\t' && c != ' ')
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return printable(out, 300);
}

std::string why_not(const Finished& result, const std::string& program) {
  if (result.start_error == ENOENT) return cat(program, " is not installed (Debian: gnuplot-nox): no picture, only the CSV");
  if (result.start_error != 0)
    return cat(program, " cannot be started: ", std::strerror(result.start_error), ": no picture, only the CSV");
  if (WIFSIGNALED(result.status))
    return cat(program, " was ended by signal ", WTERMSIG(result.status), ": no picture, only the CSV");
  if (WEXITSTATUS(result.status) != 0 || result.out.empty())
    return cat(program, " failed with exit code ", WEXITSTATUS(result.status), ": ", said(result.err),
               ": no picture, only the CSV");
  return {};
}

}  // namespace

RenderOutcome render(const Chart& chart, const std::string& path, const RenderOptions& options) {
  const std::filesystem::path target(path);
  const std::string ending = target.extension().string();
  if (ending != ".svg" && ending != ".pdf") throw InvalidInput(cat(path, ": a chart is drawn as .svg or .pdf"));
  const std::string script = gnuplot_script(chart, ending == ".svg" ? ChartFormat::svg : ChartFormat::pdf);
  RenderOutcome outcome;
  outcome.files.push_back(std::filesystem::path(target).replace_extension(".csv").string());
  write_file(outcome.files.back(), chart_csv(chart));
  const Finished result = run(options.program, script);
  outcome.text = why_not(result, options.program);
  if (!outcome.text.empty()) return outcome;
  write_file(path, result.out);
  outcome.files.push_back(path);
  outcome.drawn = true;
  outcome.text = said(result.err);
  return outcome;
}

}  // namespace penchant
