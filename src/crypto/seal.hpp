// Authenticated encryption (XChaCha20-Poly1305) with a random nonce: what only this installation can read or have
// written.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace oprag::crypto {

inline constexpr std::size_t seal_key_bytes = 32;

// `context` is not stored but must be the same to open: it ties a sealed value to its place.
std::string seal(std::string_view key, std::string_view plain, std::string_view context);
// Nothing for another key, another context or damage.
std::optional<std::string> open(std::string_view key, std::string_view sealed, std::string_view context);

}  // namespace oprag::crypto
