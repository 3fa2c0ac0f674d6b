// Project Wycheproof's verdicts on JSON Web Signatures and Keys. Lie outside the tree; named by OPRAG_VECTORS, or found
// beside the checkout in shared/vectors.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "crypto/encoding.hpp"
#include "crypto/jwt.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

std::optional<bj::object> vectors(const std::string& name) {
  const char* given = std::getenv("OPRAG_VECTORS");
  std::ifstream in(fs::path(given ? given : "../shared/vectors") / "wycheproof" / name, std::ios::binary);
  if (!in) return {};
  std::stringstream text;
  text << in.rdbuf();
  return bj::parse(text.str()).as_object();
}

std::string text_of(const bj::value& v) {
  return bj::serialize(v);
}

// A whole check as the token verifier does it, but for the claims: the vectors sign words that are no claims.
bool accepts(const std::string& token, const std::vector<crypto::VerificationKey>& keys) {
  const auto first = token.find('.'), last = token.rfind('.');
  if (first == std::string::npos || last == first) return false;
  // The payload stays as it is in what is signed; for the parser a JSON object stands in its place.
  auto parsed = crypto::parse_jwt(token.substr(0, first) + "." + crypto::base64url_encode("{}") + token.substr(last));
  const auto payload = token.substr(first + 1, last - first - 1);
  if (!parsed || payload.find('.') != std::string::npos || !crypto::base64url_decode(payload)) return false;
  parsed->signed_part = token.substr(0, last);
  for (const auto& [kid, key] : keys) {
    if (kid == parsed->kid) return crypto::signature_holds(*parsed, key);
  }
  return false;
}

std::string with_kid(bj::object jwk) {
  return text_of(bj::object{{"keys", {std::move(jwk)}}});
}

struct Count {
  int rs256 = 0, valid = 0, invalid = 0;
};

// Every valid RS256 token is taken, and nothing else: neither what is marked invalid nor any other algorithm.
void run(const std::string& file, Count& count) {
  const auto all = vectors(file);
  if (!all) GTEST_SKIP() << "no vectors: set OPRAG_VECTORS";
  for (const auto& group : all->at("testGroups").as_array()) {
    const auto& g = group.as_object();
    const auto* key = g.if_contains("public");
    if (!key) key = g.if_contains("private");
    if (!key || !key->is_object()) continue;
    const bool is_set = key->as_object().contains("keys");
    const auto keys = crypto::read_jwks(is_set ? text_of(*key) : with_kid(key->as_object()));
    for (const auto& test : g.at("tests").as_array()) {
      const auto* jws = test.as_object().if_contains("jws");
      if (!jws || !jws->is_string()) continue;
      const auto header = std::string(jws->as_string()).substr(0, std::string(jws->as_string()).find('.'));
      const auto decoded = crypto::base64url_decode(header).value_or("");
      const bool ours = decoded.find("\"RS256\"") != std::string::npos && !keys.empty();
      const bool good = test.at("result").as_string() == "valid" && ours;
      EXPECT_EQ(accepts(std::string(jws->as_string()), keys), good)
          << file << " " << test.at("tcId") << " " << test.at("comment");
      count.rs256 += ours;
      (good ? count.valid : count.invalid)++;
    }
  }
}

TEST(Wycheproof, AgreesOnJsonWebSignaturesAndKeys) {
  Count count;
  for (const auto* file : {"json_web_signature_test.json", "json_web_key_test.json", "json_web_crypto_test.json"}) {
    run(file, count);
    if (IsSkipped()) return;
  }
  EXPECT_GT(count.valid, 0);
  std::cout << count.valid << " taken, " << count.invalid << " refused, " << count.rs256 << " of them RS256\n";
}

TEST(Wycheproof, AgreesOnRsaSignatures) {
  const auto all = vectors("rsa_signature_2048_sha256_test.json");
  if (!all) GTEST_SKIP() << "no vectors: set OPRAG_VECTORS";
  int tests = 0;
  for (const auto& group : all->at("testGroups").as_array()) {
    const auto& key = group.at("publicKey").as_object();
    const auto bytes = [&](std::string_view name) {
      auto hex = std::string(key.at(name).as_string());
      if (hex.size() % 2) hex.insert(0, 1, '0');
      return *crypto::hex_decode(hex);
    };
    const auto rsa = crypto::RsaKey::from_public(bytes("modulus"), bytes("publicExponent"));
    ASSERT_TRUE(rsa);
    for (const auto& test : group.at("tests").as_array()) {
      const bool holds = rsa->verify(*crypto::hex_decode(std::string(test.at("msg").as_string())),
                                     *crypto::hex_decode(std::string(test.at("sig").as_string())));
      const auto result = test.at("result").as_string();
      if (result != "acceptable") EXPECT_EQ(holds, result == "valid") << test.at("tcId") << test.at("comment");
      ++tests;
    }
  }
  std::cout << tests << " signatures\n";
}

}  // namespace
}  // namespace oprag::identity
