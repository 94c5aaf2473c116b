// bash: one function. It reads the line itself, because bash takes words apart at "=".
#include "completion.h"
#include "penchant/core/text.h"

namespace penchant::app {

namespace {

constexpr std::string_view kBegin = R"(# bash completion for penchant, written by `penchant completion bash`
_penchant() {
  local line=${COMP_LINE:0:COMP_POINT} typed cur prev command= word before= what= options= takes= answers
  typed=${line##*[[:space:]]}
  cur=$typed
  local -a words
  read -ra words <<<"${line%"$typed"}"
  for word in "${words[@]:1}"; do
    [[ $word == -* ]] || { command=$word; break; }
  done
  prev=${words[${#words[@]}-1]}
  if [[ $cur == --*=* ]]; then
    prev=${cur%%=*}
    before=$prev=
    cur=${cur#*=}
  fi
  case $command in
)";

constexpr std::string_view kMiddle = R"(  esac
  local place=0 skip= past=
  for word in "${words[@]:1}"; do
    if [[ -n $skip ]]; then skip=
    elif [[ " $takes " == *" $word "* ]]; then skip=1
    elif [[ $word != -* ]]; then
      [[ -n $past ]] && ((++place))
      past=1
    fi
  done
  case $command:$prev in
)";

constexpr std::string_view kPositionals = R"(    *)
      if [[ -n $before ]]; then :
      elif [[ $cur == -* ]]; then what="words $options"
      else
        case $command:$place in
)";

constexpr std::string_view kEnd = R"(        esac
      fi ;;
  esac
  case ${what%% *} in
    words) answers=$(compgen -W "${what#* }" -- "$cur") ;;
    toml) answers=$(compgen -f -X '!*.toml' -- "$cur"; compgen -d -- "$cur") ;;
    file) answers=$(compgen -f -- "$cur") ;;
    folder) answers=$(compgen -d -- "$cur") ;;
    *) answers= ;;
  esac
  case ${what%% *} in toml|file|folder) compopt -o filenames 2>/dev/null ;; esac
  COMPREPLY=()
  local answer cut=
  [[ $COMP_WORDBREAKS == *=* && $typed == *=* ]] && cut=${typed%"${typed##*=}"}
  while IFS= read -r answer; do
    [[ -n $answer ]] || continue
    answer=$before$answer
    [[ $answer == *= ]] && compopt -o nospace 2>/dev/null
    COMPREPLY+=("${answer#"$cut"}")
  done <<<"$answers"
}
complete -F _penchant penchant
)";

std::string answer(const OptionText& option, const std::vector<std::string>& keys) {
  switch (kind_of_value(option)) {
    case ValueKind::choice: return "what='words " + join(option.choices(), " ") + "'";
    case ValueKind::key: return "what='words " + join(keys, " ") + "'";
    case ValueKind::figure: return R"~(what="words $("${words[0]}" figure --list 2>/dev/null | cut -d' ' -f1)")~";
    case ValueKind::spec: return "what=toml";
    case ValueKind::folder: return "what=folder";
    case ValueKind::file: return "what=file";
    case ValueKind::none: break;
  }
  return "what=";
}

}  // namespace

std::string bash_completion(const ProgramText& program, const std::vector<std::string>& keys) {
  std::vector<std::string> names;
  std::string options, values, positionals;
  for (const CommandText& command : program.commands) {
    names.push_back(command.name);
    std::vector<std::string> all, takes;
    int place = 0;
    for (const OptionText& option : command.options) {
      if (option.positional) {
        positionals += cat("          ", command.name, ":", option.many ? std::string("*") : std::to_string(place++), ") ",
                           answer(option, keys), " ;;\n");
        continue;
      }
      all.push_back(option.name);
      if (option.value.empty()) continue;
      takes.push_back(option.name);
      values += cat("    ", command.name, ":", option.name, ") ", answer(option, keys), " ;;\n");
    }
    options += cat("    ", command.name, ") options='", join(all, " "), "' takes='", join(takes, " "), "' ;;\n");
  }
  const std::string root = cat("          :*) what='words ", join(names, " "), "' ;;\n");
  return cat(kBegin, options, "    *) options='--help --version' ;;\n", kMiddle, values, kPositionals, root, positionals, kEnd);
}

}  // namespace penchant::app
