#include "base/timestamp.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace oprag {
namespace {

std::chrono::year_month_day day_of(Timestamp t) {
  const std::chrono::sys_time<std::chrono::milliseconds> moment{std::chrono::milliseconds{t.ms}};
  return std::chrono::floor<std::chrono::days>(moment);
}

// Exactly `digits` decimal digits at the front of `text`, which is then shortened by them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return {};
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return {};
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_iso_date(Timestamp t) {
  const auto day = day_of(t);
  std::array<char, 32> out{};
  const int n = std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                              static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return {out.data(), static_cast<std::size_t>(n)};
}

std::string to_iso8601(Timestamp t) {
  const auto in_day = ((t.ms % day_ms) + day_ms) % day_ms;
  std::array<char, 32> out{};
  const int n = std::snprintf(out.data(), out.size(), "T%02d:%02d:%02d.%03dZ", static_cast<int>(in_day / hour_ms),
                              static_cast<int>(in_day / minute_ms % 60), static_cast<int>(in_day / second_ms % 60),
                              static_cast<int>(in_day % second_ms));
  return to_iso_date(t).append(out.data(), static_cast<std::size_t>(n));
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return {};
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return {};
  const auto day = take_number(text, 2);
  if (!day) return {};
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return {};
  const auto midnight = std::chrono::sys_days{date}.time_since_epoch().count() * day_ms;
  if (text.empty()) return Timestamp{midnight};

  if (!take(text, 'T')) return {};
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return {};
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return {};
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return {};
  std::int64_t ms = 0;
  if (take(text, '.')) {
    std::int64_t unit = 100;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9' && digits < 9) {
      ms += (text.front() - '0') * unit;
      unit /= 10;
      text.remove_prefix(1);
      ++digits;
    }
    if (digits == 0) return {};
  }
  std::int64_t offset = 0;
  if (!take(text, 'Z')) {
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return {};
    const std::int64_t sign = text.front() == '+' ? 1 : -1;
    text.remove_prefix(1);
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take(text, ':')) return {};
    const auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59) return {};
    offset = sign * (*hours * hour_ms + *minutes * minute_ms);
  }
  if (!text.empty()) return {};
  return Timestamp{midnight + *hour * hour_ms + *minute * minute_ms + *second * second_ms + ms - offset};
}

}  // namespace oprag
