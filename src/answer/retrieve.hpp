// From candidates to a ranking: both lists on one scale, then what the document and the page around a passage say for
// it.
#pragma once
#include <vector>

#include "answer/engine.hpp"

namespace oprag::answer {

struct Ranked {
  index::PassageRef passage = 0;
  std::optional<double> keyword, semantic;  // as the index scored it; nothing when it was not in that list
  double fused = 0;                         // 0 to 1, comparable within one question
};

// Best first, each wording once, at least `count` where the index has so many near the top.
std::vector<Ranked> retrieve(const index::View& view, const Question& question, std::span<const float> vector,
                             const Options& options, std::size_t count);

}  // namespace oprag::answer
