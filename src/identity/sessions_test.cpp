#include "identity/sessions.hpp"

#include <gtest/gtest.h>

#include "identity/testing.hpp"
#include "identity/token_verifier.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;
using testing::Reply;
using testing::World;

class SignedIn : public ::testing::TestWithParam<std::string> {
 protected:
  SignedIn() {
    user = world.pool.add("ada@example.test", "correct horse", "Ada");
    tokens = result_of(world.sign_in("ada@example.test", "correct horse"));
  }
  static bj::object result_of(const Reply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.text;
    return reply.status == 200 ? reply.body.at("AuthenticationResult").as_object() : bj::object();
  }
  Reply refresh(const bj::value& token) {
    return world.call("InitiateAuth", {{"ClientId", world.client()},
                                       {"AuthFlow", "REFRESH_TOKEN_AUTH"},
                                       {"AuthParameters", {{"REFRESH_TOKEN", token}}}});
  }
  Reply rotate(const bj::value& token) {
    return world.call("GetTokensFromRefreshToken", {{"ClientId", world.client()}, {"RefreshToken", token}});
  }
  Reply describe(const bj::value& access_token) { return world.call("GetUser", {{"AccessToken", access_token}}); }
  bool id_token_stands(const bj::object& of) {
    const auto verified = verifier.verify(std::string(of.at("IdToken").as_string()));
    return verified && world.pool.sessions().stands(verified->session, verified->subject);
  }

  World world{GetParam()};
  TokenVerifier verifier{
      {{.issuer = world.keys.issuer(), .client_ids = {world.client()}, .keys = world.keys.keys(), .jwks_url = {}}},
      [](const std::string&) -> std::optional<std::string> { throw std::logic_error("no fetch"); },
      [this] { return world.now; }};
  User user;
  bj::object tokens;
};

TEST_P(SignedIn, RefreshesWithoutANewRefreshToken) {
  world.now = world.now + hour_ms;
  const auto again = result_of(refresh(tokens.at("RefreshToken")));
  EXPECT_FALSE(again.contains("RefreshToken"));
  EXPECT_TRUE(id_token_stands(again));
  EXPECT_EQ(refresh("not one of ours").type(), "NotAuthorizedException");
}

TEST_P(SignedIn, ShowsANewTenantAfterARefresh) {
  world.pool.set_tenant(user.subject, "co_1");
  const auto again = result_of(refresh(tokens.at("RefreshToken")));
  const auto verified = verifier.verify(std::string(again.at("IdToken").as_string()));
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->tenant_claim, "co_1");
  EXPECT_EQ(verified->email, "ada@example.test");
  EXPECT_EQ(verified->name, "Ada");
}

TEST_P(SignedIn, RotatesAndEndsTheSessionWhenAReplacedTokenComesBack) {
  const auto second = result_of(rotate(tokens.at("RefreshToken")));
  ASSERT_TRUE(second.contains("RefreshToken"));
  EXPECT_EQ(rotate(tokens.at("RefreshToken")).status, 200);  // the answer was lost: a moment's grace
  world.now = world.now + replaced_grace_ms + 1;
  EXPECT_EQ(rotate(tokens.at("RefreshToken")).type(), "RefreshTokenReuseException");
  EXPECT_EQ(rotate(second.at("RefreshToken")).type(), "NotAuthorizedException");
  EXPECT_FALSE(id_token_stands(second));
}

TEST_P(SignedIn, SignsOutEverywhereAtOnce) {
  const auto elsewhere = result_of(world.sign_in("ada@example.test", "correct horse"));
  EXPECT_TRUE(id_token_stands(tokens));
  EXPECT_EQ(world.call("GlobalSignOut", {{"AccessToken", tokens.at("AccessToken")}}).status, 200);
  for (const auto& each : {tokens, elsewhere}) {
    EXPECT_FALSE(id_token_stands(each));
    EXPECT_EQ(refresh(each.at("RefreshToken")).type(), "NotAuthorizedException");
    EXPECT_EQ(describe(each.at("AccessToken")).type(), "NotAuthorizedException");
  }
}

TEST_P(SignedIn, RevokesOneSessionAndLeavesTheOther) {
  const auto elsewhere = result_of(world.sign_in("ada@example.test", "correct horse"));
  const auto revoke = [&](const bj::value& token) {
    return world.call("RevokeToken", {{"ClientId", world.client()}, {"Token", token}}).status;
  };
  EXPECT_EQ(revoke(tokens.at("RefreshToken")), 200);
  EXPECT_EQ(revoke(tokens.at("RefreshToken")), 200);
  EXPECT_FALSE(id_token_stands(tokens));
  EXPECT_TRUE(id_token_stands(elsewhere));
}

TEST_P(SignedIn, EndsTheSessionsOfADisabledUser) {
  EXPECT_TRUE(world.pool.set_enabled("ada@example.test", false));
  EXPECT_FALSE(id_token_stands(tokens));
  EXPECT_EQ(refresh(tokens.at("RefreshToken")).type(), "NotAuthorizedException");
  EXPECT_EQ(world.sign_in("ada@example.test", "correct horse").body.at("message").as_string(), "User is disabled.");
  EXPECT_TRUE(world.pool.set_enabled("ada@example.test", true));
  EXPECT_FALSE(id_token_stands(tokens));
  EXPECT_EQ(world.sign_in("ada@example.test", "correct horse").status, 200);
}

TEST_P(SignedIn, EndsASessionAfterThirtyDays) {
  world.now = world.now + session_days * day_ms + 1;
  EXPECT_EQ(refresh(tokens.at("RefreshToken")).type(), "NotAuthorizedException");
}

TEST_P(SignedIn, ChangesThePassword) {
  const auto change = [&](const std::string& previous, const std::string& proposed) {
    return world
        .call(
            "ChangePassword",
            {{"AccessToken", tokens.at("AccessToken")}, {"PreviousPassword", previous}, {"ProposedPassword", proposed}})
        .type();
  };
  EXPECT_EQ(change("not it", "battery staple"), "NotAuthorizedException");
  EXPECT_EQ(change("correct horse", "short"), "InvalidPasswordException");
  EXPECT_EQ(change("correct horse", "ADA@example.test"), "InvalidPasswordException");
  EXPECT_EQ(change("correct horse", "battery staple"), "");
  EXPECT_EQ(world.sign_in("ada@example.test", "battery staple").status, 200);
}

TEST_P(SignedIn, WritesOnlyTheNameOfAUser) {
  const auto write = [&](const std::string& name, const std::string& value) {
    return world
        .call("UpdateUserAttributes",
              {{"AccessToken", tokens.at("AccessToken")}, {"UserAttributes", {{{"Name", name}, {"Value", value}}}}})
        .type();
  };
  for (const auto* name : {"custom:tenant_id", "custom:role", "sub", "email_verified"}) {
    EXPECT_EQ(write(name, "x"), "NotAuthorizedException") << name;
  }
  EXPECT_EQ(write("email", "other@example.test"), "InvalidParameterException");
  EXPECT_EQ(write("locale", "de"), "InvalidParameterException");
  EXPECT_EQ(write("name", "Ada Lovelace"), "");
  EXPECT_EQ(world.pool.find(user.subject)->name, "Ada Lovelace");
  EXPECT_FALSE(world.pool.find(user.subject)->tenant_id);
}

TEST_P(SignedIn, TakesNoOtherTokenForAnAccessToken) {
  for (const auto& token : {tokens.at("IdToken"), tokens.at("RefreshToken"), bj::value("a.b.c")}) {
    EXPECT_EQ(describe(token).type(), "NotAuthorizedException");
  }
  world.now = world.now + 2 * hour_ms;
  EXPECT_EQ(describe(tokens.at("AccessToken")).type(), "NotAuthorizedException");
}

TEST(SigningKeys, AreReplacedWhileWhatTheOldOnesSignedStaysGood) {
  const testing::TemporaryDirectory directory;
  const Timestamp now{1'780'000'000'000};
  const auto ring = [&](Timestamp at) { return KeyRing(directory.path, "local-1", "https://oprag.test", at); };
  const auto first = ring(now);
  const auto token =
      crypto::parse_jwt(crypto::sign_jwt(first.id_key().kid, first.id_key().key, {{"sub", "u"}})).value();
  KeyRing::rotate(directory.path, now);
  const auto second = ring(now);
  EXPECT_EQ(second.pool_id(), first.pool_id());
  EXPECT_NE(second.id_key().kid, first.id_key().kid);
  EXPECT_NE(second.access_key().kid, first.access_key().kid);
  ASSERT_EQ(second.keys().size(), 4u);
  ASSERT_NE(second.key_of(token.kid), nullptr);
  EXPECT_TRUE(crypto::signature_holds(token, *second.key_of(token.kid)));
  KeyRing::rotate(directory.path, now + hour_ms);
  EXPECT_EQ(ring(now + hour_ms).keys().size(), 6u);
  EXPECT_EQ(ring(now + retired_keys_ms).keys().size(), 4u);
  EXPECT_EQ(ring(now + hour_ms + retired_keys_ms).keys().size(), 2u);
  EXPECT_THROW(KeyRing::rotate(directory.path / "nothing", now), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Engines, SignedIn, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace oprag::identity
