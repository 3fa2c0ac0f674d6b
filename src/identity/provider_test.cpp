#include "identity/provider.hpp"

#include <gtest/gtest.h>

#include "http/dispatcher.hpp"
#include "identity/testing.hpp"

namespace oprag::identity {
namespace {

using testing::World;
class ProviderOn : public ::testing::TestWithParam<std::string> {
 protected:
  World world{GetParam()};
};

TEST_P(ProviderOn, SignsUpAndInWithoutMail) {
  const auto made = world.call("SignUp", {{"ClientId", world.client()},
                                          {"Username", "Ada@Example.test"},
                                          {"Password", "correct horse"},
                                          {"UserAttributes", {{{"Name", "name"}, {"Value", "Ada"}}}}});
  ASSERT_EQ(made.status, 200) << made.text;
  EXPECT_TRUE(made.body.at("UserConfirmed").as_bool());
  const auto in = world.sign_in("ada@example.test", "correct horse");
  ASSERT_EQ(in.status, 200) << in.text;
  const auto& result = in.body.at("AuthenticationResult").as_object();
  EXPECT_EQ(result.at("ExpiresIn").as_int64(), 3600);
  const auto user = world.call("GetUser", {{"AccessToken", result.at("AccessToken")}});
  ASSERT_EQ(user.status, 200) << user.text;
  EXPECT_EQ(user.body.at("Username"), made.body.at("UserSub"));
}

TEST_P(ProviderOn, RefusesInTheProtocolsWords) {
  const auto refused = world.sign_in("nobody@example.test", "whatever 1");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.type(), "NotAuthorizedException");
  EXPECT_EQ(refused.body.at("message").as_string(), "Incorrect username or password.");
  EXPECT_EQ(refused.headers["x-amzn-errortype"], "NotAuthorizedException:");
  EXPECT_EQ(refused.headers["content-type"], "application/x-amz-json-1.1");
  EXPECT_EQ(refused.headers["access-control-allow-origin"], "*");
}

INSTANTIATE_TEST_SUITE_P(Engines, ProviderOn, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace oprag::identity
