#include "answer/extract.hpp"

#include <algorithm>
#include <set>

#include "answer/words.hpp"
#include "base/text.hpp"

namespace oprag::answer {
namespace {

constexpr double figure_bonus = 0.1;        // of a sentence with digits, when the question asks for what has some
constexpr double near = 0.85;               // of the best passage's score: its page is worth looking at, too
constexpr std::size_t another_page = 125;   // code points that an answer may be longer for each further page
constexpr std::size_t shortest_part = 100;  // code points of a sentence that is too long to be quoted whole

bool is_heading(const index::Passage& passage, const Span& span, std::string_view text) {
  return span.heading || std::ranges::find(passage.headings, text) != passage.headings.end();
}

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The stretch of a long sentence that carries most of the question, with what stands around it, cut between words.
Span narrowed(const Question& question, std::string_view text, const Span& sentence,
              std::span<const Words::Place> places, std::size_t budget) {
  const auto length = [&](std::size_t from, std::size_t to) { return code_points(text.substr(from, to - from)); };
  if (length(sentence.begin, sentence.end) <= budget) return sentence;
  Span core{sentence.begin, sentence.begin};
  double most = 0;
  for (std::size_t first = 0, last = 0; first < places.size(); ++first) {
    last = std::max(last, first);
    while (last < places.size() && length(places[first].begin, places[last].end) <= budget) ++last;
    const auto weight = weight_of(question, places.subspan(first, last - first));
    if (weight > most) most = weight, core = {places[first].begin, places[last - 1].end};
  }
  // Word by word to either side in turn, as far as there is room.
  const auto blank_before = [&](std::size_t at) {
    if (at <= sentence.begin) return sentence.begin;
    const auto blank = text.find_last_of(" \n", at >= 2 ? at - 2 : 0);
    return blank == std::string_view::npos || blank < sentence.begin ? sentence.begin : blank + 1;
  };
  const auto blank_after = [&](std::size_t at) {
    if (at >= sentence.end) return sentence.end;
    return std::min(text.find_first_of(" \n", at + 1), sentence.end);
  };
  for (bool grew = true; grew;) {
    grew = false;
    if (const auto end = blank_after(core.end); end > core.end && length(core.begin, end) <= budget)
      core.end = end, grew = true;
    if (const auto begin = blank_before(core.begin); begin < core.begin && length(begin, core.end) <= budget)
      core.begin = begin, grew = true;
  }
  // No blanks at all: as much as there is room for.
  if (core.begin == core.end) core.end += first_code_points(text.substr(core.begin), budget).size();
  return core;
}

std::vector<Quote> all_quotes(const index::View& view, const Question& question, const std::vector<Ranked>& ranking,
                              const Options& options, Readings& readings) {
  std::vector<Quote> out;
  const auto count = std::min(ranking.size(), options.top_k);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& passage = view.passage(ranking[i].passage);
    const auto& language = view.document(view.document_of(ranking[i].passage)).language;
    const auto& [words, sentences] = readings.of(ranking[i].passage);
    // What a row or a sentence means stands partly in its headings and column heads.
    auto surrounding = passage.table_head;
    for (const auto& heading : passage.headings) surrounding.append(" ").append(heading);
    const Words around(question, surrounding, language);
    for (const auto& sentence : sentences) {
      auto text = std::string_view(passage.text).substr(sentence.begin, sentence.end - sentence.begin);
      if (is_heading(passage, sentence, text)) continue;
      const auto span = narrowed(question, passage.text, sentence, words.within(sentence), answer_budget);
      text = std::string_view(passage.text).substr(span.begin, span.end - span.begin);
      const auto own = weight_of(question, words.within(span));
      const auto with_context = weight_of(question, words.within(span), around.within({0, surrounding.size()}));
      auto score = (ranking[i].fused + 0.75 * own + 0.25 * with_context) / 2;
      if ((question.wants_figure || question.wants_time) && has_digit(text)) score += figure_bonus;
      if (code_points(text) < 12) score -= 0.2;  // a stray label answers nothing
      out.push_back({ranking[i].passage, span.begin, span.end, score});
    }
  }
  // Headings and nothing else: better the best of them than an answer without words.
  if (out.empty() && count > 0)
    out.push_back({ranking[0].passage, 0, view.passage(ranking[0].passage).text.size(), ranking[0].fused});
  std::ranges::stable_sort(out, [](const Quote& a, const Quote& b) { return a.score > b.score; });
  return out;
}

}  // namespace

std::string_view text_of(const index::View& view, const Quote& quote) {
  return std::string_view(view.passage(quote.passage).text).substr(quote.begin, quote.end - quote.begin);
}

std::pair<std::size_t, std::int64_t> page_of(const index::View& view, index::PassageRef ref) {
  const auto& passage = view.passage(ref);
  return {view.document_of(ref), passage.page.value_or(-1 - static_cast<std::int64_t>(passage.ordinal))};
}

namespace {

// Quotes as far as there is room: whole, or the part of one that carries the question.
class Selection {
 public:
  Selection(const index::View& view, const Question& question, Readings& readings)
      : view_(view), question_(question), readings_(readings) {}

  void add(Quote quote, std::size_t room) {
    if (chosen_.size() == max_sources) return;
    const auto page = page_of(view_, quote.passage);
    if (!pages_.contains(page) && pages_.size() == max_source_pages) return;
    if (code_points(text_of(view_, quote)) > room) {
      if (room < shortest_part) return;
      quote = part_of(quote, room);
    }
    const auto text = text_of(view_, quote);
    if (!said_.emplace(text).second) return;
    pages_.insert(page);
    chosen_.push_back(quote);
    length_ += code_points(text) + 1;
  }
  bool has_page(const index::PassageRef passage) const { return pages_.contains(page_of(view_, passage)); }
  std::size_t room(std::size_t budget) const { return budget - std::min(budget, length_); }
  std::vector<Quote> take() { return std::move(chosen_); }

 private:
  Quote part_of(const Quote& quote, std::size_t room) const {
    const auto& passage = view_.passage(quote.passage);
    const auto& words = readings_.of(quote.passage).words;
    const Span sentence{quote.begin, quote.end};
    const auto part = narrowed(question_, passage.text, sentence, words.within(sentence), room);
    return {quote.passage, part.begin, part.end, quote.score};
  }

  const index::View& view_;
  const Question& question_;
  Readings& readings_;
  std::vector<Quote> chosen_;
  std::set<std::pair<std::size_t, std::int64_t>> pages_;
  std::set<std::string, std::less<>> said_;
  std::size_t length_ = 0;
};

}  // namespace

// The best sentence; of printed pages also the best of each other page that comes near, since a reader opens pages;
// and what else there is room for.
std::vector<Quote> choose_quotes(const index::View& view, const Question& question, const std::vector<Ranked>& ranking,
                                 const Options& options, Readings& readings) {
  Selection out(view, question, readings);
  const auto quotes = all_quotes(view, question, ranking, options, readings);
  if (quotes.empty()) return {};
  out.add(quotes.front(), answer_budget);
  auto budget = answer_budget;
  for (const auto& ranked : std::span(ranking).first(std::min(ranking.size(), options.top_k))) {
    if (!view.passage(ranked.passage).page || out.has_page(ranked.passage)) continue;
    const auto page = page_of(view, ranked.passage);
    const auto best = std::ranges::find_if(quotes, [&](const Quote& q) { return page_of(view, q.passage) == page; });
    if (best == quotes.end() || ranked.fused < near * ranking.front().fused) continue;
    const auto before = out.room(budget);
    out.add(*best, another_page);
    if (out.room(budget) < before) budget += another_page;
  }
  for (const auto& quote : quotes) {
    if (quote.score < options.tuning.worth_adding * quotes.front().score) break;
    out.add(quote, out.room(budget));
  }
  return out.take();
}

Source source_of(const index::View& view, const Quote& quote) {
  const auto& passage = view.passage(quote.passage);
  const auto& document = view.document(view.document_of(quote.passage));
  const auto text = text_of(view, quote);
  const auto start =
      passage.start + static_cast<std::int64_t>(code_points(std::string_view(passage.text).substr(0, quote.begin)));
  return {.title = document.key_name,
          .excerpt = std::string(text),
          .page_number = {passage.page},
          .document_id = document.id,
          .version = document.version,
          .filename = document.filename,
          .text_sha256 = document.text_sha256,
          .start = start,
          .end = start + static_cast<std::int64_t>(code_points(text)),
          .score = quote.score};
}

}  // namespace oprag::answer
