// What the terminal can show. A file, a pipe and TERM=dumb get plain text: no colour, no control characters.
#pragma once

#include <string>
#include <string_view>

namespace penchant::app {

// A terminal that understands control sequences (TERM is set and not "dumb").
bool is_terminal(int descriptor);
// A job in the background must not write over what its user is doing now.
bool in_foreground(int descriptor);
// Characters in a line; 80 where it is not known.
int columns_of(int descriptor);

// The first `columns` characters of a UTF-8 text, control characters left out.
std::string fitted(std::string_view text, int columns);

// --color: "auto" (or empty) follows standard output and NO_COLOR (no-color.org), "always" and "never" do what they say; throws
// InvalidInput for anything else.
bool wants_colour(std::string_view when);

// Colours the word that a sentence begins with, where that word is a verdict: agrees and holds green,
// disagrees and FAILS red, undecided and refused yellow. Other texts, and all of them where `on` is false, come back as they are.
std::string coloured(std::string_view text, bool on);

}  // namespace penchant::app
