// What a code point is to the tokenizer, and the two normal forms of a word.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace oprag::search {

enum class CharacterKind {
  other,      // ends a word
  letter,     // with its combining marks
  digit,      // decimal, of any script
  unspaced,   // a letter of a script that writes no blanks between words (or, Korean, few): indexed in pairs
  ideograph,  // unspaced, and a word by itself
  invisible,  // soft hyphen, joiners: part of a word, not of its spelling
};

struct Character {
  CharacterKind kind = CharacterKind::other;
  char32_t code = 0;     // 0 for a malformed byte
  std::size_t size = 1;  // bytes
};

// The character at `at`, which must be less than text.size(). Malformed UTF-8 is `other`, a byte at a time.
Character character_at(std::string_view text, std::size_t at);

// NFKC, case folded, default-ignorable code points dropped, digits of every script as 0 to 9.
std::string fold(std::string_view word);

// Latin, Greek and Cyrillic letters without diacritics; other scripts unchanged, since their marks are vowels.
std::string without_accents(std::string word);

}  // namespace oprag::search
