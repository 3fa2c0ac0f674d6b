// Whether the passages answer the question at all: how near the best of them comes, and how near is near enough. Pure
// functions of the question and the index.
#pragma once
#include <span>
#include <vector>

#include "answer/question.hpp"
#include "answer/retrieve.hpp"
#include "answer/words.hpp"
#include "index/passage_index.hpp"

namespace oprag::answer {

// 0 to 1, comparable between questions. `vector`: the question's embedding; empty: words alone.
double confidence(const index::View& view, const Question& question, std::span<const float> vector,
                  const std::vector<Ranked>& ranking, Readings& readings);

// What the confidence must reach. `embedded`: whether it has a vector to go by.
double shipped_threshold(const index::View& view, const Question& question, bool embedded);

}  // namespace oprag::answer
