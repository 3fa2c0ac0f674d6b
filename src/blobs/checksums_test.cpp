#include "blobs/checksums.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"

namespace oprag::blobs {
namespace {

// The check values of the CRC catalogue, and of FIPS 180.
TEST(Checksums, AgreeWithThePublishedValues) {
  const auto hex = [](std::string_view name) {
    return crypto::hex_encode(*crypto::base64_decode(checksum_of(name, "123456789")));
  };
  EXPECT_EQ(hex("crc32"), "cbf43926");
  EXPECT_EQ(hex("crc32c"), "e3069283");
  EXPECT_EQ(hex("crc64nvme"), "ae8b14860a799888");
  EXPECT_EQ(hex("sha1"), "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
  EXPECT_EQ(hex("md5"), "25f9e794323b453885f5181f1b624d0b");
  EXPECT_EQ(Checksum::of("crc16"), nullptr);
}

}  // namespace
}  // namespace oprag::blobs
