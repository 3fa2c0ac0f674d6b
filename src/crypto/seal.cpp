#include "crypto/seal.hpp"

#include <sodium.h>

#include <stdexcept>

namespace oprag::crypto {
namespace {

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

unsigned char* bytes(std::string& s) {
  return reinterpret_cast<unsigned char*>(s.data());
}
const unsigned char* bytes(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

void check_key(std::string_view key) {
  if (sodium_init() < 0 || key.size() != seal_key_bytes) throw std::logic_error("a sealing key has 32 bytes");
}

}  // namespace

std::string seal(std::string_view key, std::string_view plain, std::string_view context) {
  check_key(key);
  std::string out(nonce_bytes + plain.size() + tag_bytes, '\0');
  randombytes_buf(out.data(), nonce_bytes);
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(out) + nonce_bytes, &written, bytes(plain), plain.size(),
                                             bytes(context), context.size(), nullptr, bytes(out), bytes(key));
  return out;
}

std::optional<std::string> open(std::string_view key, std::string_view sealed, std::string_view context) {
  check_key(key);
  if (sealed.size() < nonce_bytes + tag_bytes) return {};
  std::string out(sealed.size() - nonce_bytes - tag_bytes, '\0');
  unsigned long long written = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(out), &written, nullptr, bytes(sealed) + nonce_bytes,
                                                 sealed.size() - nonce_bytes, bytes(context), context.size(),
                                                 bytes(sealed), bytes(key)) != 0) {
    return {};
  }
  return out;
}

}  // namespace oprag::crypto
