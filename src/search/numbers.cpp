#include "search/numbers.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace oprag::search {
namespace {

struct Groups {
  std::vector<std::string_view> digits;
  std::string separators;  // one fewer
};

Groups split(std::string_view text) {
  Groups out;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != '.' && text[i] != ',') continue;
    out.digits.push_back(text.substr(begin, i - begin));
    if (i < text.size()) out.separators += text[i];
    begin = i + 1;
  }
  return out;
}

// Whether digits[0, count) are thousands: "1,577,000", or Indian "1,57,700".
bool are_thousands(const Groups& groups, std::size_t count) {
  if (groups.digits.front().empty() || groups.digits.front().size() > 3 || groups.digits.front() == "0") return false;
  for (std::size_t i = 1; i < count; ++i) {
    const auto size = groups.digits[i].size();
    const bool fits = size == 3 || (size == 2 && i + 1 < count && groups.separators[i - 1] == ',');
    if (!fits || groups.separators[i - 1] != groups.separators.front()) return false;
  }
  return true;
}

std::string joined(const Groups& groups, std::size_t whole, std::string_view fraction) {
  std::string out;
  for (std::size_t i = 0; i < whole; ++i) out += groups.digits[i];
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (!fraction.empty()) out.append(".").append(fraction);
  return out;
}

bool writes_decimal_comma(std::string_view language) {
  constexpr std::array languages = {"de", "fr", "es", "it", "pt", "nl", "da", "sv", "no", "nb", "fi",
                                    "pl", "ru", "uk", "cs", "sk", "hu", "ro", "bg", "el", "tr", "id",
                                    "sr", "hr", "sl", "lt", "lv", "et", "ca", "eu", "gl", "is", "vi"};
  return std::ranges::any_of(languages, [&](std::string_view l) { return l == language.substr(0, 2); });
}

}  // namespace

std::optional<std::string> normalised_number(std::string_view digits, std::string_view language) {
  const auto groups = split(digits);
  const auto count = groups.digits.size();
  if (count == 1) return std::string(digits);
  const auto& last = groups.digits.back();
  const char first_separator = groups.separators.front(), last_separator = groups.separators.back();
  if (count == 2) {
    const bool thousands = are_thousands(groups, 2) && (last_separator == ',') != writes_decimal_comma(language);
    if (thousands) return joined(groups, 2, "");
    // "2021,2022" is a list: nobody writes a comma before four or more decimals.
    if (last_separator == ',' && (last.size() > 3 || groups.digits.front().size() > 3) && last.size() > 2) return {};
    return joined(groups, 1, last);
  }
  if (first_separator != last_separator && are_thousands(groups, count - 1)) return joined(groups, count - 1, last);
  if (are_thousands(groups, count)) return joined(groups, count, "");
  return {};
}

}  // namespace oprag::search
