#include <algorithm>
#include <array>

#include "verify/corpus.hpp"

namespace oprag::verify::corpus {
namespace {

using Words = std::vector<Place>;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Letters and digits, without what stands around them.
Words words_in(const std::string& text) {
  Words out;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_letter(text[i]) && !is_digit(text[i])) {
      ++i;
      continue;
    }
    const auto begin = i;
    while (i < text.size() && (is_letter(text[i]) || is_digit(text[i]))) ++i;
    out.push_back({begin, i});
  }
  return out;
}

std::string word_at(const std::string& text, const Place& place) {
  return text.substr(place.begin, place.end - place.begin);
}

std::string with(const std::string& text, const Place& place, const std::string& replacement) {
  return text.substr(0, place.begin) + replacement + text.substr(place.end);
}

// "1,234.5": digits with single marks between them, not part of a word.
Words numbers_in(const std::string& text) {
  Words out;
  for (std::size_t i = 0; i < text.size();) {
    const bool begins = is_digit(text[i]) && (i == 0 || !(is_letter(text[i - 1]) || text[i - 1] == '-'));
    if (!begins) {
      ++i;
      continue;
    }
    const auto begin = i;
    while (i < text.size() && (is_digit(text[i]) ||
                               ((text[i] == ',' || text[i] == '.') && i + 1 < text.size() && is_digit(text[i + 1])))) {
      ++i;
    }
    if (i == text.size() || (!is_letter(text[i]) && text[i] != '-')) out.push_back({begin, i});
  }
  return out;
}

bool is_year(const std::string& number) {
  return number.size() == 4 && (number[0] == '1' || number.starts_with("20"));
}

template <class T>
const T& pick(const std::vector<T>& from, Random& random) {
  return from[random.below(from.size())];
}

std::optional<std::string> corrupt_number(const std::string& text, Random& random) {
  auto places = numbers_in(text);
  std::erase_if(places, [&](const Place& p) { return is_year(word_at(text, p)); });
  if (places.empty()) return {};
  const auto place = pick(places, random);
  auto number = word_at(text, place);
  std::vector<std::size_t> digits;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (is_digit(number[i])) digits.push_back(i);
  }
  auto& digit = number[pick(digits, random)];
  digit = static_cast<char>('1' + (digit - '1' + 10 + static_cast<int>(random.below(8)) + 1) % 9);
  if (number == word_at(text, place)) return {};
  return with(text, place, number);
}

std::optional<std::string> corrupt_unit(const std::string& text, Random& random) {
  constexpr std::array<std::array<std::string_view, 2>, 24> units = {{{"million", "billion"},
                                                                      {"billion", "million"},
                                                                      {"thousand", "million"},
                                                                      {"km", "miles"},
                                                                      {"kilometers", "miles"},
                                                                      {"kilometres", "miles"},
                                                                      {"miles", "kilometres"},
                                                                      {"metres", "feet"},
                                                                      {"meters", "feet"},
                                                                      {"feet", "metres"},
                                                                      {"mi", "km"},
                                                                      {"m", "km"},
                                                                      {"days", "weeks"},
                                                                      {"weeks", "months"},
                                                                      {"months", "years"},
                                                                      {"years", "months"},
                                                                      {"hours", "minutes"},
                                                                      {"minutes", "hours"},
                                                                      {"kg", "tonnes"},
                                                                      {"tons", "kilograms"},
                                                                      {"percent", "basis points"},
                                                                      {"kWh", "MWh"},
                                                                      {"kW", "W"},
                                                                      {"acres", "hectares"}}};
  std::vector<std::string> out;
  for (const auto& number : numbers_in(text)) {
    for (const auto& [from, to] : units) {
      const Place unit{number.end + 1, number.end + 1 + from.size()};
      if (unit.end > text.size() || text[number.end] != ' ' || word_at(text, unit) != from) continue;
      if (unit.end < text.size() && is_letter(text[unit.end])) continue;
      out.push_back(with(text, unit, std::string(to)));
    }
    if (number.begin > 0 && text[number.begin - 1] == '$') {
      out.push_back(with(text, {number.begin - 1, number.begin}, "\xe2\x82\xac"));
    }
    if (number.end < text.size() && text[number.end] == '%') {
      out.push_back(with(text, {number.end, number.end + 1}, " basis points"));
    }
  }
  if (out.empty()) return {};
  return pick(out, random);
}

constexpr std::array<std::string_view, 12> months = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};

std::optional<std::string> corrupt_date(const std::string& text, Random& random) {
  std::vector<std::string> out;
  for (const auto& number : numbers_in(text)) {
    const auto digits = word_at(text, number);
    if (!is_year(digits)) continue;
    const auto shift = static_cast<int>(random.below(9)) + 1;
    out.push_back(with(text, number, std::to_string(std::stoi(digits) + (random.below(2) == 0 ? shift : -shift))));
  }
  for (const auto& word : words_in(text)) {
    const auto month = std::ranges::find(months, word_at(text, word));
    // "May" may be a verb.
    if (month == months.end() || word.end + 1 >= text.size() || !is_digit(text[word.end + 1])) continue;
    const auto other = (static_cast<std::size_t>(month - months.begin()) + 1 + random.below(11)) % 12;
    out.push_back(with(text, word, std::string(months[other])));
  }
  if (out.empty()) return {};
  return pick(out, random);
}

bool share_a_word(const std::string& a, const std::string& b) {
  return std::ranges::any_of(words_in(a), [&](const Place& p) { return b.find(word_at(a, p)) != std::string::npos; });
}

std::optional<std::string> corrupt_name(const std::string& text, std::span<const std::string> others, Random& random) {
  const auto names = names_in(text);
  if (names.empty() || others.empty()) return {};
  const auto place = pick(names, random);
  const auto& other = others[random.below(others.size())];
  if (share_a_word(other, word_at(text, place))) return {};
  return with(text, place, other);
}

std::optional<std::string> corrupt_negation(const std::string& text, Random&) {
  for (const auto& [from, to] :
       {std::array<std::string_view, 2>{" not ", " "}, {"cannot ", "can "}, {" never ", " always "}}) {
    if (const auto at = text.find(from); at != std::string::npos)
      return with(text, {at, at + from.size()}, std::string(to));
  }
  for (const auto& word : words_in(text)) {
    const auto verb = word_at(text, word);
    for (const std::string_view auxiliary :
         {"is", "are", "was", "were", "can", "will", "has", "had", "have", "would", "must"}) {
      if (verb == auxiliary) return with(text, {word.end, word.end}, " not");
    }
  }
  return {};
}

std::optional<std::string> corrupt_comparison(const std::string& text, Random& random) {
  constexpr std::array<std::array<std::string_view, 2>, 20> pairs = {
      {{"more", "less"},        {"higher", "lower"},      {"increased", "decreased"}, {"increase", "decrease"},
       {"largest", "smallest"}, {"larger", "smaller"},    {"greater", "lesser"},      {"before", "after"},
       {"above", "below"},      {"over", "under"},        {"first", "last"},          {"rose", "fell"},
       {"most", "fewest"},      {"least", "most"},        {"earlier", "later"},       {"maximum", "minimum"},
       {"highest", "lowest"},   {"majority", "minority"}, {"longer", "shorter"},      {"better", "worse"}}};
  std::vector<std::string> out;
  for (const auto& word : words_in(text)) {
    for (const auto& [one, other] : pairs) {
      if (word_at(text, word) == one) out.push_back(with(text, word, std::string(other)));
      if (word_at(text, word) == other) out.push_back(with(text, word, std::string(one)));
    }
  }
  if (out.empty()) return {};
  return pick(out, random);
}

// Two names with a verb between them that does not go both ways.
std::optional<std::string> corrupt_role(const std::string& text, Random&) {
  constexpr std::size_t near = 60;
  const auto names = names_in(text);
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    const auto& a = names[i];
    const auto& b = names[i + 1];
    const auto between = text.substr(a.end, b.begin - a.end);
    if (between.size() > near || between.find_first_of(",;():") != std::string::npos) continue;
    if (between.find(" and ") != std::string::npos || between.find(" or ") != std::string::npos) continue;
    const bool acts = std::ranges::any_of(words_in(between), [&](const Place& p) {
      const auto word = word_at(between, p);
      return (word.size() > 4 && word.ends_with("ed")) || word == "by" || word == "led" || word == "won" ||
             word == "wrote" || word == "gave" || word == "took" || word == "sent" || word == "beat" ||
             word == "fought";
    });
    if (!acts) continue;
    const auto first = word_at(text, a), second = word_at(text, b);
    if (share_a_word(first, second)) continue;
    return text.substr(0, a.begin) + second + between + first + text.substr(b.end);
  }
  return {};
}

}  // namespace

std::vector<Place> names_in(const std::string& sentence) {
  constexpr std::array<std::string_view, 8> small = {"The", "A", "An", "In", "On", "It", "This", "I"};
  const auto words = words_in(sentence);
  std::vector<Place> out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto upper = [&](std::size_t w) {
      return sentence[words[w].begin] >= 'A' && sentence[words[w].begin] <= 'Z';
    };
    if (!upper(i)) continue;
    const auto first = i;
    while (i + 1 < words.size() && upper(i + 1) && words[i + 1].begin == words[i].end + 1 &&
           sentence[words[i].end] == ' ')
      ++i;
    auto begin = first;
    if (std::ranges::find(small, word_at(sentence, words[begin])) != small.end()) ++begin;
    const bool only_begins = first == 0 && i == 0;
    if (begin > i || only_begins || words[i].end - words[begin].begin < 3) continue;
    if (std::ranges::find(months, word_at(sentence, words[begin])) != months.end()) continue;
    out.push_back({words[begin].begin, words[i].end});
  }
  return out;
}

std::optional<std::string> corrupt(Kind kind, const std::string& sentence, std::span<const std::string> other_names,
                                   Random& random) {
  switch (kind) {
    case Kind::number:
      return corrupt_number(sentence, random);
    case Kind::unit:
      return corrupt_unit(sentence, random);
    case Kind::date:
      return corrupt_date(sentence, random);
    case Kind::name:
      return corrupt_name(sentence, other_names, random);
    case Kind::negation:
      return corrupt_negation(sentence, random);
    case Kind::comparison:
      return corrupt_comparison(sentence, random);
    case Kind::role:
      return corrupt_role(sentence, random);
    default:
      return {};
  }
}

}  // namespace oprag::verify::corpus
