// The answer without a language model: the sentences, list items and table rows that carry most of the question,
// verbatim.
#pragma once
#include <string_view>
#include <utility>
#include <vector>

#include "answer/result.hpp"
#include "answer/retrieve.hpp"
#include "answer/words.hpp"

namespace oprag::answer {

inline constexpr std::size_t answer_budget = 250;  // code points

// One chosen stretch of a passage.
struct Quote {
  index::PassageRef passage = 0;
  std::size_t begin = 0, end = 0;  // bytes of the passage's text
  double score = 0;
};

// Best first. Never empty when `ranking` is not.
std::vector<Quote> choose_quotes(const index::View& view, const Question& question, const std::vector<Ranked>& ranking,
                                 const Options& options, Readings& readings);

// The stretch as a source, with its offsets in the document's text.
Source source_of(const index::View& view, const Quote& quote);

std::string_view text_of(const index::View& view, const Quote& quote);
// What counts as one page: passages of formats without pages are one each.
std::pair<std::size_t, std::int64_t> page_of(const index::View& view, index::PassageRef passage);

}  // namespace oprag::answer
