#include "crypto/srp.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag::crypto {
namespace {

// The exchange that amazon-cognito-identity-js computes for these inputs.
constexpr std::string_view pool = "AbCdEfGhI";
constexpr std::string_view user = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const std::string b = *hex_decode(
    "e487cb59d31ac550471e81f00f6928e01dda08e974a004f49e61f5d105284d20"
    "e487cb59d31ac550471e81f00f6928e01dda08e974a004f49e61f5d105284d20");
const std::string salt = *hex_decode("beb25379d1a8581eb5a727673a2441ee");

TEST(Srp, PublicBAgreesWithTheKnownAnswer) {
  const auto verifier = make_srp_verifier(pool, user, "Corr3ct-Horse!", salt);
  const auto challenge = make_srp_challenge(verifier, b);
  EXPECT_EQ(sha256_hex(challenge.public_b_hex), "3ee719567334b75ce59990a93293e08ecc21c8f8ee2aba849ab98cefe1bef6c9");
}

TEST(Srp, SignatureAgreesWithTheKnownAnswer) {
  const auto key = *hex_decode("a6bf01c4fc492dea20424f366bd517f8");
  EXPECT_EQ(srp_signature(key, pool, user, "secret-block", "Tue Nov 3 09:05:07 UTC 2026"),
            "aaQUndhUTQA+cO026pjSnxJGhBZG+zvoaIn23Ml3UTQ=");
}

TEST(Srp, RefusesAnAThatIsAMultipleOfN) {
  const auto verifier = make_srp_verifier(pool, user, "x", salt);
  EXPECT_FALSE(srp_session_key(verifier, "00", b));
  EXPECT_FALSE(srp_session_key(verifier, "", b));
  EXPECT_FALSE(srp_session_key(verifier, "zz", b));
}

}  // namespace
}  // namespace oprag::crypto
