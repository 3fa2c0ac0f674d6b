// The checksums that S3 clients send: crc32, crc32c, crc64nvme, sha1, sha256, and md5 for Content-MD5.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace oprag::blobs {

inline constexpr std::array<std::string_view, 5> checksum_names{"crc32", "crc32c", "crc64nvme", "sha1", "sha256"};

class Checksum {
 public:
  virtual ~Checksum() = default;
  virtual void update(std::string_view bytes) = 0;
  // Raw bytes, big-endian; once.
  virtual std::string finish() = 0;

  // Null for a name that is none of them.
  static std::unique_ptr<Checksum> of(std::string_view name);
};

// Of some bytes, in base64.
std::string checksum_of(std::string_view name, std::string_view bytes);

}  // namespace oprag::blobs
