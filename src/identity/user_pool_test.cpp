#include "identity/user_pool.hpp"

#include <gtest/gtest.h>

#include "identity/testing.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;
using testing::Reply;
using testing::World;

// A pool that sends letters, into `letters`.
class Mailing : public ::testing::TestWithParam<std::string> {
 protected:
  std::vector<CodeLetter> letters;
  World world{GetParam(), {.sign_up = SignUpPolicy::open, .invited = {}, .send_code = [this](const CodeLetter& letter) {
                             letters.push_back(letter);
                           }}};

  Reply sign_up(const std::string& name, const std::string& password = "correct horse") {
    return world.call("SignUp", {{"ClientId", world.client()}, {"Username", name}, {"Password", password}});
  }
  Reply confirm(const std::string& name, const std::string& code) {
    return world.call("ConfirmSignUp", {{"ClientId", world.client()}, {"Username", name}, {"ConfirmationCode", code}});
  }
  Reply forgot(const std::string& name) {
    return world.call("ForgotPassword", {{"ClientId", world.client()}, {"Username", name}});
  }
  Reply reset(const std::string& name, const std::string& code, const std::string& password) {
    return world.call(
        "ConfirmForgotPassword",
        {{"ClientId", world.client()}, {"Username", name}, {"ConfirmationCode", code}, {"Password", password}});
  }
  static std::string wrong(const std::string& code) { return code == "000000" ? "000001" : "000000"; }
};

TEST_P(Mailing, ConfirmsAnAddressByTheCodeSentToIt) {
  const auto made = sign_up("ada@example.test");
  ASSERT_EQ(made.status, 200) << made.text;
  EXPECT_FALSE(made.body.at("UserConfirmed").as_bool());
  EXPECT_EQ(made.body.at("CodeDeliveryDetails").at("Destination").as_string(), "a***@e***");
  EXPECT_EQ(world.sign_in("ada@example.test", "correct horse").type(), "UserNotConfirmedException");
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].to, "ada@example.test");
  EXPECT_EQ(letters[0].code.size(), 6u);
  EXPECT_EQ(confirm("ada@example.test", letters[0].code).status, 200);
  EXPECT_EQ(confirm("ada@example.test", letters[0].code).type(), "CodeMismatchException");  // once only
  EXPECT_EQ(world.sign_in("ADA@example.test", "correct horse").status, 200);
  EXPECT_TRUE(world.pool.find("ada@example.test")->email_verified);
}

TEST_P(Mailing, EndsACodeAfterFiveTries) {
  sign_up("ada@example.test");
  const auto code = letters.at(0).code;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(confirm("ada@example.test", wrong(code)).type(), "CodeMismatchException");
    world.now = world.now + hour_ms;
  }
  EXPECT_EQ(confirm("ada@example.test", code).type(), "CodeMismatchException");
  world.call("ResendConfirmationCode", {{"ClientId", world.client()}, {"Username", "ada@example.test"}});
  world.now = world.now + longest_wait_ms;
  EXPECT_EQ(confirm("ada@example.test", letters.at(1).code).status, 200);
}

TEST_P(Mailing, ExpiresACodeAfterADay) {
  sign_up("ada@example.test");
  world.now = world.now + 24 * hour_ms + 1;
  EXPECT_EQ(confirm("ada@example.test", letters.at(0).code).type(), "ExpiredCodeException");
}

TEST_P(Mailing, ResetsAForgottenPasswordAndEndsTheSessions) {
  sign_up("ada@example.test");
  confirm("ada@example.test", letters.at(0).code);
  const auto in = world.sign_in("ada@example.test", "correct horse");
  const auto token = in.body.at("AuthenticationResult").at("AccessToken");
  ASSERT_EQ(forgot("ada@example.test").status, 200);
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(reset("ada@example.test", letters[1].code, "short").type(), "InvalidPasswordException");
  EXPECT_EQ(reset("ada@example.test", letters[1].code, "battery staple").status, 200);
  EXPECT_EQ(world.call("GetUser", {{"AccessToken", token}}).type(), "NotAuthorizedException");
  EXPECT_EQ(world.sign_in("ada@example.test", "correct horse").type(), "NotAuthorizedException");
  EXPECT_EQ(world.sign_in("ada@example.test", "battery staple").status, 200);
}

TEST_P(Mailing, LetsTheOwnerOfAnAddressTakeBackAnUnconfirmedSignUp) {
  sign_up("ada@example.test", "the attacker's");
  forgot("ada@example.test");
  EXPECT_EQ(reset("ada@example.test", letters.at(1).code, "the owner's own").status, 200);
  EXPECT_EQ(world.sign_in("ada@example.test", "the attacker's").type(), "NotAuthorizedException");
  EXPECT_EQ(world.sign_in("ada@example.test", "the owner's own").status, 200);
}

TEST_P(Mailing, DoesNotTellWhoHasAnAccount) {
  sign_up("known@example.test");
  confirm("known@example.test", letters.at(0).code);
  const auto alike = [&](const std::string& what, const Reply& known, const Reply& unknown) {
    EXPECT_EQ(known.status, unknown.status) << what;
    auto masked = known.text;
    EXPECT_EQ(masked, unknown.text) << what;
  };
  // Names that begin alike, since answers hold their first letters.
  alike("forgot", forgot("known@example.test"), forgot("kobold@example.test"));
  const auto resend = [&](const char* name) {
    return world.call("ResendConfirmationCode", {{"ClientId", world.client()}, {"Username", name}});
  };
  alike("resend", resend("known@example.test"), resend("kobold@example.test"));
  EXPECT_EQ(letters.size(), 2u);  // the sign-up's and the forgotten password's
  const auto code = wrong(letters[1].code);
  alike("reset", reset("known@example.test", code, "battery staple"),
        reset("kobold@example.test", code, "battery staple"));
  alike("confirm", confirm("known@example.test", code), confirm("kobold@example.test", code));
  alike("sign in", world.sign_in("known@example.test", "not it"), world.sign_in("kobold@example.test", "not it"));
}

TEST_P(Mailing, LimitsLettersToOneAddress) {
  sign_up("ada@example.test");
  std::string last;
  int sent = 0;
  for (int i = 0; i < 20; ++i) {
    const auto reply = forgot("ada@example.test");
    if (reply.status == 200) ++sent;
    last = reply.type();
  }
  EXPECT_EQ(last, "LimitExceededException");
  EXPECT_LE(sent, 5);
  world.now = world.now + longest_wait_ms;
  EXPECT_EQ(forgot("ada@example.test").status, 200);  // never for good
}

INSTANTIATE_TEST_SUITE_P(Engines, Mailing, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& engine) { return engine.param; });

class Pool : public ::testing::TestWithParam<std::string> {
 protected:
  World world{GetParam()};
};

TEST_P(Pool, MakesGuessesWaitLongerEachTimeButNeverForGood) {
  world.pool.add("ada@example.test", "correct horse", {});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(world.sign_in("ada@example.test", "guess").body.at("message").as_string(),
              "Incorrect username or password.");
  }
  // Right or wrong, under whatever spelling: nothing is looked at now.
  for (const auto* name : {"ada@example.test", "ADA@example.test", "  ada@example.test "}) {
    const auto reply = world.sign_in(name, "correct horse");
    EXPECT_EQ(reply.type(), "NotAuthorizedException") << name;
    EXPECT_EQ(reply.body.at("message").as_string(), "Password attempts exceeded") << name;
  }
  EXPECT_EQ(world.sign_in(world.pool.find("ada@example.test")->subject, "correct horse").status, 400);
  world.now = world.now + second_ms;
  EXPECT_EQ(world.sign_in("ada@example.test", "guess").status, 400);
  world.now = world.now + second_ms;
  EXPECT_EQ(world.sign_in("ada@example.test", "correct horse").status, 400);  // the wait has doubled
  for (int i = 0; i < 20; ++i) {
    world.now = world.now + longest_wait_ms;
    world.sign_in("ada@example.test", "guess");
  }
  world.now = world.now + longest_wait_ms;
  EXPECT_EQ(world.sign_in("ada@example.test", "correct horse").status, 200);
  EXPECT_EQ(world.sign_in("ada@example.test", "guess").body.at("message").as_string(),
            "Incorrect username or password.");  // counted anew
}

TEST_P(Pool, CountsGuessesAtNamesThatNobodyHas) {
  for (int i = 0; i < 5; ++i) world.sign_in("nobody@example.test", "guess");
  EXPECT_EQ(world.sign_in("nobody@example.test", "guess").body.at("message").as_string(), "Password attempts exceeded");
}

TEST_P(Pool, DemandsAPasswordOfOnesOwnFromWhoWasInvited) {
  world.pool.offer("ada@example.test", "Ada", "the invitation", world.now + day_ms);
  const auto first = world.sign_in("ada@example.test", "the invitation");
  ASSERT_EQ(first.status, 200) << first.text;
  EXPECT_EQ(first.body.at("ChallengeName").as_string(), "NEW_PASSWORD_REQUIRED");
  const auto session = first.body.at("Session");
  const auto id = first.body.at("ChallengeParameters").at("USER_ID_FOR_SRP");
  const auto answer = [&](const bj::object& responses) {
    return world.call("RespondToAuthChallenge", {{"ClientId", world.client()},
                                                 {"ChallengeName", "NEW_PASSWORD_REQUIRED"},
                                                 {"Session", session},
                                                 {"ChallengeResponses", responses}});
  };
  EXPECT_EQ(answer({{"USERNAME", id}, {"NEW_PASSWORD", "short"}}).type(), "InvalidPasswordException");
  EXPECT_EQ(answer({{"USERNAME", "else@example.test"}, {"NEW_PASSWORD", "battery staple"}}).type(),
            "NotAuthorizedException");
  EXPECT_EQ(
      answer({{"USERNAME", id}, {"NEW_PASSWORD", "battery staple"}, {"userAttributes.custom:tenant_id", "t"}}).type(),
      "NotAuthorizedException");
  const auto in = answer({{"USERNAME", id}, {"NEW_PASSWORD", "battery staple"}, {"userAttributes.name", "Ada L."}});
  ASSERT_EQ(in.status, 200) << in.text;
  EXPECT_TRUE(in.body.contains("AuthenticationResult"));
  EXPECT_EQ(answer({{"USERNAME", id}, {"NEW_PASSWORD", "battery staple"}}).type(), "NotAuthorizedException");
  EXPECT_EQ(world.pool.find("ada@example.test")->name, "Ada L.");
  EXPECT_EQ(world.sign_in("ada@example.test", "the invitation").type(), "NotAuthorizedException");
  EXPECT_EQ(world.sign_in("ada@example.test", "battery staple").status, 200);
}

TEST_P(Pool, RefusesATemporaryPasswordThatHasExpired) {
  world.pool.offer("ada@example.test", {}, "the invitation", world.now + day_ms);
  world.now = world.now + day_ms + 1;
  EXPECT_EQ(world.sign_in("ada@example.test", "the invitation").type(), "NotAuthorizedException");
}

TEST_P(Pool, RefusesASealedSessionOfAnotherPurposeOrAge) {
  world.pool.offer("ada@example.test", {}, "the invitation", world.now + day_ms);
  const auto first = world.sign_in("ada@example.test", "the invitation");
  world.now = world.now + challenge_ms + 1;
  const auto late =
      world.call("RespondToAuthChallenge",
                 {{"ClientId", world.client()},
                  {"ChallengeName", "NEW_PASSWORD_REQUIRED"},
                  {"Session", first.body.at("Session")},
                  {"ChallengeResponses", {{"USERNAME", "ada@example.test"}, {"NEW_PASSWORD", "battery staple"}}}});
  EXPECT_EQ(late.type(), "NotAuthorizedException");
  const auto forged = world.call("RespondToAuthChallenge", {{"ClientId", world.client()},
                                                            {"ChallengeName", "PASSWORD_VERIFIER"},
                                                            {"ChallengeResponses",
                                                             {{"USERNAME", "ada@example.test"},
                                                              {"PASSWORD_CLAIM_SECRET_BLOCK", first.body.at("Session")},
                                                              {"PASSWORD_CLAIM_SIGNATURE", "AAAA"},
                                                              {"TIMESTAMP", "Tue Nov 3 09:05:07 UTC 2026"}}}});
  EXPECT_EQ(forged.type(), "NotAuthorizedException");
}

TEST_P(Pool, KeepsWhatADisabledUserWasWhenHeIsRenamedMeanwhile) {
  const auto user = world.pool.add("ada@example.test", "correct horse", {});
  const auto in = world.sign_in("ada@example.test", "correct horse");
  world.pool.set_tenant(user.subject, "co_1");
  world.pool.rename(std::string(in.body.at("AuthenticationResult").at("AccessToken").as_string()), "Ada");
  EXPECT_EQ(world.pool.find(user.subject)->tenant_id, "co_1");
}

TEST_P(Pool, LetsNobodyUpWithoutAnInvitationWhenItWantsOne) {
  World closed(GetParam(), {.sign_up = SignUpPolicy::closed, .invited = {}, .send_code = {}});
  World invite(GetParam(), {.sign_up = SignUpPolicy::invite,
                            .invited = [](const std::string& token) { return token == "the token"; },
                            .send_code = {}});
  const auto sign_up = [](World& world, const std::string& token) {
    return world
        .call("SignUp", {{"ClientId", world.client()},
                         {"Username", "ada@example.test"},
                         {"Password", "correct horse"},
                         {"ClientMetadata", {{"inviteToken", token}}}})
        .status;
  };
  EXPECT_EQ(sign_up(closed, "the token"), 400);
  EXPECT_EQ(sign_up(invite, "another"), 400);
  EXPECT_EQ(sign_up(invite, "the token"), 200);
}

INSTANTIATE_TEST_SUITE_P(Engines, Pool, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace oprag::identity
