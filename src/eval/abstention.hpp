// Whether what the documents do not answer is refused, and what they do answer is not.
#pragma once
#include <cstddef>
#include <vector>

#include "eval/measures.hpp"

namespace oprag::eval {

// Half of the articles in the project and half out, then swapped: questions to those inside, to those outside, and such
// as an article seems to answer and does not; `most` of each a half. Then a page of one article alone in its project.
std::vector<Figure> measure_abstention(System& system, const std::vector<Set>& articles, std::size_t most);

}  // namespace oprag::eval
