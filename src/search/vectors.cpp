#include "search/vectors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "search/dot_kernels.hpp"

namespace oprag::search {
namespace {

constexpr std::size_t register_bytes = 64;

}  // namespace

QuantisedVector quantise(std::span<const float> vector) {
  QuantisedVector out{std::vector<std::int8_t>(vector.size()), 0};
  float largest = 0;
  for (const float v : vector) {
    if (!std::isfinite(v)) return out;
    largest = std::max(largest, std::fabs(v));
  }
  const float scale = largest / 127;
  if (scale == 0) return out;
  out.scale = scale;
  std::ranges::transform(vector, out.values.begin(), [&](float v) {
    return static_cast<std::int8_t>(std::lround(std::clamp(v / scale, -127.0f, 127.0f)));
  });
  return out;
}

std::vector<float> restored(std::span<const std::int8_t> values, float scale) {
  std::vector<float> out(values.size());
  std::ranges::transform(values, out.begin(), [&](std::int8_t v) { return static_cast<float>(v) * scale; });
  return out;
}

bool is_supported(Kernel kernel) {
#if defined(__x86_64__)
  switch (kernel) {
    case Kernel::plain:
      return true;
    case Kernel::avx2:
      return __builtin_cpu_supports("avx2");
    case Kernel::avx512_vnni:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni");
  }
#endif
  return kernel == Kernel::plain;
}

Kernel best_kernel() {
  static const Kernel best = is_supported(Kernel::avx512_vnni) ? Kernel::avx512_vnni
                             : is_supported(Kernel::avx2)      ? Kernel::avx2
                                                               : Kernel::plain;
  return best;
}

VectorTable::VectorTable(std::size_t dimension)
    : dimension_(dimension), stride_((dimension + register_bytes - 1) / register_bytes * register_bytes) {}

void VectorTable::reserve(std::size_t rows) {
  values_.reserve(rows * stride_);
  sums_.reserve(rows);
  scales_.reserve(rows);
}

void VectorTable::add(std::span<const std::int8_t> values, float scale) {
  values_.insert(values_.end(), values.begin(), values.end());
  values_.resize(values_.size() + stride_ - values.size());
  sums_.push_back(std::accumulate(values.begin(), values.end(), 0));
  scales_.push_back(values.empty() ? 0 : scale);
}

void VectorTable::dot(std::span<const std::int8_t> query, std::size_t from, std::span<std::int32_t> out,
                      Kernel kernel) const {
  std::vector<std::int8_t> padded(query.begin(), query.end());
  padded.resize(stride_);
  const DotRows rows{values_.data() + from * stride_, sums_.data() + from, out.size(), stride_};
  switch (kernel) {
#if defined(__x86_64__)
    case Kernel::avx512_vnni:
      return dot_avx512_vnni(padded.data(), rows, out.data());
    case Kernel::avx2:
      return dot_avx2(padded.data(), rows, out.data());
#endif
    default:
      return dot_plain(padded.data(), rows, out.data());
  }
}

}  // namespace oprag::search
