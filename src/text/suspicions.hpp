// What a document holds that is meant for a language model rather than for its readers. It never changes an answer: the
// passages stay data. Owners are shown it, who know whether it belongs there.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/document.hpp"

namespace oprag::text {

inline constexpr std::size_t most_suspicions = 20;  // a document

struct Suspicion {
  std::string code;  // instructions, template_tokens, hidden_text
  std::optional<std::int64_t> page;
  std::string excerpt;  // at most 200 code points
};

// In the order of the pages; one of a kind on each page.
std::vector<Suspicion> suspicions_in(const Document& document);

// Whether a text gives orders to a model or to who reads on its behalf: where the first of them begins, in bytes.
std::optional<std::size_t> instructions_in(std::string_view text);
// The same for what only the templates of chat models hold: "<|im_start|>".
std::optional<std::size_t> template_tokens_in(std::string_view text);

}  // namespace oprag::text
