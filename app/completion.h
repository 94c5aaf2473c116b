// Completion scripts for shells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command_text.h"

namespace penchant::app {

// `shell`: bash, zsh or fish, else InvalidInput; `keys`: what --set takes (spec_keys()).
std::string completion_script(const ProgramText& program, const std::vector<std::string>& keys, std::string_view shell);

// What completes the value of an option or a positional.
enum class ValueKind {
  none,      // a number, a name
  choice,    // one of OptionText::choices()
  spec,      // *.toml
  key,       // key=value
  figure,    // what `penchant figure --list` names
  folder,
  file
};
ValueKind kind_of_value(const OptionText& option);

std::string bash_completion(const ProgramText& program, const std::vector<std::string>& keys);
std::string zsh_completion(const ProgramText& program, const std::vector<std::string>& keys);
std::string fish_completion(const ProgramText& program, const std::vector<std::string>& keys);

}  // namespace penchant::app
