// What retrieval is compared with: itself with a part taken away, and the plain fusion that many systems are.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "answer/engine.hpp"

namespace oprag::eval {

using FloatVectors = std::map<DocumentId, std::vector<std::vector<float>>>;  // a vector a passage

// The view with its vectors as the embedder made them, not rounded to int8.
std::shared_ptr<const index::View> with_floats(std::shared_ptr<const index::View> view, FloatVectors vectors);

// Both lists stretched from 0 to 1 and added half and half; nothing else. Best first.
std::vector<index::Candidate> plain_fusion(const index::View& view, const std::string& question,
                                           std::span<const float> vector, std::size_t count);

}  // namespace oprag::eval
