// fish: one line an option.
#include "completion.h"
#include "penchant/core/text.h"

namespace penchant::app {

namespace {

// In single quotes.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string values(const OptionText& option, const std::vector<std::string>& keys) {
  switch (kind_of_value(option)) {
    case ValueKind::choice: return cat(" -x -a ", quoted(join(option.choices(), " ")));
    case ValueKind::key: return cat(" -x -a ", quoted(join(keys, " ")));
    case ValueKind::figure: return " -x -a '(penchant figure --list 2>/dev/null | string split -f1 \" \")'";
    case ValueKind::spec: return " -r -k -a '(__fish_complete_suffix .toml)'";
    case ValueKind::folder: return " -x -a '(__fish_complete_directories)'";
    case ValueKind::file: return " -r -F";
    case ValueKind::none: break;
  }
  return option.value.empty() ? "" : " -x";
}

}  // namespace

std::string fish_completion(const ProgramText& program, const std::vector<std::string>& keys) {
  std::string out = "# fish completion for penchant, written by `penchant completion fish`\ncomplete -c penchant -f\n"
                    "complete -c penchant -n __fish_use_subcommand -l version -d 'print the version'\n"
                    "complete -c penchant -n __fish_use_subcommand -l help -d 'print help'\n";
  for (const CommandText& command : program.commands)
    out += cat("complete -c penchant -n __fish_use_subcommand -a ", command.name, " -d ", quoted(command.title), "\n");
  for (const CommandText& command : program.commands)
    for (const OptionText& option : command.options) {
      const std::string here = cat("complete -c penchant -n '__fish_seen_subcommand_from ", command.name, "'");
      if (option.positional) {
        // a value of a positional is offered anywhere: fish counts no places
        const std::string given = values(option, keys);
        if (given.find("-a ") != std::string::npos) out += cat(here, given.substr(given.find(" -a ")), "\n");
        else if (given.find("-F") != std::string::npos) out += cat(here, " -F\n");
      } else {
        out += cat(here, " -l ", option.name.substr(2), " -d ", quoted(option.text), values(option, keys), "\n");
      }
    }
  return out;
}

}  // namespace penchant::app
