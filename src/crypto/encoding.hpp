// Hex and base64 forms of bytes. Decoding is strict: one form for one value.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace oprag::crypto {

std::string hex_encode(std::string_view bytes);  // lower case
std::optional<std::string> hex_decode(std::string_view text);
std::string base64_encode(std::string_view bytes);  // with padding
std::optional<std::string> base64_decode(std::string_view text);
std::string base64url_encode(std::string_view bytes);  // without padding
// No padding, no white space, no `+` or `/`, and no bits set behind the last byte.
std::optional<std::string> base64url_decode(std::string_view text);
// RFC 3986: all but unreserved characters as %XX.
std::string uri_encode(std::string_view text, bool keep_slash = false);
// Nothing for a "%" without two hex digits behind it. A "+" stays one.
std::optional<std::string> uri_decode(std::string_view text);

}  // namespace oprag::crypto
