#include "search/names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/text.hpp"
#include "search/terms.hpp"

namespace oprag::search {
namespace {

constexpr std::size_t fewest_passages = 3, most_names = 20;
constexpr double dwelt_upon = 0.1;  // of the passages
constexpr double always = 0.9;      // of the times that a word is written

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

template <class T>
void sort_once(std::vector<T>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Lower-case text with the places around a stretch of digits in reach.
struct Digits {
  std::string_view text;
  std::size_t begin, end;

  char before(std::size_t back = 1) const { return back <= begin ? text[begin - back] : ' '; }
  char after(std::size_t on = 0) const { return end + on < text.size() ? text[end + on] : ' '; }
  std::size_t size() const { return end - begin; }
  int value() const { return std::stoi(std::string(text.substr(begin, end - begin))); }

  // "2022", not the amounts "$2,022", "2022.50".
  bool is_year() const {
    if (size() != 4) return false;
    if (const auto century = text.substr(begin, 2); century != "19" && century != "20") return false;
    if (before() == '.' || before() == ',' || before() == '$') return false;
    return !((after() == '.' || after() == ',') && is_digit(after(1)));
  }
  // "FY22", "FY 22", "FY'22".
  bool is_short_year() const {
    std::size_t back = 1;
    if (before(back) == '\'') ++back;
    if (before(back) == ' ') ++back;
    return size() == 2 && before(back) == 'y' && before(back + 1) == 'f' && !is_letter(before(back + 2)) &&
           !is_letter(after());
  }
  bool is_quarter() const {
    if (size() != 1 || text[begin] < '1' || text[begin] > '4') return false;
    return (before() == 'q' && !is_letter(before(2))) ||
           (after() == 'q' && !is_letter(after(1)) && !is_letter(before()));
  }
};

// In how many of so many passages a word must stand for the text to be about it.
std::size_t dwelling(std::size_t passages) {
  return std::max(fewest_passages, static_cast<std::size_t>(std::ceil(dwelt_upon * static_cast<double>(passages))));
}

bool has_letter(std::string_view word) {
  return std::ranges::any_of(word, [](unsigned char c) { return c >= 0x80 || std::isalpha(c); });
}

}  // namespace

Periods periods_of(std::string_view text) {
  Periods out;
  const auto lower = ascii_lower(text);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (!is_digit(lower[i])) continue;
    Digits digits{lower, i, i + 1};
    while (digits.end < lower.size() && is_digit(lower[digits.end])) ++digits.end;
    if (digits.is_year()) out.years.push_back(digits.value());
    if (digits.is_short_year()) out.years.push_back(2000 + digits.value());
    if (digits.is_quarter()) out.quarters.push_back(digits.value());
    // "2023Q1": the year's digits end where the quarter's letter stands.
    i = digits.end - 1;
  }
  constexpr std::array<std::string_view, 4> ordinals = {"first", "second", "third", "fourth"};
  for (std::size_t i = 0; i < ordinals.size(); ++i) {
    for (const std::string_view between : {" quarter", " fiscal quarter"}) {
      if (lower.contains(std::string(ordinals[i]).append(between))) out.quarters.push_back(static_cast<int>(i) + 1);
    }
  }
  sort_once(out.years);
  sort_once(out.quarters);
  return out;
}

Names names_in(std::string_view text) {
  Names out;
  std::string before;
  for (const auto& term : terms_of(text, "")) {
    if (!has_letter(term.surface) || code_points(term.surface) < 2) {
      before.clear();
      continue;
    }
    out.words.push_back(term.surface);
    if (!before.empty()) out.pairs.push_back(before + term.surface);
    before = term.surface;
  }
  sort_once(out.words);
  sort_once(out.pairs);
  return out;
}

std::vector<std::string> own_names(std::span<const std::string_view> passages) {
  struct Use {
    std::size_t passages = 0, times = 0, capital = 0;
  };
  std::unordered_map<std::string, Use> uses;
  std::set<std::string> here;
  for (const auto& passage : passages) {
    here.clear();
    for (const auto& term : terms_of(passage, "")) {
      if (!has_letter(term.surface) || code_points(term.surface) < 2) continue;
      auto& use = uses[term.surface];
      ++use.times;
      use.capital += passage.substr(term.begin, term.end - term.begin) != term.surface;
      if (here.insert(term.surface).second) ++use.passages;
    }
  }
  const auto least = dwelling(passages.size());
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const auto& [word, use] : uses) {
    if (use.passages < least || static_cast<double>(use.capital) < always * static_cast<double>(use.times)) continue;
    found.emplace_back(use.passages, word);
  }
  std::ranges::sort(
      found, [](const auto& a, const auto& b) { return std::tie(b.first, a.second) < std::tie(a.first, b.second); });
  found.resize(std::min(found.size(), most_names));
  std::vector<std::string> out;
  for (auto& [count, word] : found) out.push_back(std::move(word));
  return out;
}

std::optional<int> own_year(std::span<const std::string_view> passages) {
  std::map<int, std::size_t> uses;
  for (const auto& passage : passages) {
    for (const auto year : periods_of(passage).years) ++uses[year];
  }
  std::optional<int> out;
  std::size_t most = dwelling(passages.size());
  for (const auto& [year, count] : uses) {
    if (count >= most) out = year, most = count;
  }
  return out;
}

}  // namespace oprag::search
