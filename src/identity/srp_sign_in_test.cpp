#include <gtest/gtest.h>
#include <openssl/bn.h>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/srp.hpp"
#include "identity/testing.hpp"

namespace oprag::identity {
namespace {

using testing::Reply;
using testing::World;
namespace bj = boost::json;

// A number in the client's arithmetic, which shares no code with the server's.
class Number {
 public:
  Number() : n_(BN_new(), BN_clear_free) {}
  static Number hex(const std::string& text) {
    Number out;
    BIGNUM* n = out.n_.get();
    BN_hex2bn(&n, text.c_str());
    return out;
  }
  static Number bytes(const std::string& text) { return hex(crypto::hex_encode(text)); }
  BIGNUM* operator*() const { return n_.get(); }
  std::string padded() const {
    std::string out(static_cast<std::size_t>(BN_num_bytes(n_.get())), '\0');
    BN_bn2bin(n_.get(), reinterpret_cast<unsigned char*>(out.data()));
    if (out.empty() || (static_cast<unsigned char>(out[0]) & 0x80) != 0) out.insert(0, 1, '\0');
    return out;
  }
  std::string hex() const {
    auto out = crypto::hex_encode(padded());
    return out.erase(0, out.find_first_not_of('0'));
  }

 private:
  std::shared_ptr<BIGNUM> n_;
};

class SrpClient {
 public:
  explicit SrpClient(const std::string& secret_a) : a_(Number::bytes(secret_a)) {
    BN_get_rfc3526_prime_3072(*prime_);
    BN_mod_exp(*public_a_, *g_, *a_, *prime_, context_.get());
  }
  std::string public_a() const { return public_a_.hex(); }

  // S = (B - k·g^x)^(a + u·x), hashed as "Caldera Derived Key".
  std::string key(const std::string& pool, const std::string& user, const std::string& password,
                  const std::string& salt_hex, const std::string& b_hex) const {
    const auto b = Number::hex(b_hex);
    const auto u = Number::bytes(crypto::sha256(public_a_.padded() + b.padded()));
    const auto identity = crypto::sha256(pool + user + ":" + password);
    const auto x = Number::bytes(crypto::sha256(Number::hex(salt_hex).padded() + identity));
    const auto k = Number::bytes(crypto::sha256(prime_.padded() + g_.padded()));
    Number base, exponent, s;
    BN_mod_exp(*base, *g_, *x, *prime_, context_.get());
    BN_mod_mul(*base, *k, *base, *prime_, context_.get());
    BN_mod_sub(*base, *b, *base, *prime_, context_.get());
    BN_mul(*exponent, *u, *x, context_.get());
    BN_add(*exponent, *a_, *exponent);
    BN_mod_exp(*s, *base, *exponent, *prime_, context_.get());
    return crypto::hmac_sha256(crypto::hmac_sha256(u.padded(), s.padded()), std::string("Caldera Derived Key\x01"))
        .substr(0, 16);
  }

 private:
  std::shared_ptr<BN_CTX> context_{BN_CTX_new(), BN_CTX_free};
  Number prime_, public_a_, g_ = Number::hex("2"), a_;
};

constexpr auto timestamp = "Tue Nov 3 09:05:07 UTC 2026";

TEST(SrpClientOfTheTests, AgreesWithTheKnownAnswer) {
  const std::string half_a = "60975527035cf2ad1989806f0407210bc81edc04e2762a56afd529ddda2d4393",
                    half_b = "e487cb59d31ac550471e81f00f6928e01dda08e974a004f49e61f5d105284d20",
                    salt = "beb25379d1a8581eb5a727673a2441ee", pool = "AbCdEfGhI",
                    user = "3fa85f64-5717-4562-b3fc-2c963f66afa6", password = "Corr3ct-Horse!";
  const SrpClient client(*crypto::hex_decode(half_a + half_a));
  EXPECT_EQ(crypto::sha256_hex(client.public_a()), "2a080ccd9c29552b7792fd10e522c493b1e5e13e5c742ecdb4a167be9277bbc9");
  const auto secret_b = *crypto::hex_decode(half_b + half_b);
  const auto verifier = crypto::make_srp_verifier(pool, user, password, *crypto::hex_decode(salt));
  const auto challenge = crypto::make_srp_challenge(verifier, secret_b);
  const auto key = client.key(pool, user, password, salt, challenge.public_b_hex);
  EXPECT_EQ(crypto::hex_encode(key), "a6bf01c4fc492dea20424f366bd517f8");
  EXPECT_EQ(crypto::srp_session_key(verifier, client.public_a(), secret_b), key);
  EXPECT_EQ(crypto::srp_signature(key, pool, user, "secret-block", timestamp),
            "aaQUndhUTQA+cO026pjSnxJGhBZG+zvoaIn23Ml3UTQ=");
}

class SrpSignInOn : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { world.pool.add(ada, "correct horse", {}); }

  Reply begin(const std::string& name, const std::string& public_a) {
    return world.call("InitiateAuth", {{"AuthFlow", "USER_SRP_AUTH"},
                                       {"ClientId", world.client()},
                                       {"AuthParameters", {{"USERNAME", name}, {"SRP_A", public_a}}}});
  }
  Reply begin() { return begin(ada, client.public_a()); }
  bj::object proof(const Reply& challenge, const std::string& password) {
    const auto& given = challenge.body.at("ChallengeParameters").as_object();
    const auto text = [&](std::string_view name) { return std::string(given.at(name).as_string()); };
    const auto key = client.key(world.keys.pool_name(), text("USER_ID_FOR_SRP"), password, text("SALT"), text("SRP_B"));
    const auto block = *crypto::base64_decode(text("SECRET_BLOCK"));
    return {{"USERNAME", text("USER_ID_FOR_SRP")},
            {"PASSWORD_CLAIM_SECRET_BLOCK", text("SECRET_BLOCK")},
            {"PASSWORD_CLAIM_SIGNATURE",
             crypto::srp_signature(key, world.keys.pool_name(), text("USER_ID_FOR_SRP"), block, timestamp)},
            {"TIMESTAMP", timestamp}};
  }
  Reply respond(const bj::object& responses) {
    return world.call(
        "RespondToAuthChallenge",
        {{"ChallengeName", "PASSWORD_VERIFIER"}, {"ClientId", world.client()}, {"ChallengeResponses", responses}});
  }

  static constexpr auto ada = "ada@example.test";
  World world{GetParam()};
  SrpClient client{random_bytes(128)};
};

TEST_P(SrpSignInOn, ThePasswordIsProvenWithoutBeingSent) {
  const auto challenge = begin();
  ASSERT_EQ(challenge.status, 200) << challenge.text;
  const auto in = respond(proof(challenge, "correct horse"));
  ASSERT_EQ(in.status, 200) << in.text;
  EXPECT_TRUE(in.body.at("AuthenticationResult").as_object().contains("IdToken"));
}

TEST_P(SrpSignInOn, EachChallengeIsAnsweredOnceAndInTime) {
  const auto challenge = begin();
  const auto answer = proof(challenge, "correct horse");
  EXPECT_EQ(respond(answer).status, 200);
  EXPECT_EQ(respond(answer).type(), "NotAuthorizedException");
  const auto late = begin();
  world.now.ms += challenge_ms + 1;
  EXPECT_EQ(respond(proof(late, "correct horse")).type(), "NotAuthorizedException");
}

TEST_P(SrpSignInOn, WhatIsForgedIsRefused) {
  EXPECT_EQ(respond(proof(begin(), "wrong horse")).type(), "NotAuthorizedException");
  auto other_time = proof(begin(), "correct horse");
  other_time["TIMESTAMP"] = "Tue Nov 3 09:05:08 UTC 2026";
  EXPECT_EQ(respond(other_time).type(), "NotAuthorizedException");
  auto other_user = proof(begin(), "correct horse");
  other_user["USERNAME"] = "eve@example.test";
  EXPECT_EQ(respond(other_user).type(), "NotAuthorizedException");
  auto other_block = proof(begin(), "correct horse");
  other_block["PASSWORD_CLAIM_SECRET_BLOCK"] = "AAAA";
  EXPECT_EQ(respond(other_block).type(), "NotAuthorizedException");
  EXPECT_EQ(respond({{"USERNAME", ada}}).type(), "InvalidParameterException");
}

TEST_P(SrpSignInOn, AnAThatIsNothingModuloNSignsNobodyIn) {
  const auto prime = [] {
    Number n;
    BN_get_rfc3526_prime_3072(*n);
    return n.hex();
  }();
  for (const auto& a : {std::string("0"), std::string("00"), prime}) {
    const auto challenge = begin(ada, a);
    if (challenge.status != 200) continue;
    // With S = 0 the client would know the key.
    const auto& given = challenge.body.at("ChallengeParameters").as_object();
    const auto b = Number::hex(std::string(given.at("SRP_B").as_string()));
    const auto u = Number::bytes(crypto::sha256(Number::hex(a).padded() + b.padded()));
    const auto key = crypto::hmac_sha256(crypto::hmac_sha256(u.padded(), std::string(1, '\0')),
                                         std::string("Caldera Derived Key\x01"))
                         .substr(0, 16);
    auto answer = proof(challenge, "correct horse");
    const auto block = *crypto::base64_decode(std::string(given.at("SECRET_BLOCK").as_string()));
    answer["PASSWORD_CLAIM_SIGNATURE"] = crypto::srp_signature(
        key, world.keys.pool_name(), std::string(given.at("USER_ID_FOR_SRP").as_string()), block, timestamp);
    EXPECT_EQ(respond(answer).type(), "NotAuthorizedException") << a;
  }
}

TEST_P(SrpSignInOn, NobodysChallengeLooksLikeSomebodys) {
  const auto one = begin("nobody@example.test", client.public_a()),
             two = begin("Nobody@Example.Test", client.public_a());
  const auto somebody = begin();
  ASSERT_EQ(one.status, 200);
  const auto &first = one.body.at("ChallengeParameters").as_object(),
             &second = two.body.at("ChallengeParameters").as_object(),
             &real = somebody.body.at("ChallengeParameters").as_object();
  for (const auto* same : {"SALT", "USER_ID_FOR_SRP", "USERNAME"}) EXPECT_EQ(first.at(same), second.at(same)) << same;
  EXPECT_NE(first.at("SRP_B"), second.at("SRP_B"));
  for (const auto& [name, value] : real) {
    ASSERT_TRUE(first.contains(name));
    if (name == "SALT" || name == "USER_ID_FOR_SRP") {
      EXPECT_EQ(first.at(name).as_string().size(), value.as_string().size()) << name;
    }
  }
  EXPECT_EQ(respond(proof(one, "correct horse")).text, respond(proof(somebody, "wrong horse")).text);
}

TEST_P(SrpSignInOn, GuessesAreThrottledAsPasswordsAre) {
  for (std::int64_t i = 0; i < free_guesses; ++i) respond(proof(begin(), "wrong horse"));
  EXPECT_EQ(begin().body.at("message").as_string(), "Password attempts exceeded");
  EXPECT_EQ(world.sign_in(ada, "correct horse").body.at("message").as_string(), "Password attempts exceeded");
  world.now.ms += longest_wait_ms;
  EXPECT_EQ(respond(proof(begin(), "correct horse")).status, 200);
}

INSTANTIATE_TEST_SUITE_P(Engines, SrpSignInOn, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace oprag::identity
