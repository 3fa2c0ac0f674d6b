#include "identity/token_verifier.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <latch>
#include <thread>

#include "crypto/encoding.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;

const crypto::RsaKey& key() {
  static const auto made = crypto::RsaKey::generate();
  return made;
}

class Fetching : public ::testing::Test {
 protected:
  std::string token(const std::string& kid) {
    const auto seconds = now.load() / 1000;
    return crypto::sign_jwt(
        kid, key(),
        {{"iss", "https://issuer.test"}, {"sub", "u"}, {"aud", "client"}, {"iat", seconds}, {"exp", seconds + 600}});
  }

  std::atomic<std::int64_t> now{1'780'000'000'000};
  std::atomic<int> fetches = 0;
  std::vector<std::string> published{"k1"};
  std::function<void()> before_answer = [] {};
  bool down = false;
  TokenVerifier verifier{{{.issuer = "https://issuer.test",
                           .client_ids = {"client"},
                           .cognito = false,
                           .keys = {},
                           .jwks_url = "https://issuer.test/keys"}},
                         [this](const std::string& url) -> std::optional<std::string> {
                           EXPECT_EQ(url, "https://issuer.test/keys");
                           ++fetches;
                           before_answer();
                           if (down) return {};
                           bj::array keys;
                           for (const auto& kid : published) keys.push_back(crypto::jwk_of(kid, key()));
                           return bj::serialize(bj::object{{"keys", keys}});
                         },
                         [this] { return Timestamp{now.load()}; }};
};

TEST_F(Fetching, FetchesOnceForManyTokens) {
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(verifier.verify(token("k1")));
  EXPECT_EQ(fetches, 1);
}

TEST_F(Fetching, FetchesAtMostEveryTenSecondsHoweverManyKidsAreMadeUp) {
  auto model = token("k1");
  const auto rest = model.substr(model.find('.'));
  for (int i = 0; i < 10'000; ++i) {
    const auto head = bj::serialize(bj::object{{"kid", "random-" + std::to_string(i)}, {"alg", "RS256"}});
    EXPECT_FALSE(verifier.verify(crypto::base64url_encode(head) + rest));
    if (i % 100 == 0) now += 100;  // ten seconds over the whole
  }
  EXPECT_LE(fetches, 2);
  EXPECT_TRUE(verifier.verify(token("k1")));
}

TEST_F(Fetching, FindsAKeyThatIsNew) {
  EXPECT_TRUE(verifier.verify(token("k1")));
  published = {"k1", "k2"};
  EXPECT_FALSE(verifier.verify(token("k2")));  // looked up a moment ago
  now += refetch_interval_ms;
  EXPECT_TRUE(verifier.verify(token("k2")));
  EXPECT_TRUE(verifier.verify(token("k1")));
}

TEST_F(Fetching, ForgetsAKeyThatWasWithdrawn) {
  published = {"k1", "k2"};
  EXPECT_TRUE(verifier.verify(token("k1")));
  published = {"k2"};
  now += keys_kept_ms;
  EXPECT_FALSE(verifier.verify(token("k1")));
  EXPECT_TRUE(verifier.verify(token("k2")));
}

TEST_F(Fetching, WorksOnWithKnownKeysWhileTheIssuerIsDown) {
  EXPECT_TRUE(verifier.verify(token("k1")));
  down = true;
  now += 2 * keys_kept_ms;
  EXPECT_TRUE(verifier.verify(token("k1")));
  EXPECT_FALSE(verifier.verify(token("k2")));
  before_answer = [] { throw std::runtime_error("connection reset"); };
  now += 2 * keys_kept_ms;
  EXPECT_TRUE(verifier.verify(token("k1")));
  EXPECT_TRUE(verifier.verify(token("k1")));
}

TEST_F(Fetching, LetsCallersOfOneMomentShareAFetch) {
  std::latch asked(1), answer(1);
  before_answer = [&] {
    asked.count_down();
    answer.wait();
  };
  const auto one = token("k1");
  std::atomic<int> good = 0;
  std::vector<std::jthread> callers;
  callers.emplace_back([&] { good += verifier.verify(one).has_value(); });
  asked.wait();
  for (int i = 0; i < 5; ++i) callers.emplace_back([&] { good += verifier.verify(one).has_value(); });
  answer.count_down();
  callers.clear();
  EXPECT_EQ(good, 6);
  EXPECT_EQ(fetches, 1);
}

TEST_F(Fetching, TakesAnAudienceAmongOthersFromAnIssuerThatIsNotCognito) {
  const auto seconds = now.load() / 1000;
  const auto of = [&](const bj::value& aud) {
    return crypto::sign_jwt(
        "k1", key(),
        {{"iss", "https://issuer.test"}, {"sub", "u"}, {"aud", aud}, {"iat", seconds}, {"exp", seconds + 600}});
  };
  EXPECT_TRUE(verifier.verify(of(bj::array{"account", "client"})));
  EXPECT_FALSE(verifier.verify(of(bj::array{"account"})));
  EXPECT_FALSE(verifier.verify(of(bj::array{})));
}

}  // namespace
}  // namespace oprag::identity
