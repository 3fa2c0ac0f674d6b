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
  // Row after row: four rows at once are faster in cache, but their four streams keep the prefetcher from its work.
  for (std::size_t r = 0; r < rows.count; ++r) {
    const auto* row = rows.values + r * rows.stride;
    __m512i even = _mm512_setzero_si512(), odd = even;
    std::size_t i = 0;
    for (; i + 128 <= rows.stride; i += 128) {
      even = _mm512_dpbusd_epi32(even, loaded(shifted.data() + i), loaded(row + i));
      odd = _mm512_dpbusd_epi32(odd, loaded(shifted.data() + i + 64), loaded(row + i + 64));
    }
    if (i < rows.stride) even = _mm512_dpbusd_epi32(even, loaded(shifted.data() + i), loaded(row + i));
    out[r] = _mm512_reduce_add_epi32(_mm512_add_epi32(even, odd)) - 128 * rows.sums[r];
  }
}
#endif

}  // namespace oprag::search
