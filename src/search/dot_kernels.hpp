// One int8 query against many rows, in each instruction set. Only VectorTable calls these.
#pragma once
#include <cstddef>
#include <cstdint>

namespace oprag::search {

struct DotRows {
  const std::int8_t* values;
  const std::int32_t* sums;  // of each row's values
  std::size_t count;
  std::size_t stride;  // bytes; a multiple of 64
};

// `query`: stride values, none below -127. out: count sums, exact.
void dot_plain(const std::int8_t* query, const DotRows& rows, std::int32_t* out);
#if defined(__x86_64__)
void dot_avx2(const std::int8_t* query, const DotRows& rows, std::int32_t* out);
void dot_avx512_vnni(const std::int8_t* query, const DotRows& rows, std::int32_t* out);
#endif

}  // namespace oprag::search
