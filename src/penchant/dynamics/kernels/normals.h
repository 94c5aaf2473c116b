// Standard normals by Box-Muller, many at a time, with the same bits on every instruction set and in every arrangement:
// each is a function of its key, step and index alone.
//   words (a, b) of random_words(key, 0, step, p),  u, v their midpoints in (0, 1) as in core/random.h,  r = √(-2 log u)
//   normal 2p = r cos 2πv,  normal 2p+1 = r sin 2πv
// Relative error below 4 eps, of the angle's part absolute.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penchant::kernels {

constexpr std::size_t padded_normals(std::size_t count) { return (count + 15) / 16 * 16; }

// Normals 0 … of one key at one step, one after another; writes padded_normals(count) of them.
// `out` is aligned as aligned_zeros() does it.
void normals(std::uint64_t key, std::uint64_t step, std::size_t count, double* out);

// The same of `lanes` keys (a multiple of 8), each at a step of its own: normal i of key m at out[i lanes + m];
// writes rows 0 … count - 1, count even.
void normals_across(const std::uint64_t* keys, const std::uint64_t* steps, std::size_t count, std::size_t lanes, double* out);

}  // namespace penchant::kernels
