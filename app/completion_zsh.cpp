// zsh: _arguments for each command.
#include "completion.h"
#include "penchant/core/text.h"

namespace penchant::app {

namespace {

// Inside single quotes and inside the brackets of _arguments.
std::string quoted(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\'') out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\') out += std::string("\\") + c;
    else out += c;
  }
  return out;
}

std::string action(const OptionText& option) {
  switch (kind_of_value(option)) {
    case ValueKind::choice: return cat("(", join(option.choices(), " "), ")");
    case ValueKind::key: return "_penchant_keys";
    case ValueKind::figure: return "_penchant_figures";
    case ValueKind::spec: return "_files -g \"*.toml\"";
    case ValueKind::folder: return "_files -/";
    case ValueKind::file: return "_files";
    case ValueKind::none: break;
  }
  return " ";
}

std::string argument(const OptionText& option, int place) {
  const std::string value = cat(":", quoted(option.value), ":", action(option));
  if (option.positional) return cat("'", option.many ? std::string("*") : std::to_string(place), value, "'");
  const std::string name = cat(option.many ? "*" : "", option.name, option.value.empty() ? "" : "=");
  return cat("'", name, "[", quoted(option.text), "]", option.value.empty() ? "" : value, "'");
}

}  // namespace

std::string zsh_completion(const ProgramText& program, const std::vector<std::string>& keys) {
  std::string out =
      "#compdef penchant\n# zsh completion for penchant, written by `penchant completion zsh`\n\n_penchant_keys() {\n  compadd -S "
      "'' -- " +
      join(keys, " ") +
      "\n}\n\n_penchant_figures() {\n  compadd -- ${(f)\"$(penchant figure --list 2>/dev/null | cut -d' ' "
      "-f1)\"}\n}\n\n_penchant() {\n  local -a commands\n  commands=(\n";
  for (const CommandText& command : program.commands) out += cat("    '", command.name, ":", quoted(command.title), "'\n");
  out +=
      "  )\n  local curcontext=$curcontext state line\n  _arguments -C '--help[print help]' '--version[print the version]' "
      "'1:command:->command' '*::argument:->argument'\n"
      "  case $state in\n    command) _describe command commands ;;\n    argument)\n      case $words[1] in\n";
  for (const CommandText& command : program.commands) {
    out += cat("        ", command.name, ") _arguments");
    int place = 1;
    for (const OptionText& option : command.options)
      out += cat(" \\\n          ", argument(option, option.positional ? place++ : 0));
    out += " ;;\n";
  }
  // sourced by hand it registers itself; in $fpath it is the function's body
  return out +
         "      esac ;;\n  esac\n}\n\nif [ \"$funcstack[1]\" = _penchant ]; then\n  _penchant \"$@\"\nelse\n  compdef _penchant "
         "penchant\nfi\n";
}

}  // namespace penchant::app
