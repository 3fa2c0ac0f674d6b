// BERT's tokenizer: basic tokens (cleaned, lower case, without accents, ideographs and punctuation apart) cut into the
// longest pieces that the vocabulary has.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace oprag::models {

class WordPiece {
 public:
  enum class Case { fold, keep };  // fold: lower case and no accents, as the "uncased" models are trained

  // `vocabulary`: the pieces by id. Throws std::runtime_error when it lacks a special token.
  WordPiece(const std::vector<std::string>& vocabulary, Case letter_case);
  // Reads tokenizer.json (of kind WordPiece) if there is one, else vocab.txt (uncased).
  static WordPiece from_directory(const std::filesystem::path& directory);

  // [CLS] pieces… [SEP], at most `max_tokens` (≥ 2). Special tokens come from here alone: "[CLS]" in the text is text.
  std::vector<std::int64_t> encode(std::string_view text, std::size_t max_tokens) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
  };

  std::int64_t special(std::string_view piece) const;
  void append_pieces(std::string_view word, std::vector<std::int64_t>& out) const;

  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> ids_;
  Case case_;
  std::int64_t classify_, separate_, unknown_;
};

}  // namespace oprag::models
