#include "search/characters.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace oprag::search {
namespace {

struct Range {
  char32_t first, last;
};

constexpr std::array ideographs = {Range{0x3005, 0x3007}, Range{0x3400, 0x4dbf},   Range{0x4e00, 0x9fff},
                                   Range{0xf900, 0xfaff}, Range{0x20000, 0x2fa1f}, Range{0x30000, 0x323af}};
constexpr std::array unspaced_scripts = {Range{0x0e00, 0x0eff},  // Thai, Lao
                                         Range{0x0f00, 0x0fff},  // Tibetan
                                         Range{0x1000, 0x109f},  // Burmese
                                         Range{0x1100, 0x11ff},  // Hangul
                                         Range{0x1780, 0x17ff},  // Khmer
                                         Range{0x3041, 0x30ff},  // Japanese kana
                                         Range{0x3130, 0x318f}, Range{0x31f0, 0x31ff},
                                         Range{0xac00, 0xd7af}, Range{0xff66, 0xff9f}};

constexpr bool within(char32_t code, const auto& ranges) {
  return std::ranges::any_of(ranges, [&](const Range& r) { return code >= r.first && code <= r.last; });
}

CharacterKind kind_of_wide(char32_t code) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
      if (within(code, ideographs)) return CharacterKind::ideograph;
      return within(code, unspaced_scripts) ? CharacterKind::unspaced : CharacterKind::letter;
    case UTF8PROC_CATEGORY_ND:
      return CharacterKind::digit;
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ME:
      return CharacterKind::invisible;
    default:
      return CharacterKind::other;
  }
}

constexpr CharacterKind kind_of_ascii(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CharacterKind::letter;
  if (c >= '0' && c <= '9') return CharacterKind::digit;
  return CharacterKind::other;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string mapped(std::string_view text, int options) {
  utf8proc_uint8_t* raw = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &raw, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
  if (size < 0) return std::string(text);
  return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
}

void append(std::string& out, char32_t code) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

// Unicode keeps the ten digits of a script together, zero first.
char ascii_digit(char32_t code) {
  char32_t zero = code;
  while (code - zero < 9 && utf8proc_category(static_cast<utf8proc_int32_t>(zero - 1)) == UTF8PROC_CATEGORY_ND) --zero;
  return static_cast<char>('0' + (code - zero));
}

std::string with_ascii_digits(const std::string& word) {
  std::string out;
  out.reserve(word.size());
  for (std::size_t i = 0; i < word.size();) {
    const auto c = character_at(word, i);
    if (c.kind == CharacterKind::digit && c.code >= 0x80) {
      out += ascii_digit(c.code);
    } else {
      out.append(word, i, c.size);
    }
    i += c.size;
  }
  return out;
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  if (static_cast<unsigned char>(text[at]) < 0x80) {
    return {kind_of_ascii(text[at]), static_cast<char32_t>(text[at]), 1};
  }
  utf8proc_int32_t code = 0;
  const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                                     static_cast<utf8proc_ssize_t>(text.size() - at), &code);
  if (size <= 0) return {};
  return {kind_of_wide(static_cast<char32_t>(code)), static_cast<char32_t>(code), static_cast<std::size_t>(size)};
}

std::string fold(std::string_view word) {
  if (is_ascii(word)) {
    std::string out(word);
    for (auto& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return out;
  }
  return with_ascii_digits(
      mapped(word, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE));
}

std::string without_accents(std::string word) {
  constexpr unsigned char first_lead_after_cyrillic = 0xd5;
  const auto first = word.empty() ? 0 : static_cast<unsigned char>(word.front());
  if (is_ascii(word) || (first >= first_lead_after_cyrillic && first != 0xe1))
    return word;  // 0xe1: Latin, Greek extended
  const auto decomposed = mapped(word, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
  std::string out;
  for (std::size_t i = 0; i < decomposed.size();) {
    const auto c = character_at(decomposed, i);
    if (c.code < 0x300 || c.code > 0x36f) append(out, c.code);
    i += c.size;
  }
  return mapped(out, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

}  // namespace oprag::search
