// The sources of theory/sources.bib.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penchant {

struct Source {
  std::string key;
  std::string bibtex;  // the whole entry
  std::string author, title, year;  // as in the entry, braces removed
};

// All of them, in the order of the file.
const std::vector<Source>& sources();
// nullptr for an unknown key.
const Source* find_source(std::string_view key);
// Keys of a space separated list.
std::vector<std::string> split_keys(std::string_view keys);

}  // namespace penchant
