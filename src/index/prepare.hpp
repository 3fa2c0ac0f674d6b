// A document that was read, as the index takes it: cut into passages that know their place in it.
#pragma once
#include <string>
#include <vector>

#include "index/passage_index.hpp"
#include "text/passages.hpp"

namespace oprag::index {

// Part of a segment's generation: raised when the same text gives other passages, terms or embedded text.
inline constexpr const char* preparation_version = "5";

struct Prepared {
  std::vector<Passage> passages;
  std::vector<std::string> embedded;  // what the embedder sees of each: its place in the document before its words
};

// What the embedder sees of a passage.
std::string embedded_text(const Document& document, const Passage& passage);
// Adds to the document what it says of itself.
Prepared prepare(Document& document, const text::Document& read, const text::ChunkOptions& options);

}  // namespace oprag::index
