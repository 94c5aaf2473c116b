// The command line as plain data, read from its definition in CLI11: --help,
// the manual page and the completion scripts are all written from it, so that none of them can fall behind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace penchant::app {

struct OptionText {
  std::string name;        // "--set"; of a positional its placeholder, "SPEC.toml"
  std::string value;       // placeholder of the value: "FOLDER", "html|md|tex"; empty: a flag
  std::string text;
  bool positional = false, required = false, many = false;
  std::vector<std::string> choices() const;  // of "html|md|tex"; empty where anything goes
};

struct CommandText {
  std::string name, title;            // one line
  std::vector<std::string> details;   // paragraphs
  std::vector<std::string> examples;  // lines for a shell, to be pasted in this order
  std::vector<OptionText> options;
};

struct ProgramText {
  CommandText root;
  std::vector<CommandText> commands;  // as defined
};

// Details and examples are read from the footers: paragraphs, then "Examples:" and one line each.
ProgramText describe(const CLI::App& program);

// --help of every command defined from here on, in our own form.
void use_own_help(CLI::App& program);

// `columns` wide where the words allow it.
std::string help_text(const ProgramText& program, int columns);
std::string help_text(const CommandText& command, int columns);

// Lines of at most `width` characters, broken at spaces.
std::vector<std::string> wrapped(std::string_view text, int width);

}  // namespace penchant::app
