// Which word of a statement is which word of the text.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "verify/reading.hpp"

namespace oprag::verify {

struct Match {
  std::size_t place = 0;  // in the text
  std::size_t group = 0;  // 0: the longest run in the text's order; others were moved as a whole
};

struct Alignment {
  std::vector<std::optional<Match>> matches;  // one a token of the statement
  std::vector<bool> used;                     // one a token of the text
  double weight = 0;                          // of what was found, over that of the statement: 0 to 1
};

// Equal, or the same said less precisely ("2019" of "2 May 2019").
bool says(const Token& statement, const Token& text);
Alignment align(std::span<const Token> statement, std::span<const Token> text);

}  // namespace oprag::verify
