#include "command_text.h"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>

#include "terminal.h"

namespace penchant::app {

namespace {

constexpr int kWidest = 100;  // longer lines are hard to read

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// CLI11's names of types tell a user less than the option's own name.
std::string placeholder(const CLI::Option& option, const std::string& name) {
  const std::string type = option.get_type_name();
  for (const char* vague : {"", "TEXT", "INT", "UINT", "FLOAT"})
    if (type == vague) return upper(name.substr(name.find_first_not_of('-')));
  return type;
}

OptionText describe_option(const CLI::Option& option) {
  OptionText out;
  const std::string name = option.get_positional() ? option.get_single_name() : "--" + option.get_lnames().front();
  if (option.get_items_expected_max() > 0) out.value = placeholder(option, name);
  out.positional = option.get_positional();
  out.name = out.positional ? out.value : name;
  out.text = option.get_description();
  out.required = option.get_required();
  out.many = option.get_items_expected_max() > 1;
  return out;
}

void read_footer(const std::string& footer, CommandText& out) {
  const std::size_t examples = footer.find("Examples:");
  const auto lines = [](const std::string& text) { return CLI::detail::split(text, '\n'); };
  std::string paragraph;
  for (const std::string& line : lines(footer.substr(0, examples))) {
    if (!line.empty()) paragraph += (paragraph.empty() ? "" : " ") + line;
    if (line.empty() && !paragraph.empty()) out.details.push_back(std::exchange(paragraph, {}));
  }
  if (!paragraph.empty()) out.details.push_back(paragraph);
  if (examples == std::string::npos) return;
  for (std::string line : lines(footer.substr(examples + std::string_view("Examples:").size())))
    if (CLI::detail::trim(line); !line.empty()) out.examples.push_back(line);
}

CommandText describe_command(const CLI::App& command) {
  CommandText out;
  out.name = command.get_name();
  out.title = command.get_description();
  read_footer(command.get_footer(), out);
  for (const CLI::Option* option : command.get_options()) out.options.push_back(describe_option(*option));
  // what must be given first, --help last
  std::stable_sort(out.options.begin(), out.options.end(), [](const OptionText& a, const OptionText& b) {
    const auto rank = [](const OptionText& o) { return o.positional ? 0 : o.name == "--help" ? 2 : 1; };
    return rank(a) < rank(b);
  });
  return out;
}

// "  name          text", the text wrapped in its column.
void write_list(std::string& out, const std::vector<std::pair<std::string, std::string>>& rows, int columns) {
  constexpr int kIndent = 2, kGap = 2, kLongestName = 24, kNarrowest = 20;
  int longest = 0;
  for (const auto& [name, text] : rows)
    if (static_cast<int>(name.size()) <= kLongestName) longest = std::max(longest, static_cast<int>(name.size()));
  const int column = kIndent + longest + kGap;
  for (const auto& [name, text] : rows) {
    std::string line = std::string(kIndent, ' ') + name;
    if (static_cast<int>(name.size()) > longest) {
      out += line + "\n";
      line.clear();
    }
    for (const std::string& piece : wrapped(text, std::max(columns - column, kNarrowest))) {
      line.resize(column, ' ');
      out += line + piece + "\n";
      line.clear();
    }
  }
}

void write_end(std::string& out, const CommandText& command) {
  if (command.examples.empty()) return;
  out += "\nExamples:\n";
  for (const std::string& example : command.examples) out += "  " + example + "\n";
}

void write_details(std::string& out, const CommandText& command, int columns) {
  for (const std::string& paragraph : command.details) {
    out += "\n";
    for (const std::string& line : wrapped(paragraph, columns)) out += line + "\n";
  }
}

}  // namespace

std::vector<std::string> OptionText::choices() const {
  return value.find('|') == std::string::npos ? std::vector<std::string>() : CLI::detail::split(value, '|');
}

ProgramText describe(const CLI::App& program) {
  ProgramText out;
  out.root = describe_command(program);
  for (const CLI::App* command : program.get_subcommands(std::function<bool(const CLI::App*)>()))
    out.commands.push_back(describe_command(*command));
  return out;
}

void use_own_help(CLI::App& program) {
  program.set_help_flag("-h,--help", "print this help");
  program.formatter_fn([](const CLI::App* app, std::string, CLI::AppFormatMode) {
    const int columns = std::min(columns_of(STDOUT_FILENO), kWidest);
    return app->get_parent() ? help_text(describe_command(*app), columns) : help_text(describe(*app), columns);
  });
}

std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> out(1);
  for (const std::string& word : CLI::detail::split(std::string(text), ' ')) {
    if (word.empty()) continue;
    if (!out.back().empty() && static_cast<int>(out.back().size() + 1 + word.size()) > width) out.emplace_back();
    if (!out.back().empty()) out.back() += ' ';
    out.back() += word;
  }
  return out;
}

std::string help_text(const ProgramText& program, int columns) {
  std::string out =
      program.root.title + "\n\nUsage: " + program.root.name + " COMMAND [OPTIONS]\n       " + program.root.name + " --version\n";
  write_details(out, program.root, columns);
  std::vector<std::pair<std::string, std::string>> rows;
  for (const CommandText& command : program.commands) rows.emplace_back(command.name, command.title);
  out += "\nCommands (" + program.root.name + " COMMAND --help says more):\n";
  write_list(out, rows, columns);
  write_end(out, program.root);
  return out;
}

std::string help_text(const CommandText& command, int columns) {
  std::string out;
  for (const std::string& line : wrapped("penchant " + command.name + ": " + command.title, columns)) out += line + "\n";
  out += "\nUsage: penchant " + command.name;
  std::vector<std::pair<std::string, std::string>> rows;
  for (const OptionText& option : command.options) {
    if (option.positional) out += " " + option.name + (option.many ? "..." : "");
    if (!option.positional && option.required) out += " " + option.name + " " + option.value;
    const std::string repeated = !option.positional && option.many ? " (may be repeated)" : "";
    rows.emplace_back(option.name + (option.value.empty() || option.positional ? "" : " " + option.value), option.text + repeated);
  }
  out += " [OPTIONS]\n";
  write_details(out, command, columns);
  out += "\n";
  write_list(out, rows, columns);
  write_end(out, command);
  return out;
}

}  // namespace penchant::app
