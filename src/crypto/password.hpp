// Passwords at rest: Argon2id, parameters in the stored text.
#pragma once
#include <string>
#include <string_view>

namespace oprag::crypto {

inline constexpr std::size_t password_memory_bytes = 32u << 20;
inline constexpr unsigned long long password_passes = 3;

std::string hash_password(std::string_view password);
bool verify_password(std::string_view stored, std::string_view password);

}  // namespace oprag::crypto
