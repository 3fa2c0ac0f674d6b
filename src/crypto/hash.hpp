// Hashes and keyed hashes, as raw bytes unless the name says hex.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace oprag::crypto {

std::string sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string md5(std::string_view bytes);  // ETags only
std::string hmac_sha256(std::string_view key, std::string_view message);
// Length is public, contents are not.
bool constant_time_equal(std::string_view a, std::string_view b);
// HKDF-SHA256 without salt: a key for one purpose from an installation secret.
std::string derive_key(std::string_view secret, std::string_view purpose, std::size_t length = 32);

// SHA-256 and MD5 of a stream, in one pass.
class StreamHash {
 public:
  StreamHash();
  ~StreamHash();
  void update(std::string_view bytes);
  struct Digests {
    std::string sha256, md5;
  };
  Digests finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oprag::crypto
