#include "penchant/dynamics/batches.h"

#include <numeric>

#include "penchant/core/error.h"
#include "penchant/core/text.h"

namespace penchant {

Batches::Batches(Index samples, Index batch, bool replacement, std::uint64_t seed)
    : samples_(samples), batch_(batch == 0 ? samples : batch), replacement_(replacement), key_(seed, "batch") {
  if (batch_ < 1 || batch_ > samples)
    throw InvalidInput(cat("batch is ", batch, ", expected an integer from 1 to the ", samples, " samples"));
  full_ = batch_ == samples && !replacement;
  order_.resize(static_cast<std::size_t>(samples));
  std::iota(order_.begin(), order_.end(), Index{0});
  if (full_) current_ = order_;
}

const std::vector<Index>& Batches::at(std::uint64_t step) {
  if (full_) return current_;
  if (replacement_) {
    current_.resize(static_cast<std::size_t>(batch_));
    for (std::size_t i = 0; i < current_.size(); ++i)
      current_[i] =
          static_cast<Index>(uniform_index(key_, 0, step, static_cast<std::uint32_t>(i), static_cast<std::uint64_t>(samples_)));
    return current_;
  }
  const auto n = static_cast<std::uint64_t>(samples_), b = static_cast<std::uint64_t>(batch_), passes = (n + b - 1) / b;
  if (step / passes != pass_) shuffle(step / passes);
  const std::uint64_t first = (step % passes) * b;
  current_.assign(order_.begin() + static_cast<std::ptrdiff_t>(first),
                  order_.begin() + static_cast<std::ptrdiff_t>(std::min(n, first + b)));
  return current_;
}

// Fisher-Yates from the natural order, so that a pass does not depend on the ones before
void Batches::shuffle(std::uint64_t pass) {
  pass_ = pass;
  std::iota(order_.begin(), order_.end(), Index{0});
  for (std::size_t i = order_.size(); i-- > 1;)
    std::swap(order_[i], order_[uniform_index(key_, 0, pass, static_cast<std::uint32_t>(i), i + 1)]);
}

}  // namespace penchant
