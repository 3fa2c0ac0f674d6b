// A text cut into words, numbers and marks, before anything is understood.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace oprag::verify {

// A run of letters, a run of digits with their marks, or one other character.
struct Piece {
  enum class Kind { word, digits, mark } kind = Kind::mark;
  std::string form;
  bool capital = false, blank_before = false, line_before = false;
};

std::vector<Piece> pieces_of(std::string_view text);

}  // namespace oprag::verify
