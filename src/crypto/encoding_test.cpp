#include "crypto/encoding.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "crypto/password.hpp"
#include "crypto/seal.hpp"

namespace oprag::crypto {
namespace {

TEST(Base64, ReadsWhatItWritesAndNothingElse) {
  for (const std::string_view bytes : {"", "f", "fo", "foo", "foob"}) {
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
  }
  EXPECT_EQ(base64_encode("foob"), "Zm9vYg==");
  for (const auto* bad : {"Zg==", "Z", "Zh", "Z g", "+/", "Zm9v\n"}) EXPECT_FALSE(base64url_decode(bad)) << bad;
}

TEST(Hex, RefusesOddLengthAndOtherLetters) {
  EXPECT_EQ(hex_decode("00fF"), std::string("\0\xff", 2));
  EXPECT_FALSE(hex_decode("0"));
  EXPECT_FALSE(hex_decode("0g"));
}

TEST(Hash, AgreesWithPublishedValues) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_encode(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  StreamHash stream;
  stream.update("a");
  stream.update("bc");
  const auto digests = stream.finish();
  EXPECT_EQ(digests.sha256, sha256("abc"));
  EXPECT_EQ(hex_encode(digests.md5), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Seal, OpensOnlyWithItsKeyInItsContextUndamaged) {
  const auto key = derive_key("secret", "test"), other = derive_key("secret", "other");
  auto sealed = seal(key, "plain", "row 1");
  EXPECT_EQ(open(key, sealed, "row 1"), "plain");
  EXPECT_FALSE(open(key, sealed, "row 2"));
  EXPECT_FALSE(open(other, sealed, "row 1"));
  sealed.back() ^= 1;
  EXPECT_FALSE(open(key, sealed, "row 1"));
  EXPECT_FALSE(open(key, "short", "row 1"));
}

TEST(Password, VerifiesOnlyItself) {
  const auto stored = hash_password("Corr3ct-Horse!");
  EXPECT_TRUE(stored.starts_with("$argon2id$"));
  EXPECT_TRUE(verify_password(stored, "Corr3ct-Horse!"));
  EXPECT_FALSE(verify_password(stored, "Corr3ct-Horse"));
  EXPECT_FALSE(verify_password("nonsense", "x"));
}

}  // namespace
}  // namespace oprag::crypto
