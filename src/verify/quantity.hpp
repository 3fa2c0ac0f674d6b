// Amounts and dates, so that "5.2 million" equals "5,200,000" and "2 May 2019" equals "2019-05-02".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oprag::verify {

struct Quantity {
  long double value = 0;       // in the base unit of `dimension`
  std::string_view dimension;  // "m", "s", "$", "%"; empty: a bare number
  bool operator==(const Quantity& other) const;
};

struct Date {
  std::int64_t year = 0;
  int month = 0, day = 0;  // 0: not said
  bool operator==(const Date&) const = default;
  // Whether who says `other` has said this too: "May 2019" within "2 May 2019".
  bool within(const Date& other) const;
};

struct Unit {
  std::string_view dimension;
  long double factor = 1;
};
// "km", "kilometres", "percent", "square metres"; folded, with a blank between two words.
std::optional<Unit> unit_of(std::string_view words);
// "$", "us$", "eur".
std::optional<std::string_view> currency_of(std::string_view sign);
// "million": 1,000,000.
std::optional<long double> scale_of(std::string_view word);

}  // namespace oprag::verify
