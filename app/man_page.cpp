#include "man_page.h"

namespace penchant::app {

namespace {

// Text as roff shows it unchanged: no escapes, minus signs that can be copied, no request at the start of a line.
std::string roff(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else if (c == '\'') out += "\\(aq";
    else if (c == '"') out += "\\(dq";
    else if (c == '^') out += "\\(ha";
    else if (c == '~') out += "\\(ti";
    else if (c == '`') out += "\\(ga";
    else out += c;
  }
  return out.starts_with('.') ? "\\&" + out : out;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

void write_paragraphs(std::string& out, const std::vector<std::string>& paragraphs) {
  for (const std::string& paragraph : paragraphs) out += ".PP\n" + roff(paragraph) + "\n";
}

void write_examples(std::string& out, const std::vector<std::string>& examples) {
  if (examples.empty()) return;
  out += ".PP\n.EX\n";
  for (const std::string& example : examples) out += "  " + roff(example) + "\n";
  out += ".EE\n";
}

void write_command(std::string& out, const CommandText& command) {
  std::string usage = bold("penchant " + command.name);
  for (const OptionText& option : command.options) {
    if (option.positional) usage += " " + italic(option.name) + (option.many ? " ..." : "");
    if (!option.positional && option.required) usage += " " + bold(option.name) + " " + italic(option.value);
  }
  out += ".SS " + usage + " [" + italic("options") + "]\n" + roff(command.title) + ".\n";
  write_paragraphs(out, command.details);
  for (const OptionText& option : command.options) {
    const std::string value =
        option.positional ? italic(option.name) : bold(option.name) + (option.value.empty() ? "" : " " + italic(option.value));
    out += ".TP\n" + value + "\n" + roff(option.text) + (option.many && !option.positional ? " (may be repeated)" : "") + "\n";
  }
  write_examples(out, command.examples);
}

}  // namespace

std::string man_page(const ProgramText& program, const std::string& version) {
  std::string out = ".TH PENCHANT 1 \"\" " + roff("penchant " + version).insert(0, "\"") + "\" \"User Commands\"\n";
  out += ".SH NAME\npenchant \\- which of the parameters that fit the data does training pick, and why?\n";
  out += ".SH SYNOPSIS\n" + bold("penchant") + " " + italic("command") + " [" + italic("options") + "]\n.br\n" +
         bold("penchant --version") + "\n.br\n" + bold("penchant") + " [" + italic("command") + "] " + bold("--help") + "\n";
  out += ".SH DESCRIPTION\n";
  write_paragraphs(out, program.root.details);
  out += ".SH COMMANDS\n";
  for (const CommandText& command : program.commands) write_command(out, command);
  out += ".SH ENVIRONMENT\n.TP\n" + bold("NO_COLOR") + "\nSet and not empty: no colour, unless " + bold("--color always") +
         " asks for it.\n.TP\n" + bold("TERM") + "\nUnset or " + bold("dumb") + ": no colour and no line of progress.\n.TP\n" +
         bold("SLURM_ARRAY_TASK_ID") + ", " + bold("SLURM_ARRAY_TASK_COUNT") + ", " + bold("SLURM_ARRAY_TASK_MIN") +
         "\nThe share of a sweep that a task of a Slurm array takes.\n";
  out += ".SH EXAMPLES\nFrom a folder that holds the examples, such as the root of the sources or " +
         italic("/usr/share/penchant") + ":\n";
  write_examples(out, program.root.examples);
  return out;
}

}  // namespace penchant::app
