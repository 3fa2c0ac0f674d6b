// What a project's documents are about, read from its index: titles and headings.
#pragma once
#include "features/test_prompts/suggestions.hpp"
#include "index/passage_index.hpp"

namespace oprag::test_prompts {

inline constexpr std::size_t topics_limit = 300;

// `index` outlives what is returned.
TopicsOf topics_in(index::PassageIndex& index);

}  // namespace oprag::test_prompts
