// A question as the index reads it.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oprag::search {

// The terms that one word may stand as in the index: its stem in each of the index's languages.
using Alternatives = std::vector<std::string>;

struct Query {
  std::vector<Alternatives> words;                 // each once, in the order of the question
  std::vector<std::vector<Alternatives>> phrases;  // what stood in quotation marks: what may stand at each position
};

// Whether the text has a stretch between quotation marks.
bool has_quotes(std::string_view text);

Query parse_query(std::string_view text, std::span<const std::string> languages);

}  // namespace oprag::search
