#include "text/quality.hpp"

#include <cstddef>

namespace oprag::text {
namespace {

constexpr std::size_t enough_letters = 300;

bool is_letter(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}
bool is_vowel(unsigned char c) {
  switch (c | 0x20) {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u':
    case 'y':
      return true;
    default:
      return c >= 0x80;  // accented letters and other scripts
  }
}

// Two to 24 letters, one of them a vowel; scripts without blanks give longer runs.
bool is_plausible(std::string_view word) {
  bool vowel = false, wide = false;
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    vowel = vowel || is_vowel(byte);
    wide = wide || byte >= 0xe0;
  }
  return wide || (vowel && word.size() >= 2 && word.size() <= 24);
}

}  // namespace

double quality_of(std::string_view text) {
  std::size_t letters = 0, plausible = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_letter(static_cast<unsigned char>(text[i]))) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_letter(static_cast<unsigned char>(text[end]))) ++end;
    letters += end - i;
    if (is_plausible(text.substr(i, end - i))) plausible += end - i;
    i = end;
  }
  if (letters < enough_letters) return 1;
  return static_cast<double>(plausible) / static_cast<double>(letters);
}

}  // namespace oprag::text
