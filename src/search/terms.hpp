// The tokenizer: what counts as one word, in the index and in the question alike.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oprag::search {

struct Term {
  std::string text;     // as the index writes it: folded, stemmed, without accents; a number in one spelling
  std::string surface;  // folded only
  // Counts words. An identifier ("AB-12/3") gives its parts at successive positions and, at the first one's, itself.
  std::uint32_t position = 0;
  std::uint32_t begin = 0, end = 0;  // bytes in the text
};

// Words of `text` in reading order. `language` ("en", "de", …) chooses the stemmer and how numbers are grouped; an
// unknown one stems nothing. Scripts without blanks give overlapping pairs, ideographs each by itself too. Never fails:
// malformed UTF-8 separates words, and a "word" over 64 characters (encoded data) only takes a position.
std::vector<Term> terms_of(std::string_view text, std::string_view language);

}  // namespace oprag::search
