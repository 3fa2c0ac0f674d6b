#include "answer/question.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <set>

#include "base/text.hpp"
#include "search/query.hpp"
#include "search/terms.hpp"

namespace oprag::answer {
namespace {

// Words that ask rather than say what is asked for. A question's own grammar, not a subject's vocabulary.
constexpr std::array<std::string_view, 46> asking_words = {
    "what", "which", "who",  "whom", "whose", "when",  "where", "why",   "how",    "is",  "are",  "was",
    "were", "do",    "does", "did",  "can",   "could", "will",  "would", "should", "has", "have", "had",
    "the",  "a",     "an",   "of",   "in",    "on",    "for",   "to",    "and",    "or",  "by",   "with",
    "from", "at",    "as",   "be",   "been",  "there", "it",    "its",   "that",   "this"};

bool is_asking_word(std::string_view word) {
  return std::ranges::find(asking_words, word) != asking_words.end();
}

// "How long", "how many": together one asking word.
constexpr std::array<std::string_view, 15> degrees = {"much", "many",  "large", "big",   "long", "old",  "high", "far",
                                                      "fast", "often", "tall",  "heavy", "deep", "wide", "soon"};

bool is_degree(std::string_view before, std::string_view word) {
  return before == "how" && std::ranges::find(degrees, word) != degrees.end();
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
  return std::ranges::any_of(beginnings, [&](auto beginning) { return text.starts_with(beginning); });
}

const std::regex& year() {
  static const std::regex pattern(R"(\b(19|20)\d\d\b)");
  return pattern;
}

// The beginning of a follow-up that carries no subject of its own.
std::string_view without_lead(std::string_view text) {
  for (const std::string_view lead :
       {"and what about ", "what about ", "how about ", "and for ", "and in ", "and ", "but "}) {
    if (ascii_lower(text.substr(0, lead.size())) == lead) return text.substr(lead.size());
  }
  return text;
}

bool depends_on_earlier(const std::string& question) {
  const auto lower = ascii_lower(question);
  if (starts_with_any(lower, {"and ", "what about ", "how about ", "but "})) return true;
  std::size_t content = 0;
  bool pointer = false;
  for (const auto& token : search::terms_of(lower, "")) {
    const std::string_view word(token.surface);
    if (word == "it" || word == "they" || word == "them" || word == "that" || word == "those" || word == "these" ||
        word == "its" || word == "their" || word == "he" || word == "she" || word == "his" || word == "her") {
      pointer = true;
    } else if (!is_asking_word(word)) {
      ++content;
    }
  }
  return (pointer && content <= 4) || content <= 1;
}

}  // namespace

std::string resolve_follow_up(const std::string& question, std::span<const Turn> history) {
  if (history.empty() || !depends_on_earlier(question)) return question;
  const auto& last = history.back();
  const auto earlier = resolve_follow_up(last.question, history.first(history.size() - 1));
  const std::string rest(without_lead(question));
  // A new year takes the place of the old one; anything else is added.
  std::smatch found;
  if (std::regex_search(rest, found, year()) && std::regex_search(earlier, year())) {
    const auto replaced = std::regex_replace(earlier, year(), found.str());
    std::size_t other_words = 0;
    for (const auto& token : search::terms_of(rest, ""))
      other_words += !is_asking_word(token.surface) && token.surface != found.str();
    if (other_words == 0) return replaced;
    return replaced + " " + rest;
  }
  return earlier + " " + rest;
}

Question read_question(const index::View& view, const std::string& text) {
  Question out;
  out.text = text;
  const auto lower = ascii_lower(text);
  static const std::regex figure(
      R"(\b(how (much|many|large|big|long|old|high|far|fast)|what (percentage|percent|share|amount|number|ratio|is the (total|amount|number|ratio|value|price|cost))|percent|percentage|ratio|average|total|amount)\b)");
  out.wants_figure = std::regex_search(lower, figure);
  static const std::regex time(R"(\b(when|(what|which) (year|date|day|month|century))\b)");
  out.wants_time = std::regex_search(lower, time);
  out.yes_no = starts_with_any(lower, {"is ", "are ", "was ", "were ", "do ", "does ", "did ", "can ", "could ",
                                       "will ", "has ", "have ", "had ", "should "});
  out.language = view.document_count() == 0 ? std::string() : view.document(0).language;
  std::set<std::string> seen;
  std::string before;
  std::size_t end = 0;  // of what `keywords` has
  double sum = 0;
  for (const auto& token : search::terms_of(text, out.language)) {
    const bool asks = is_asking_word(token.surface) || is_degree(before, token.surface);
    before = token.surface;
    // An identifier's parts lie in it.
    if (!asks && token.begin >= end) {
      out.keywords.append(out.keywords.empty() ? "" : " ").append(text, token.begin, token.end - token.begin);
      end = token.end;
    }
    if (asks || !seen.insert(token.text).second) continue;
    const auto weight = view.rarity(token.text);
    out.terms.push_back({token.text, weight});
    sum += weight;
  }
  if (out.keywords.empty() || search::has_quotes(text)) out.keywords = text;
  for (auto& term : out.terms) term.weight = sum > 0 ? term.weight / sum : 0;
  return out;
}

double heading_coverage(const Question& question, const index::View& view, index::PassageRef passage) {
  double covered = 0;
  for (const auto& term : question.terms) {
    if (view.is_headed(passage, term.term)) covered += term.weight;
  }
  return covered;
}

}  // namespace oprag::answer
