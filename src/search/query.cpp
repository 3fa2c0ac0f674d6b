#include "search/query.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "search/terms.hpp"

namespace oprag::search {
namespace {

struct Marks {
  std::string_view open, close;
};
constexpr std::array quotation_marks = {Marks{"\"", "\""}, Marks{"\u201c", "\u201d"},  // “ ”
                                        Marks{"\u201e", "\u201c"},                     // „ “
                                        Marks{"\u00ab", "\u00bb"},                     // « »
                                        Marks{"\u300c", "\u300d"}};                    // 「 」

std::vector<std::string_view> quoted(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const auto& [open, close] : quotation_marks) {
      if (!text.substr(i).starts_with(open)) continue;
      const auto begin = i + open.size(), end = text.find(close, begin);
      if (end == std::string_view::npos) continue;
      out.push_back(text.substr(begin, end - begin));
      i = end + close.size() - 1;
      break;
    }
  }
  return out;
}

void add_once(Alternatives& alternatives, std::string term) {
  if (std::ranges::find(alternatives, term) == alternatives.end()) alternatives.push_back(std::move(term));
}

// The terms of every language, brought together by `key(term)`.
template <class Key>
auto gathered(std::string_view text, std::span<const std::string> languages, Key key) {
  std::map<decltype(key(std::declval<const Term&>())), Alternatives> out;
  for (const auto& language : languages) {
    for (auto& term : terms_of(text, language)) {
      const auto place = key(term);
      add_once(out[place], std::move(term.text));
    }
  }
  return out;
}

}  // namespace

bool has_quotes(std::string_view text) {
  return !quoted(text).empty();
}

Query parse_query(std::string_view text, std::span<const std::string> languages) {
  Query out;
  std::set<Alternatives> seen;
  for (auto& [place, word] : gathered(text, languages, [](const Term& t) { return std::pair(t.begin, t.end); })) {
    std::ranges::sort(word);
    if (seen.insert(word).second) out.words.push_back(std::move(word));
  }
  for (const auto phrase : quoted(text)) {
    std::vector<Alternatives> positions;
    for (auto& [position, word] : gathered(phrase, languages, [](const Term& t) { return t.position; })) {
      positions.push_back(std::move(word));
    }
    if (positions.size() > 1) out.phrases.push_back(std::move(positions));
  }
  return out;
}

}  // namespace oprag::search
