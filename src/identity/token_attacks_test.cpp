// What gets tried with tokens (RFC 8725 and beyond): each is refused, and no key is fetched from where the token says.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "identity/token_verifier.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;
using crypto::base64url_encode;

constexpr Timestamp now{1'780'000'000'000};
constexpr std::int64_t seconds = now.ms / 1000;
constexpr auto issuer = "https://oprag.test/local-1_AbCdEfGhI";

const crypto::RsaKey& key() {
  static const auto made = crypto::RsaKey::generate();
  return made;
}
const crypto::RsaKey& foreign_key() {
  static const auto made = crypto::RsaKey::generate();
  return made;
}

bj::object good_claims() {
  return {{"iss", issuer},
          {"sub", "u-1"},
          {"aud", "client"},
          {"token_use", "id"},
          {"exp", seconds + 600},
          {"iat", seconds},
          {"email", "ada@example.test"},
          {"name", "Ada"}};
}
bj::object claims_with(std::string_view name, bj::value value) {
  auto claims = good_claims();
  claims[name] = std::move(value);
  return claims;
}
bj::object claims_without(std::string_view name) {
  auto claims = good_claims();
  claims.erase(name);
  return claims;
}

std::string with_signature(const std::string& part, const std::string& signature) {
  return part + "." + base64url_encode(signature);
}
std::string part_of(const std::string& header, const std::string& claims) {
  return base64url_encode(header) + "." + base64url_encode(claims);
}
// Rightly signed, whatever header and claims say.
std::string signed_text(const std::string& header, const std::string& claims) {
  const auto part = part_of(header, claims);
  return with_signature(part, key().sign(part));
}
std::string of_claims(const bj::object& claims) {
  return signed_text(R"({"kid":"k1","alg":"RS256"})", bj::serialize(claims));
}
std::string of_header(const std::string& header) {
  return signed_text(header, bj::serialize(good_claims()));
}
std::string hmac_signed(const std::string& secret) {
  const auto part = part_of(R"({"kid":"k1","alg":"HS256"})", bj::serialize(good_claims()));
  return with_signature(part, crypto::hmac_sha256(secret, part));
}

// As `changed` but with the real key's signature of the good token.
const std::string& good() {
  static const auto token = of_claims(good_claims());
  return token;
}
std::string head() {
  return good().substr(0, good().find('.'));
}
std::string body() {
  return good().substr(head().size() + 1, good().rfind('.') - head().size() - 1);
}
std::string tail() {
  return good().substr(good().rfind('.') + 1);
}
std::string signature() {
  return *crypto::base64url_decode(tail());
}

using Attack = std::pair<std::string, std::string>;  // name, token

std::vector<Attack> header_attacks() {
  std::vector<Attack> out;
  for (const auto* alg : {"none", "None", "NONE", "nOnE", "", "RS384", "RS512", "PS256", "ES256", "HS256", "rs256",
                          "RS256 ", "RSA1_5", "dir", "EdDSA"}) {
    const auto header = R"({"kid":"k1","alg":")" + std::string(alg) + "\"}";
    out.emplace_back("alg " + std::string(alg) + ", signed", of_header(header));
    out.emplace_back("alg " + std::string(alg) + ", unsigned", part_of(header, bj::serialize(good_claims())) + ".");
  }
  const auto public_part = key().modulus();
  out.emplace_back("HS256 with the private PEM", hmac_signed(key().to_pem()));
  out.emplace_back("HS256 with the modulus", hmac_signed(public_part));
  out.emplace_back("HS256 with the modulus as in the JWK", hmac_signed(base64url_encode(public_part)));
  out.emplace_back("HS256 with the JWK", hmac_signed(bj::serialize(crypto::jwk_of("k1", key()))));
  out.emplace_back("HS256 with nothing", hmac_signed(""));
  for (const auto* header : {R"({"kid":"k1"})",
                             R"({"kid":"k1","alg":null})",
                             R"({"kid":"k1","alg":["RS256"]})",
                             R"({"kid":"k1","alg":256})",
                             R"({"kid":"k1","alg":"RS256","crit":["exp"]})",
                             R"({"kid":"k1","alg":"RS256","crit":[]})",
                             R"({"kid":"k1","alg":"RS256","b64":false,"crit":["b64"]})",
                             R"({"kid":"k1","alg":"RS256","b64":false})",
                             R"({"kid":"k1","alg":"RS256","enc":"A256GCM"})",
                             R"({"kid":"k1","alg":"none","alg":"RS256"})",
                             R"({"kid":"k2","kid":"k1","alg":"RS256"})",
                             R"({"alg":"RS256"})",
                             R"({"kid":"","alg":"RS256"})",
                             R"({"kid":null,"alg":"RS256"})",
                             R"({"kid":1,"alg":"RS256"})",
                             R"({"kid":["k1"],"alg":"RS256"})",
                             R"({"kid":"../../dev/null","alg":"RS256"})",
                             R"({"kid":"k1' OR '1'='1","alg":"RS256"})",
                             R"({"kid":"k1\u0000","alg":"RS256"})",
                             R"({"kid":"K1","alg":"RS256"})",
                             R"({"kid":" k1","alg":"RS256"})",
                             R"({"kid":"k of another pool","alg":"RS256"})",
                             R"(["RS256"])",
                             R"("RS256")",
                             "null",
                             "",
                             "{",
                             R"({"kid":"k1","alg":"RS256"}x)",
                             R"({"kid":"k1","alg":"RS256",})",
                             "{\"kid\":\"k1\",\"alg\":\"RS256\xff\"}"}) {
    out.emplace_back("header " + std::string(header), of_header(header));
  }
  out.emplace_back("kid of a megabyte", of_header(R"({"alg":"RS256","kid":")" + std::string(1 << 20, 'k') + "\"}"));
  out.emplace_back("kid of 300 characters", of_header(R"({"alg":"RS256","kid":")" + std::string(300, 'k') + "\"}"));
  // Signed with a key that the token itself brings, or says where to get.
  const auto brought = [&](const std::string& member) {
    const auto part = part_of(R"({"kid":"evil","alg":"RS256",)" + member + "}", bj::serialize(good_claims()));
    return with_signature(part, foreign_key().sign(part));
  };
  out.emplace_back("jwk", brought("\"jwk\":" + bj::serialize(crypto::jwk_of("evil", foreign_key()))));
  for (const auto* name : {"jku", "x5u"}) {
    out.emplace_back(name, brought("\"" + std::string(name) + R"(":"https://evil.test/jwks.json")"));
  }
  out.emplace_back("x5c", brought(R"("x5c":["AAAA"])"));
  return out;
}

std::vector<Attack> form_attacks() {
  const auto sealed = head() + "." + body();
  std::vector<Attack> out = {
      {"empty", ""},
      {"dots", ".."},
      {"no signature", sealed},
      {"empty signature", sealed + "."},
      {"four segments", good() + ".AAAA"},
      {"five segments, as a JWE", good() + ".AAAA.AAAA"},
      {"header padded", head() + "=." + body() + "." + tail()},
      {"signature padded", good() + "=="},
      {"claims padded", head() + "." + body() + "==." + tail()},
      {"blank before", " " + good()},
      {"blank after", good() + " "},
      {"line break in the middle", head() + ".\n" + body() + "." + tail()},
      {"NUL after", good() + std::string(1, '\0')},
      {"a megabyte", std::string(1 << 20, 'a')},
      {"a megabyte of dots", std::string(1 << 20, '.')},
      {"segments swapped", body() + "." + head() + "." + tail()},
      {"signature of zeros", with_signature(sealed, std::string(256, '\0'))},
      {"signature of ones", with_signature(sealed, std::string(256, '\xff'))},  // s >= n
      {"signature cut", with_signature(sealed, signature().substr(0, 255))},
      {"signature lengthened", with_signature(sealed, signature() + '\0')},
      {"signature with a zero before", with_signature(sealed, '\0' + signature())},
      {"another key's signature", with_signature(sealed, foreign_key().sign(sealed))},
      {"signature of something else", with_signature(sealed, key().sign("something else"))},
      {"claims changed", head() + "." + base64url_encode(bj::serialize(claims_with("sub", "u-2"))) + "." + tail()},
      {"claims not JSON", signed_text(R"({"kid":"k1","alg":"RS256"})", "exp=1")},
      {"claims an array", signed_text(R"({"kid":"k1","alg":"RS256"})", "[]")},
      {"claims twice",
       signed_text(R"({"kid":"k1","alg":"RS256"})", "{\"sub\":\"admin\"," + bj::serialize(good_claims()).substr(1))},
      {"claims too deep",
       signed_text(R"({"kid":"k1","alg":"RS256"})", R"({"a":)" + std::string(500, '[') + std::string(500, ']') + "}")},
      {"claims of 20 kB", of_claims(claims_with("x", bj::value(std::string(20'000, 'x'))))},
  };
  auto flipped = signature();
  flipped[128] = static_cast<char>(flipped[128] ^ 1);
  out.emplace_back("one bit of the signature", with_signature(sealed, flipped));
  // The last character of 256 bytes carries four bits that mean nothing: another text for the same signature.
  auto loose = good();
  loose.back() = loose.back() == 'A' ? 'B' : static_cast<char>(loose.back() + 1);
  out.emplace_back("bits behind the last byte", loose);
  return out;
}

std::vector<Attack> claim_attacks() {
  std::vector<Attack> out;
  for (const auto* name : {"iss", "sub", "aud", "token_use", "exp", "iat"}) {
    out.emplace_back("without " + std::string(name), of_claims(claims_without(name)));
  }
  const auto add = [&](std::string_view name, const bj::value& value) {
    out.emplace_back(std::string(name) + " " + bj::serialize(value).substr(0, 60), of_claims(claims_with(name, value)));
  };
  for (const std::string& iss :
       {std::string(issuer) + "/", std::string("https://oprag.test/local-2_AbCdEfGhI"),
        std::string("local-1_AbCdEfGhI"), std::string("https://oprag.test/local-1_AbCdEfGhJ"),
        std::string("http://oprag.test/local-1_AbCdEfGhI"), std::string("https://OPRAG.test/local-1_AbCdEfGhI"),
        std::string("https://evil.test"), std::string()}) {
    add("iss", bj::value(iss));
  }
  add("iss", bj::array{issuer});
  for (const auto* use : {"access", "ID", "refresh", ""}) add("token_use", use);
  add("token_use", bj::array{"id"});
  for (const bj::value& aud :
       {bj::value("Client"), bj::value("client "), bj::value(""), bj::value("other"), bj::value(1), bj::value(nullptr),
        bj::value(bj::array{"client"}), bj::value(bj::object{{"client", 1}})}) {
    add("aud", aud);
  }
  for (const bj::value& exp :
       {bj::value(std::to_string(seconds + 600)), bj::value(1e308), bj::value(-1), bj::value(0), bj::value(nullptr),
        bj::value(seconds - 60), bj::value(seconds - 3600), bj::value(true), bj::value(bj::array{seconds + 600}),
        bj::value(seconds * 1000 + 600'000), bj::value(INT64_MIN)}) {
    add("exp", exp);
  }
  add("nbf", seconds + 61);
  add("nbf", "0");
  add("iat", seconds + 61);
  add("iat", bj::value(std::to_string(seconds)));
  add("iat", -1);
  for (const bj::value& sub : {bj::value(""), bj::value(nullptr), bj::value(7), bj::value(bj::array{"u-1"}),
                               bj::value("u 1"), bj::value(std::string(300, 'u'))}) {
    add("sub", sub);
  }
  for (const bj::value& tenant : {bj::value(""), bj::value(nullptr), bj::value(1), bj::value(bj::array{"co_1"}),
                                  bj::value(bj::object{{"id", "co_1"}})}) {
    add("custom:tenant_id", tenant);
  }
  add("email", bj::array{"ada@example.test"});
  add("name", bj::object());
  return out;
}

class Verifying : public ::testing::Test {
 protected:
  int fetches = 0;
  TokenVerifier verifier{
      {{.issuer = issuer, .client_ids = {"client"}, .keys = {}, .jwks_url = "https://oprag.test/jwks"}},
      [this](const std::string& url) -> std::optional<std::string> {
        EXPECT_EQ(url, "https://oprag.test/jwks");
        ++fetches;
        return bj::serialize(bj::object{{"keys", {crypto::jwk_of("k1", key())}}});
      },
      [] { return now; }};
};

TEST_F(Verifying, RefusesEveryAttackAndTakesTheGoodToken) {
  ASSERT_TRUE(verifier.verify(good())) << verifier.verify(good()).error();
  std::size_t tried = 0;
  for (const auto& attacks : {header_attacks(), form_attacks(), claim_attacks()}) {
    for (const auto& [name, token] : attacks) {
      EXPECT_FALSE(verifier.verify(token)) << name;
      ++tried;
    }
  }
  EXPECT_GE(tried, 80u);
  std::cout << tried << " attacks\n";
  EXPECT_TRUE(verifier.verify(good()));
  EXPECT_EQ(fetches, 1);
}

TEST_F(Verifying, TakesTimesWithinAMinuteOfTheClock) {
  for (const auto& claims : {claims_with("exp", seconds - 59), claims_with("nbf", seconds + 60),
                             claims_with("iat", seconds + 60), claims_with("exp", double(seconds) + 0.5)}) {
    EXPECT_TRUE(verifier.verify(of_claims(claims))) << bj::serialize(claims);
  }
}

TEST_F(Verifying, TakesATenantAsItIsWritten) {
  const auto verified = verifier.verify(of_claims(claims_with("custom:tenant_id", "co_\u0430")));  // a Cyrillic a
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->tenant_claim, "co_\u0430");
}

TEST(KeysOfAnIssuer, LeavesOutWhatIsWeakOrNotForSigning) {
  const auto with = [](std::string_view name, const bj::value& value) {
    auto jwk = crypto::jwk_of("k1", key());
    jwk[name] = value;
    return crypto::read_jwks(bj::serialize(bj::object{{"keys", {jwk}}})).size();
  };
  EXPECT_EQ(with("kid", "k1"), 1u);
  EXPECT_EQ(with("e", bj::value(base64url_encode("\x01"))), 0u);
  EXPECT_EQ(with("e", bj::value(base64url_encode("\x02"))), 0u);
  EXPECT_EQ(with("n", bj::value(base64url_encode(key().modulus().substr(0, 128)))), 0u);
  EXPECT_EQ(with("use", "enc"), 0u);
  EXPECT_EQ(with("kty", "oct"), 0u);
  EXPECT_EQ(with("alg", "HS256"), 0u);
  EXPECT_EQ(with("alg", "RS384"), 0u);
  EXPECT_EQ(with("kid", ""), 0u);
}

}  // namespace
}  // namespace oprag::identity
