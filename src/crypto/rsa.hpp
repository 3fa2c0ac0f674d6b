// RSA-2048 keys that sign tokens, and the public keys that verify them.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace oprag::crypto {

class RsaKey {
 public:
  static RsaKey generate();                        // 2048 bits, e = 65537
  static RsaKey from_pem(const std::string& pem);  // private; throws std::runtime_error
  // From a JWK's modulus and exponent (big-endian bytes). Nothing for a key known to be weak (ROCA), below 2048 or
  // above 8192 bits, or for an even or small exponent.
  static std::optional<RsaKey> from_public(std::string_view modulus, std::string_view exponent);

  std::string to_pem() const;  // private, PKCS #8
  std::string modulus() const;
  std::string exponent() const;
  // RSASSA-PKCS1-v1_5 with SHA-256.
  std::string sign(std::string_view message) const;
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  explicit RsaKey(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace oprag::crypto
