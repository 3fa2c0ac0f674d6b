// A search::Snapshot as a View.
#pragma once
#include "index/passage_index.hpp"

namespace oprag::index {

// `comparable`: whether its vectors were made by the embedder that questions go to; otherwise it answers by keyword
// alone.
std::shared_ptr<const View> view_of(std::shared_ptr<const search::Snapshot> snapshot, bool comparable);

}  // namespace oprag::index
