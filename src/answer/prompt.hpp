// What a language model is asked, and what of the text it may see unchanged.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/chat_model.hpp"

namespace oprag::answer {

inline constexpr std::size_t prompt_passages = 8;
inline constexpr std::size_t prompt_passage_length = 2'000;  // code points

struct PromptPassage {
  std::string title;
  std::string text;
};

struct Prompt {
  models::ChatRequest request;
  // Random words that only a model which repeats its instructions, or the frame around the passages, would say.
  std::string canary, boundary;
};

// Passages are numbered from 1. `secret`: 32 or more random characters, new for each request.
Prompt make_prompt(std::string_view question, std::span<const PromptPassage> passages, std::string_view instructions,
                   std::string_view secret);

// Without what a chat template reads as its own ("<|im_start|>", "[INST]"), and without characters that nobody sees.
std::string defused(std::string_view text);

}  // namespace oprag::answer
