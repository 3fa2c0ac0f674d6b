// A moment in UTC. In JSON "2026-06-09T12:00:00.000Z", in the store milliseconds since the epoch.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oprag {

struct Timestamp {
  std::int64_t ms = 0;
  auto operator<=>(const Timestamp&) const = default;
};

constexpr Timestamp operator+(Timestamp t, std::int64_t ms) {
  return {t.ms + ms};
}
constexpr Timestamp operator-(Timestamp t, std::int64_t ms) {
  return {t.ms - ms};
}
constexpr std::int64_t operator-(Timestamp a, Timestamp b) {
  return a.ms - b.ms;
}

inline constexpr std::int64_t second_ms = 1'000;
inline constexpr std::int64_t minute_ms = 60 * second_ms;
inline constexpr std::int64_t hour_ms = 60 * minute_ms;
inline constexpr std::int64_t day_ms = 24 * hour_ms;

std::string to_iso8601(Timestamp t);
// "2026-06-09" of the UTC day that holds `t`.
std::string to_iso_date(Timestamp t);
// Reads "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM:SS[.fff](Z|±hh:mm)"; nothing for anything else.
std::optional<Timestamp> parse_iso8601(std::string_view text);

}  // namespace oprag
