// What model servers' answers are read with: what is not there, or is of another type, is nothing.
#pragma once
#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace oprag::models {

inline const boost::json::value* member(const boost::json::value* value, std::string_view name) {
  const auto* object = value ? value->if_object() : nullptr;
  return object ? object->if_contains(name) : nullptr;
}

inline std::optional<std::int64_t> number(const boost::json::value* value) {
  if (!value) return {};
  boost::system::error_code failed;
  const auto out = value->to_number<std::int64_t>(failed);
  return failed ? std::nullopt : std::optional(out);
}

// An array of finite numbers, not all zero and at most 16,384, scaled to unit length.
inline std::optional<std::vector<float>> unit_vector(const boost::json::value* value) {
  constexpr std::size_t max_dimension = 16'384;
  const auto* numbers = value ? value->if_array() : nullptr;
  if (!numbers || numbers->empty() || numbers->size() > max_dimension) return {};
  std::vector<float> out;
  out.reserve(numbers->size());
  double squares = 0;
  for (const auto& one : *numbers) {
    boost::system::error_code failed;
    const auto v = one.to_number<double>(failed);
    if (failed || !std::isfinite(v)) return {};
    squares += v * v;
    out.push_back(static_cast<float>(v));
  }
  if (squares == 0 || !std::isfinite(squares)) return {};
  for (auto& v : out) v = static_cast<float>(v / std::sqrt(squares));
  return out;
}

}  // namespace oprag::models
