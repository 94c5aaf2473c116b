#include "terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant::app {

namespace {

// Set and not empty.
bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }
bool is_control(char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F; }

}  // namespace

bool is_terminal(int descriptor) { return isatty(descriptor) && is_set("TERM") && std::string_view(std::getenv("TERM")) != "dumb"; }

bool in_foreground(int descriptor) {
  const pid_t group = tcgetpgrp(descriptor);
  return group == -1 || group == getpgrp();  // -1: not our controlling terminal, so nobody's shell is on it
}

int columns_of(int descriptor) {
  constexpr int kUsual = 80;
  winsize size = {};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

std::string fitted(std::string_view text, int columns) {
  std::string out;
  int characters = 0;
  for (char byte : text) {
    if (is_control(byte)) continue;
    if (starts_character(byte) && ++characters > columns) break;
    out += byte;
  }
  return out;
}

bool wants_colour(std::string_view when) {
  if (when == "always") return true;
  if (when == "never") return false;
  if (!when.empty() && when != "auto")
    throw InvalidInput(
        cat("--color ", in_quotes(when), ": expected auto, always or never", suggestion(when, {"auto", "always", "never"})));
  return is_terminal(STDOUT_FILENO) && !is_set("NO_COLOR");
}

std::string coloured(std::string_view text, bool on) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kWords = {
      {{"agrees", "32"}, {"holds", "32"}, {"disagrees", "31"}, {"FAILS", "31"}, {"undecided", "33"}, {"refused", "33"}}};
  if (on)
    for (const auto& [word, colour] : kWords)
      if (text.starts_with(word)) return cat("\033[", colour, "m", word, "\033[0m", text.substr(word.size()));
  return std::string(text);
}

}  // namespace penchant::app
