// What a question asks for, read without a model: its words and how much each weighs, and what an earlier turn adds.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "answer/result.hpp"
#include "index/passage_index.hpp"

namespace oprag::answer {

struct WeightedTerm {
  std::string term;   // as the index writes it
  double weight = 0;  // share of the question's idf weight; all shares sum to 1
};

struct Question {
  std::string text;      // resolved: what was searched for
  std::string keywords;  // without the words that ask, unless it quotes
  std::vector<WeightedTerm> terms;
  std::string language;       // of the documents it is asked of; empty when that cannot be told
  bool foreign = false;       // in another language than the embedder was trained for
  bool wants_figure = false;  // "how much", "how many", "what percentage", a year-on-year comparison
  bool wants_time = false;    // "when", "what year"
  bool yes_no = false;
};

// "And for 2021?" becomes the earlier question with 2021 in it; a question that stands alone is returned as it is.
std::string resolve_follow_up(const std::string& question, std::span<const Turn> history);

Question read_question(const index::View& view, const std::string& text);

// The share of the question's weight in what a passage stands under, 0 to 1.
double heading_coverage(const Question& question, const index::View& view, index::PassageRef passage);

}  // namespace oprag::answer
