#include "penchant/lab/report_sweep_words.h"

#include <vector>

#include "penchant/core/text.h"
#include "penchant/lab/record_file.h"
#include "penchant/lab/report_sweep_view.h"

namespace penchant {

namespace {

std::string power_words(const std::vector<double>& exponents) {
  const std::string lowest = short_text(exponents.front(), 4), highest = short_text(exponents.back(), 4);
  if (exponents.size() == 1) return cat("to the power ", lowest);
  if (exponents.size() == 2)
    return cat("to the power ", lowest, " or ", highest,
               ", whichever the table of slopes names for the other parameters and the data");
  return cat("to a power between ", lowest, " and ", highest,
             " that depends on the other parameters and the data; the table of slopes names each");
}

}  // namespace

std::string seconds_text(double seconds) {
  if (seconds < 120.0) return cat(short_text(seconds, 3), " s");
  return seconds < 7200.0 ? cat(short_text(seconds / 60.0, 3), " min") : cat(short_text(seconds / 3600.0, 3), " h");
}

std::string values_words(const Value& axis) {
  const Value& values = member(axis, "values");
  const std::string count = cat(short_text(number_of(axis, "count"), 9), " values");
  if (const auto* list = values.as_list()) {
    std::vector<std::string> texts;
    for (std::size_t k = 0; k < list->size() && k < 12; ++k) texts.push_back(level_text((*list)[k]));
    return cat(join(texts, ", "), list->size() > 12 ? cat(", … (", count, ")") : "");
  }
  for (const char* kind : {"log", "linear", "range"}) {
    const std::vector<double> ends = numbers_of(values, kind);
    if (ends.size() < 2) continue;
    const bool range = std::string_view(kind) == "range";
    const std::string last = range ? short_text(ends[1] - 1.0, 9) : short_text(ends[1], 6);
    return cat(count, range ? " from " : std::string_view(kind) == "log" ? ", evenly in the logarithm from " : ", evenly from ",
               short_text(ends[0], 6), " to ", last);
  }
  return count;
}

std::string slope_words(const SlopeVerdict& v) {
  const bool one = v.expected.size() == 1;
  const std::string law =
      cat("Theory (", v.prediction, ") names a limit that is reached only as ", v.parameter,
          v.expected.front() >= 0.0 ? " goes to 0" : " grows", ", and says how fast: the distance is a multiple of ", v.parameter,
          " ", power_words(v.expected), ". On logarithmic axes ",
          one ? "that is a straight line of that slope. " : "each is a straight line of its slope. ");
  if (v.verdict == Verdict::agrees)
    return cat(law, "The sweep shows ", one ? "that slope" : "these slopes", ", to within ", kSlopeTolerance,
               ": training goes where the theorem says, at the speed it says.");
  if (v.verdict == Verdict::disagrees)
    return cat(
        law, "The sweep shows another slope", one ? "" : " somewhere",
        ". Either the window is not yet deep enough in the limit, or a hypothesis fails on these data, or theory is wrong here.");
  return cat(law, "The sweep does not decide it: ", v.text.starts_with("undecided: ") ? v.text.substr(11) : v.text,
             ". A window written into the spec beforehand, [sweep] window = { \"", v.parameter,
             "\" = [from, to] }, of three decades or more where every trial has a distance well above its error, would.");
}

}  // namespace penchant
