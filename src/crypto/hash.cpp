#include "crypto/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

#include "crypto/encoding.hpp"

namespace oprag::crypto {
namespace {

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, kind, nullptr) != 1)
    throw std::runtime_error("digest failed");
  return {reinterpret_cast<const char*>(out.data()), length};
}

struct FreeContext {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context context(const EVP_MD* kind) {
  Context out(EVP_MD_CTX_new());
  EVP_DigestInit_ex(out.get(), kind, nullptr);
  return out;
}

std::string finish(const Context& c) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  EVP_DigestFinal_ex(c.get(), out.data(), &length);
  return {reinterpret_cast<const char*>(out.data()), length};
}

}  // namespace

std::string sha256(std::string_view bytes) {
  return digest(EVP_sha256(), bytes);
}
std::string sha256_hex(std::string_view bytes) {
  return hex_encode(sha256(bytes));
}
std::string md5(std::string_view bytes) {
  return digest(EVP_md5(), bytes);
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), out.data(), &length);
  return {reinterpret_cast<const char*>(out.data()), length};
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string derive_key(std::string_view secret, std::string_view purpose, std::size_t length) {
  const auto prk = hmac_sha256(std::string(32, '\0'), secret);
  std::string out, block;
  for (char counter = 1; out.size() < length; ++counter) {
    block = hmac_sha256(prk, block + std::string(purpose) + counter);
    out += block;
  }
  return out.substr(0, length);
}

struct StreamHash::State {
  Context sha256 = context(EVP_sha256());
  Context md5 = context(EVP_md5());
};

StreamHash::StreamHash() : state_(std::make_unique<State>()) {}
StreamHash::~StreamHash() = default;

void StreamHash::update(std::string_view bytes) {
  EVP_DigestUpdate(state_->sha256.get(), bytes.data(), bytes.size());
  EVP_DigestUpdate(state_->md5.get(), bytes.data(), bytes.size());
}

StreamHash::Digests StreamHash::finish() {
  return {crypto::finish(state_->sha256), crypto::finish(state_->md5)};
}

}  // namespace oprag::crypto
