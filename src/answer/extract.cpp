#include "answer/extract.hpp"

#include <algorithm>
#include <set>

#include "answer/sentences.hpp"
#include "base/text.hpp"

namespace oprag::answer {
namespace {

constexpr double worth_adding = 0.8;  // of the best quote's score
constexpr double figure_bonus = 0.05;

bool is_heading(const index::Passage& passage, const Span& span, std::string_view text) {
  return span.heading || std::ranges::find(passage.headings, text) != passage.headings.end();
}

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<Quote> all_quotes(const index::View& view, const Question& question, const std::vector<Ranked>& ranking,
                              const Options& options) {
  std::vector<Quote> out;
  const auto count = std::min(ranking.size(), options.top_k);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& passage = view.passage(ranking[i].passage);
    const auto& language = view.document(view.document_of(ranking[i].passage)).language;
    for (const auto& span : sentences_of(passage.text, passage.kind)) {
      const auto text = std::string_view(passage.text).substr(span.begin, span.end - span.begin);
      if (is_heading(passage, span, text)) continue;
      // What a row or a sentence means stands partly in its headings and column heads.
      auto surrounding = passage.table_head;
      for (const auto& heading : passage.headings) surrounding.append(" ").append(heading);
      const auto own = coverage(question, text, language);
      const auto with_context = coverage(question, surrounding.append(" ").append(text), language);
      auto score = (ranking[i].fused + 0.75 * own + 0.25 * with_context) / 2;
      if (question.wants_figure && has_digit(text)) score += figure_bonus;
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

std::vector<Quote> choose_quotes(const index::View& view, const Question& question, const std::vector<Ranked>& ranking,
                                 const Options& options) {
  std::vector<Quote> chosen;
  std::set<std::pair<std::size_t, std::int64_t>> pages;
  std::set<std::string, std::less<>> said;
  std::size_t length = 0;
  for (const auto& quote : all_quotes(view, question, ranking, options)) {
    const auto text = text_of(view, quote);
    const auto size = code_points(text);
    if (!chosen.empty() && (quote.score < worth_adding * chosen.front().score || length + 1 + size > answer_budget))
      continue;
    const auto page = page_of(view, quote.passage);
    if (!pages.contains(page) && pages.size() == max_source_pages) continue;
    if (!said.emplace(text).second) continue;
    pages.insert(page);
    chosen.push_back(quote);
    length += size + 1;
    if (chosen.size() == max_sources) break;
  }
  return chosen;
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
