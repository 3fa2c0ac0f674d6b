#include "search/dot_kernels.hpp"

#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace oprag::search {

void dot_plain(const std::int8_t* query, const DotRows& rows, std::int32_t* out) {
  for (std::size_t r = 0; r < rows.count; ++r) {
    const auto* row = rows.values + r * rows.stride;
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < rows.stride; ++i) sum += std::int32_t{query[i]} * row[i];
    out[r] = sum;
  }
}

#if defined(__x86_64__)
namespace {

// Widened to 16 bits: AVX2's 8-bit multiply-add saturates, and would not be exact.
__attribute__((target("avx2"))) __m256i widened(const std::int8_t* at) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
}

__attribute__((target("avx2"))) std::int32_t lanes_added(__m256i lanes) {
  __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0b01'00'11'10));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0b10'11'00'01));
  return _mm_cvtsi128_si32(sum);
}

__attribute__((target("avx512f,avx512vnni"))) __m512i loaded(const void* at) {
  return _mm512_loadu_si512(at);
}

}  // namespace

__attribute__((target("avx2"))) void dot_avx2(const std::int8_t* query, const DotRows& rows, std::int32_t* out) {
  for (std::size_t r = 0; r < rows.count; ++r) {
    const auto* row = rows.values + r * rows.stride;
    __m256i low = _mm256_setzero_si256(), high = low;
    for (std::size_t i = 0; i < rows.stride; i += 32) {
      low = _mm256_add_epi32(low, _mm256_madd_epi16(widened(query + i), widened(row + i)));
      high = _mm256_add_epi32(high, _mm256_madd_epi16(widened(query + i + 16), widened(row + i + 16)));
    }
    out[r] = lanes_added(_mm256_add_epi32(low, high));
  }
}

// VNNI multiplies unsigned by signed, so the query is shifted up by 128 and 128 times the row's sum is taken off again.
__attribute__((target("avx512f,avx512vnni"))) void dot_avx512_vnni(const std::int8_t* query, const DotRows& rows,
                                                                   std::int32_t* out) {
  std::vector<std::uint8_t> shifted(rows.stride);
  for (std::size_t i = 0; i < rows.stride; ++i) shifted[i] = static_cast<std::uint8_t>(query[i] + 128);
  std::size_t r = 0;
  for (; r + 4 <= rows.count; r += 4) {  // four rows at a time, so that their loads overlap
    const auto* row = rows.values + r * rows.stride;
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    for (std::size_t i = 0; i < rows.stride; i += 64) {
      const __m512i q = loaded(shifted.data() + i);
      a = _mm512_dpbusd_epi32(a, q, loaded(row + i));
      b = _mm512_dpbusd_epi32(b, q, loaded(row + rows.stride + i));
      c = _mm512_dpbusd_epi32(c, q, loaded(row + 2 * rows.stride + i));
      d = _mm512_dpbusd_epi32(d, q, loaded(row + 3 * rows.stride + i));
    }
    out[r] = _mm512_reduce_add_epi32(a) - 128 * rows.sums[r];
    out[r + 1] = _mm512_reduce_add_epi32(b) - 128 * rows.sums[r + 1];
    out[r + 2] = _mm512_reduce_add_epi32(c) - 128 * rows.sums[r + 2];
    out[r + 3] = _mm512_reduce_add_epi32(d) - 128 * rows.sums[r + 3];
  }
  for (; r < rows.count; ++r) {
    const auto* row = rows.values + r * rows.stride;
    __m512i sum = _mm512_setzero_si512();
    for (std::size_t i = 0; i < rows.stride; i += 64)
      sum = _mm512_dpbusd_epi32(sum, loaded(shifted.data() + i), loaded(row + i));
    out[r] = _mm512_reduce_add_epi32(sum) - 128 * rows.sums[r];
  }
}
#endif

}  // namespace oprag::search
