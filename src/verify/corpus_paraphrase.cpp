#include <algorithm>
#include <array>
#include <regex>

#include "verify/corpus.hpp"

namespace oprag::verify::corpus {
namespace {

std::string upper_first(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}
std::string lower_first(std::string text) {
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] + 32);
  return text;
}

std::optional<std::smatch> find(const std::string& text, const std::regex& pattern) {
  std::smatch match;
  if (!std::regex_search(text, match, pattern)) return {};
  return match;
}

std::string with(const std::smatch& match, const std::string& replacement) {
  return match.prefix().str() + replacement + match.suffix().str();
}

// "In 1041, he came back." as "He came back in 1041."; "Norway, Denmark and Iceland" in another order.
std::optional<std::string> reorder(const std::string& text) {
  static const std::regex leading(
      R"(^((?:In|On|During|After|Before|By|Since|At|From|Under|With|For) [^,.;:()]{3,60}), ([^,;:"]+)\.$)");
  if (const auto match = find(text, leading)) {
    return upper_first((*match)[2].str()) + " " + lower_first((*match)[1].str()) + ".";
  }
  static const std::regex list(R"(\b([A-Z][a-z]+), ([A-Z][a-z]+),? (and|or) ([A-Z][a-z]+)\b)");
  if (text.find("respectively") != std::string::npos) return {};
  if (const auto match = find(text, list)) {
    return with(*match,
                (*match)[4].str() + ", " + (*match)[1].str() + " " + (*match)[3].str() + " " + (*match)[2].str());
  }
  return {};
}

std::string grouped(long long value) {
  auto digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

// "1.50" as 150 with two decimals.
struct Decimal {
  long long digits = 0;
  int decimals = 0;
};

std::optional<Decimal> decimal(const std::string& text) {
  Decimal out;
  bool after_point = false;
  for (const char c : text) {
    if (c == ',') continue;
    if (c == '.') {
      after_point = true;
      continue;
    }
    out.digits = out.digits * 10 + (c - '0');
    out.decimals += after_point;
    if (out.digits > 1'000'000'000) return {};
  }
  return out;
}

std::optional<std::string> times(const std::string& number, long long factor) {
  const auto value = decimal(number);
  if (!value) return {};
  long long divisor = 1;
  for (int i = 0; i < value->decimals; ++i) divisor *= 10;
  if (value->digits * factor % divisor != 0) return {};
  return grouped(value->digits * factor / divisor);
}

struct Rescaling {
  std::string_view unit;
  long long factor;
  std::string_view to;
};

std::optional<std::string> rescale(const std::string& text) {
  constexpr std::array<Rescaling, 11> rescalings = {{{" million", 1'000'000, ""},
                                                     {" billion", 1'000, " million"},
                                                     {" thousand", 1'000, ""},
                                                     {" percent", 1, "%"},
                                                     {"%", 1, " percent"},
                                                     {" km", 1'000, " m"},
                                                     {" kilometres", 1'000, " metres"},
                                                     {" kilometers", 1'000, " meters"},
                                                     {" kg", 1'000, " g"},
                                                     {" hours", 60, " minutes"},
                                                     {" kWh", 1'000, " Wh"}}};
  static const std::regex number(R"((^|[ ($])(\d[\d,]*(?:\.\d+)?))");
  for (std::sregex_iterator it(text.begin(), text.end(), number), end; it != end; ++it) {
    const auto after = it->suffix().str();
    for (const auto& [unit, factor, to] : rescalings) {
      if (!after.starts_with(unit) ||
          (after.size() > unit.size() && std::isalnum(static_cast<unsigned char>(after[unit.size()]))))
        continue;
      const auto value = factor == 1 ? std::optional((*it)[2].str()) : times((*it)[2].str(), factor);
      if (!value) continue;
      return text.substr(0, static_cast<std::size_t>(it->position(2))) + *value + std::string(to) +
             after.substr(unit.size());
    }
  }
  constexpr std::array<std::array<std::string_view, 2>, 9> spelled = {{{" two ", " 2 "},
                                                                       {" three ", " 3 "},
                                                                       {" four ", " 4 "},
                                                                       {" five ", " 5 "},
                                                                       {" six ", " 6 "},
                                                                       {" seven ", " 7 "},
                                                                       {" eight ", " 8 "},
                                                                       {" nine ", " 9 "},
                                                                       {" ten ", " 10 "}}};
  for (const auto& [word, digits] : spelled) {
    if (const auto at = text.find(word); at != std::string::npos) {
      return text.substr(0, at) + std::string(digits) + text.substr(at + word.size());
    }
  }
  return {};
}

constexpr std::string_view month_words =
    "January|February|March|April|May|June|July|August|September|October|November|December";

int month_number(const std::string& word) {
  const auto before = month_words.substr(0, month_words.find(word));
  return static_cast<int>(std::ranges::count(before, '|')) + 1;
}

std::string two_digits(int value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

std::optional<std::string> redate(const std::string& text, Random& random) {
  static const std::regex american("\\b(" + std::string(month_words) + R"() (\d{1,2}), (\d{4})\b)");
  static const std::regex european(R"(\b(\d{1,2}) ()" + std::string(month_words) + R"() (\d{4})\b)");
  const auto iso = [](const std::string& day, const std::string& month, const std::string& year) {
    return year + "-" + two_digits(month_number(month)) + "-" + two_digits(std::stoi(day));
  };
  if (const auto m = find(text, american)) {
    const auto month = (*m)[1].str(), day = (*m)[2].str(), year = (*m)[3].str();
    return with(*m, random.below(2) == 0 ? day + " " + month + " " + year : iso(day, month, year));
  }
  if (const auto m = find(text, european)) {
    const auto day = (*m)[1].str(), month = (*m)[2].str(), year = (*m)[3].str();
    return with(*m, random.below(2) == 0 ? month + " " + day + ", " + year : iso(day, month, year));
  }
  return {};
}

std::optional<std::string> shorten(const std::string& text) {
  static const std::regex parenthesis(R"( \([^()]*\))");
  if (const auto match = find(text, parenthesis)) return with(*match, "");
  static const std::regex clause(R"(^([^;:"]{40,}), (?:which|who|where|although|while) [^,;:"]+\.$)");
  if (const auto match = find(text, clause)) return (*match)[1].str() + ".";
  static const std::regex opening(
      R"(^(?:However|Moreover|Furthermore|Thus|Therefore|Additionally|In addition|Also), )");
  if (const auto match = find(text, opening)) return upper_first(match->suffix().str());
  return {};
}

std::string without_article(const std::string& answer) {
  static const std::regex article("^(?:in|on|at|by|the|a|an) ", std::regex::icase);
  return std::regex_replace(answer, article, "");
}

}  // namespace

std::optional<std::string> paraphrase(Kind kind, const std::string& sentence, Random& random) {
  switch (kind) {
    case Kind::reordered:
      return reorder(sentence);
    case Kind::rescaled:
      return rescale(sentence);
    case Kind::redated:
      return redate(sentence, random);
    case Kind::shortened:
      return shorten(sentence);
    default:
      return {};
  }
}

std::optional<std::string> statement_of(const std::string& question, const std::string& answer) {
  if (answer.size() > 80 || answer.empty()) return {};
  const auto said = answer.back() == '.' ? answer.substr(0, answer.size() - 1) : answer;
  // "Who founded the abbey?"
  static const std::regex who_did(
      R"(^Who (?:(?:first|originally|officially) )?([a-z]+ed|led|won|wrote|built|began|became|made|gave|took|sent|held|ran) (.+)\?$)");
  if (const auto m = find(question, who_did))
    return upper_first(said) + " " + (*m)[1].str() + " " + (*m)[2].str() + ".";
  // "Who was the leader?", "What is the capital of Poland?"
  static const std::regex who_is(R"(^(?:Who|What) (is|was|are|were) (the [^?]+[^ ?]) ?\?$)");
  if (const auto m = find(question, who_is)) {
    if ((*m)[2].str().find(" known as") == std::string::npos && (*m)[2].str().find(" called") == std::string::npos) {
      return upper_first((*m)[2].str()) + " " + (*m)[1].str() + " " + said + ".";
    }
  }
  // "When was the abbey founded?", "Where is the abbey located?"
  static const std::regex when_done(
      R"(^(When|Where|In what year) (is|was|were|are) (.+) ([a-z]+ed|built|held|born|made|begun|found|won) ?\?$)");
  if (const auto m = find(question, when_done)) {
    const auto place = without_article(said);
    return upper_first((*m)[3].str()) + " " + (*m)[2].str() + " " + (*m)[4].str() + " in " + place + ".";
  }
  return {};
}

}  // namespace oprag::verify::corpus
