#include "completion.h"

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant::app {

ValueKind kind_of_value(const OptionText& option) {
  const std::string& value = option.value;
  if (value == "RECORD|STORE") return ValueKind::file;
  if (!option.choices().empty()) return ValueKind::choice;
  if (value == "SPEC.toml") return ValueKind::spec;
  if (value.starts_with("KEY=")) return ValueKind::key;
  if (value == "FIGURE") return ValueKind::figure;
  if (value == "FOLDER" || value == "STORE") return ValueKind::folder;
  for (const char* number : {"", "N", "I/N", "SECONDS", "AXIS", "COLUMN", "NUMBER"})
    if (value == number) return ValueKind::none;
  return ValueKind::file;
}

std::string completion_script(const ProgramText& program, const std::vector<std::string>& keys, std::string_view shell) {
  if (shell == "bash") return bash_completion(program, keys);
  if (shell == "zsh") return zsh_completion(program, keys);
  if (shell == "fish") return fish_completion(program, keys);
  throw InvalidInput(
      cat("completion ", in_quotes(shell), ": expected bash, zsh or fish", suggestion(shell, {"bash", "zsh", "fish"})));
}

}  // namespace penchant::app
