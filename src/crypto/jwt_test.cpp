#include "crypto/jwt.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag::crypto {
namespace {

const RsaKey& key() {
  static const auto made = RsaKey::generate();
  return made;
}

std::string token(const std::string& header, const std::string& claims) {
  const auto part = base64url_encode(header) + "." + base64url_encode(claims);
  return part + "." + base64url_encode(key().sign(part));
}

bool accepted(std::string_view text) {
  const auto parsed = parse_jwt(text);
  return parsed && signature_holds(*parsed, key());
}

TEST(Jwt, AcceptsWhatItSigned) {
  EXPECT_TRUE(accepted(sign_jwt("k1", key(), {{"sub", "u"}})));
}

TEST(Jwt, RefusesHeadersThatChooseTheirOwnVerification) {
  EXPECT_TRUE(accepted(token(R"({"alg":"RS256","kid":"k"})", "{}")));
  for (const auto* header :
       {R"({"alg":"none","kid":"k"})", R"({"alg":"None","kid":"k"})", R"({"alg":"","kid":"k"})", R"({"kid":"k"})",
        R"({"alg":"HS256","kid":"k"})", R"({"alg":"RS384","kid":"k"})", R"({"alg":"PS256","kid":"k"})",
        R"({"alg":"RS256"})", R"({"alg":"RS256","kid":""})", R"({"alg":"RS256","kid":5})",
        R"({"alg":"RS256","kid":"k","crit":["x"]})", R"({"alg":"RS256","kid":"k","b64":false})",
        R"({"alg":"RS256","kid":"k","kid":"k"})", R"({"alg":["RS256"],"kid":"k"})", R"(["RS256"])", "null", ""}) {
    EXPECT_FALSE(accepted(token(header, "{}"))) << header;
  }
}

TEST(Jwt, RefusesOtherShapes) {
  const auto good = sign_jwt("k1", key(), {{"sub", "u"}});
  EXPECT_FALSE(accepted(good + "."));
  EXPECT_FALSE(accepted(good + "="));
  EXPECT_FALSE(accepted(" " + good));
  EXPECT_FALSE(accepted(good.substr(0, good.rfind('.'))));
  EXPECT_FALSE(accepted(good.substr(0, good.rfind('.') + 1)));
  EXPECT_FALSE(accepted(good.substr(0, good.size() - 4)));
  EXPECT_FALSE(accepted(std::string(20'000, 'a')));
  EXPECT_FALSE(accepted(""));
  auto damaged = good;
  damaged[good.find('.') + 3] ^= 1;
  EXPECT_FALSE(accepted(damaged));
}

TEST(Jwt, RefusesAnHmacMadeWithThePublicKey) {
  const auto part = base64url_encode(R"({"alg":"HS256","kid":"k"})") + "." + base64url_encode("{}");
  EXPECT_FALSE(accepted(part + "." + base64url_encode(hmac_sha256(key().modulus(), part))));
}

TEST(Jwt, ChecksItsTimesAsNumbers) {
  const Timestamp now{1'000'000'000};
  const auto problem = [&](const std::string& claims) {
    return check_times(boost::json::parse(claims).as_object(), now).has_value();
  };
  EXPECT_FALSE(problem(R"({"exp":1000001})"));
  EXPECT_FALSE(problem(R"({"exp":999941})"));  // within the leeway
  EXPECT_TRUE(problem(R"({"exp":999940})"));
  for (const auto* bad :
       {"{}", R"({"exp":"1000001"})", R"({"exp":null})", R"({"exp":1e308})", R"({"exp":-1})",
        R"({"exp":1000001,"nbf":1000061})", R"({"exp":1000001,"iat":1000061})", R"({"exp":1000001,"iat":"1"})"}) {
    EXPECT_TRUE(problem(bad)) << bad;
  }
}

TEST(Jwks, ReadsItsOwnKeysAndLeavesWeakOnesOut) {
  const boost::json::object set{{"keys", boost::json::array{jwk_of("a", key())}}};
  const auto keys = read_jwks(boost::json::serialize(set));
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0].key.modulus(), key().modulus());
  auto weak = jwk_of("a", key());
  weak["e"] = "AQ";
  EXPECT_TRUE(read_jwks(boost::json::serialize(boost::json::object{{"keys", boost::json::array{weak}}})).empty());
  auto encryption = jwk_of("a", key());
  encryption["use"] = "enc";
  EXPECT_TRUE(read_jwks(boost::json::serialize(boost::json::object{{"keys", boost::json::array{encryption}}})).empty());
  EXPECT_TRUE(read_jwks("{}").empty());
  EXPECT_TRUE(read_jwks("nonsense").empty());
}

}  // namespace
}  // namespace oprag::crypto
