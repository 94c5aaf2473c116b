// A record in plain sentences, for somebody who meets the question for the first time. Everything is read from the record;
// nothing is computed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "penchant/core/value.h"

namespace penchant {

// One paragraph each: what was trained, what theory says, what was found (verdict by verdict), how fast. Refused,
// agreeing, disagreeing and undecided records read differently.
std::vector<std::string> plain_words(const Value& record);
// The words that the record's numbers go by, with their meaning; only those that it uses.
std::vector<std::pair<std::string, std::string>> words_used(const Value& record);
// "agrees: distance 1e-8, …" without its first word, which stands beside it.
std::string without_verdict(const std::string& text);

}  // namespace penchant
