#include "crypto/password.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace oprag::crypto {

std::string hash_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (sodium_init() < 0 || crypto_pwhash_str_alg(out.data(), password.data(), password.size(), password_passes,
                                                 password_memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::runtime_error("not enough memory to hash a password");
  }
  return out.data();
}

bool verify_password(std::string_view stored, std::string_view password) {
  if (sodium_init() < 0 || stored.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(std::string(stored).c_str(), password.data(), password.size()) == 0;
}

}  // namespace oprag::crypto
