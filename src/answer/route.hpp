// Which document a question means: by what documents are called, and by the years and quarters they speak of.
#pragma once
#include <map>
#include <string_view>
#include <vector>

#include "index/passage_index.hpp"

namespace oprag::answer {

// 0 to 1 for each of `documents` (indexes of the view's): how well its names and periods fit those in the question.
// Empty when the question names none of them, so that a question without names is not routed at all.
std::map<std::size_t, double> route(const index::View& view, std::string_view question,
                                    const std::vector<std::size_t>& documents);

}  // namespace oprag::answer
