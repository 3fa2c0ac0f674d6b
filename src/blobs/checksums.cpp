#include "blobs/checksums.hpp"

#include <openssl/evp.h>

#include <cstdint>

#include "crypto/encoding.hpp"

namespace oprag::blobs {
namespace {

// Reflected CRC, all ones before and after.
template <class Word, Word polynomial>
class Crc final : public Checksum {
 public:
  void update(std::string_view bytes) override {
    for (const char c : bytes) state_ = table[(state_ ^ static_cast<unsigned char>(c)) & 0xff] ^ (state_ >> 8);
  }
  std::string finish() override {
    const Word value = ~state_;
    std::string out;
    for (int shift = 8 * (sizeof(Word) - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
    return out;
  }

 private:
  static constexpr std::array<Word, 256> table = [] {
    std::array<Word, 256> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
      Word word = static_cast<Word>(i);
      for (int bit = 0; bit < 8; ++bit) word = (word & 1) != 0 ? (word >> 1) ^ polynomial : word >> 1;
      out[i] = word;
    }
    return out;
  }();
  Word state_ = ~Word{0};
};

class Digest final : public Checksum {
 public:
  explicit Digest(const EVP_MD* kind) : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_, kind, nullptr); }
  ~Digest() override { EVP_MD_CTX_free(context_); }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  void update(std::string_view bytes) override { EVP_DigestUpdate(context_, bytes.data(), bytes.size()); }
  std::string finish() override {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned length = 0;
    EVP_DigestFinal_ex(context_, out.data(), &length);
    return {reinterpret_cast<const char*>(out.data()), length};
  }

 private:
  EVP_MD_CTX* context_;
};

}  // namespace

std::unique_ptr<Checksum> Checksum::of(std::string_view name) {
  if (name == "crc32") return std::make_unique<Crc<std::uint32_t, 0xEDB88320>>();
  if (name == "crc32c") return std::make_unique<Crc<std::uint32_t, 0x82F63B78>>();
  if (name == "crc64nvme") return std::make_unique<Crc<std::uint64_t, 0x9A6C9329AC4BC9B5>>();
  if (name == "sha1") return std::make_unique<Digest>(EVP_sha1());
  if (name == "sha256") return std::make_unique<Digest>(EVP_sha256());
  if (name == "md5") return std::make_unique<Digest>(EVP_md5());
  return nullptr;
}

std::string checksum_of(std::string_view name, std::string_view bytes) {
  const auto sum = Checksum::of(name);
  sum->update(bytes);
  return crypto::base64_encode(sum->finish());
}

}  // namespace oprag::blobs
