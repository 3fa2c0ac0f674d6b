// An e-mail address as a request may hold it: one @, something on either side, no spaces; kept in lower case.
#pragma once
#include <string>

#include "base/text.hpp"
#include "json/codec.hpp"

namespace oprag {

struct Email {
  std::string value;
};

inline constexpr std::size_t longest_email = 128;  // of a name to sign in with

inline bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > longest_email || at == 0 || at == text.npos || at + 1 == text.size()) return false;
  const auto odd = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '<' || c == '>' || c == ',';
  };
  return text.find('@', at + 1) == text.npos && std::none_of(text.begin(), text.end(), odd);
}

namespace json {
template <>
struct Codec<Email> {
  static Email decode(const bj::value& v, std::string_view at) {
    const auto text = Codec<std::string>::decode(v, at);
    const auto trimmed = trim(text);
    if (trimmed.empty()) reject(at, "is required");
    if (!is_email(trimmed)) reject(at, "must be an e-mail address");
    return {ascii_lower(trimmed)};
  }
  static bj::value encode(const Email& v) { return bj::value(v.value); }
  static bj::object schema(Components&) {
    return {{"type", "string"}, {"format", "email"}, {"minLength", 3}, {"maxLength", longest_email}};
  }
};
}  // namespace json

}  // namespace oprag
