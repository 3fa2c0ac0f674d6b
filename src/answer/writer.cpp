#include "answer/writer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace oprag::answer {

bool Writer::add(std::string_view text, const Quote& quote, Support support, Join join) {
  if (said_.contains(text)) return false;
  const auto source = source_index(quote);
  if (!source) return false;
  said_.emplace(text);
  if (!out_.answer.empty()) out_.answer += join == Join::new_line ? "\n" : " ";
  const auto begin = static_cast<std::int64_t>(code_points(out_.answer));
  out_.answer += text;
  out_.citations.push_back({.answer_start = begin,
                            .answer_end = static_cast<std::int64_t>(code_points(out_.answer)),
                            .source = *source,
                            .support = support});
  out_.answered = true;
  return true;
}

std::optional<std::int64_t> Writer::source_index(const Quote& quote) {
  const auto known = std::ranges::find_if(quotes_, [&](const Quote& q) {
    return q.passage == quote.passage && q.begin == quote.begin && q.end == quote.end;
  });
  if (known != quotes_.end()) return known - quotes_.begin();
  const auto page = page_of(view_, quote.passage);
  if (quotes_.size() == max_sources || (pages_.size() == max_source_pages && !pages_.contains(page))) return {};
  pages_.insert(page);
  quotes_.push_back(quote);
  out_.sources.push_back(source_of(view_, quote));
  return static_cast<std::int64_t>(quotes_.size() - 1);
}

}  // namespace oprag::answer
