// Where the sentences, list items and table rows of a passage begin and end.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "index/passage_index.hpp"

namespace oprag::answer {

// Bytes of the passage's text, without white space at either end.
struct Span {
  std::size_t begin = 0, end = 0;
  bool heading = false;  // names what comes after it and says nothing itself
};

// A full stop of scripts that put no blank after it.
bool ends_with_wide_mark(std::string_view text);

std::vector<Span> sentences_of(std::string_view text, index::PassageKind kind);

}  // namespace oprag::answer
