// Which document a question means: by what documents are called, and by the years and quarters they speak of.
#pragma once
#include <map>
#include <string_view>
#include <vector>

#include "index/passage_index.hpp"

namespace oprag::answer {

struct Routes {
  std::map<std::size_t, double> fits;  // 0 to 1 for each document: how well its names and periods fit the question's
  // 0 to 1, of those that are meant: where documents are short, their passages say as much as their names.
  double strength = 0;
};

// For `documents`, which are indexes of the view's. No fits when the question names none of them, so that a question
// without names is not routed at all.
Routes route(const index::View& view, std::string_view question, const std::vector<std::size_t>& documents);

}  // namespace oprag::answer
