// Cuts a document into passages: within a page, along blocks, a table's rows under its heads.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "text/document.hpp"

namespace oprag::text {

struct ChunkOptions {
  std::int64_t tokens = 200;  // at most, but for a single long sentence or row
  std::int64_t overlap = 20;  // of prose, repeated from the passage before
};

struct Chunk {
  std::int64_t start = 0, end = 0;  // code points in the document's text
  std::optional<std::int64_t> page;
  bool table = false;
  std::vector<std::string> headings;  // outermost first
  std::string table_head;
  std::string text;  // exactly [start, end)
};

std::vector<Chunk> passages_of(const Document& document, const ChunkOptions& options);

// About how many pieces an English word-piece vocabulary makes of the text.
std::int64_t estimated_tokens(std::string_view text);

}  // namespace oprag::text
