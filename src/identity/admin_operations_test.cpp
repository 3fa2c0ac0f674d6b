#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "identity/admin_signature.hpp"
#include "identity/testing.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;
using testing::Reply;
using testing::World;

class Administered : public ::testing::TestWithParam<std::string> {
 protected:
  http::Request signed_request(const std::string& operation, const bj::object& body, const crypto::SigningKey& key) {
    http::Request request{.method = "POST", .target = "/"};
    request.body = bj::serialize(body);
    const crypto::Pairs headers = {{"host", "oprag.test"},
                                   {"x-amz-date", crypto::amz_time(world.now)},
                                   {"x-amz-target", "AWSCognitoIdentityProviderService." + operation}};
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    const auto signature = crypto::signature_of({"POST", "/", {}, headers, crypto::sha256_hex(request.body)}, world.now,
                                                {"us-east-1", "cognito-idp"}, key.secret_key);
    request.headers.add("Authorization", "AWS4-HMAC-SHA256 Credential=" + key.access_key + "/" +
                                             crypto::amz_time(world.now).substr(0, 8) +
                                             "/us-east-1/cognito-idp/aws4_request, "
                                             "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" +
                                             signature);
    return request;
  }
  Reply admin(const std::string& operation, bj::object body) {
    body["UserPoolId"] = world.keys.pool_id();
    return world.send(signed_request(operation, body, world.keys.admin_key()));
  }

  World world{GetParam()};
};

TEST_P(Administered, MakesDisablesAndEnablesAUser) {
  const auto made =
      admin("AdminCreateUser", {{"Username", "ada@example.test"}, {"TemporaryPassword", "for the moment"}});
  ASSERT_EQ(made.status, 200) << made.text;
  EXPECT_EQ(made.body.at("User").at("UserStatus").as_string(), "FORCE_CHANGE_PASSWORD");
  EXPECT_EQ(admin("AdminCreateUser", {{"Username", "ada@example.test"}, {"TemporaryPassword", "another one"}}).type(),
            "UsernameExistsException");
  const bj::object sign_in = {{"ClientId", world.client()},
                              {"AuthFlow", "ADMIN_USER_PASSWORD_AUTH"},
                              {"AuthParameters", {{"USERNAME", "ada@example.test"}, {"PASSWORD", "for the moment"}}}};
  EXPECT_EQ(admin("AdminInitiateAuth", sign_in).body.at("ChallengeName").as_string(), "NEW_PASSWORD_REQUIRED");
  EXPECT_EQ(admin("AdminDisableUser", {{"Username", "ada@example.test"}}).status, 200);
  EXPECT_FALSE(admin("AdminGetUser", {{"Username", "ada@example.test"}}).body.at("Enabled").as_bool());
  EXPECT_EQ(admin("AdminInitiateAuth", sign_in).type(), "NotAuthorizedException");
  EXPECT_EQ(admin("AdminEnableUser", {{"Username", "ada@example.test"}}).status, 200);
  EXPECT_EQ(admin("AdminInitiateAuth", sign_in).status, 200);
  EXPECT_EQ(admin("AdminGetUser", {{"Username", "nobody@example.test"}}).type(), "UserNotFoundException");
}

TEST_P(Administered, DescribesAUserButGivesHimNoCompany) {
  world.pool.add("ada@example.test", "correct horse", "Ada");
  const auto update = [&](const std::string& name, const std::string& value) {
    return admin("AdminUpdateUserAttributes",
                 {{"Username", "ada@example.test"}, {"UserAttributes", {{{"Name", name}, {"Value", value}}}}});
  };
  EXPECT_EQ(update("name", "Ada L.").status, 200);
  EXPECT_EQ(update("email_verified", "true").status, 200);
  EXPECT_EQ(world.pool.find("ada@example.test")->name, "Ada L.");
  EXPECT_TRUE(world.pool.find("ada@example.test")->email_verified);
  EXPECT_EQ(update("email", "ADA@example.test").status, 200);
  EXPECT_EQ(update("name", "").status, 200);
  EXPECT_EQ(world.pool.find("ada@example.test")->name, std::nullopt);
  EXPECT_EQ(update("email_verified", "yes").type(), "InvalidParameterException");
  EXPECT_EQ(update("email", "eve@example.test").type(), "InvalidParameterException");
  EXPECT_EQ(update("phone_number", "1").type(), "InvalidParameterException");
  EXPECT_EQ(update("custom:tenant_id", "co_other").type(), "NotAuthorizedException");
  EXPECT_EQ(update("sub", "other").type(), "NotAuthorizedException");
  EXPECT_EQ(
      admin("AdminUpdateUserAttributes", {{"Username", "nobody@example.test"}, {"UserAttributes", bj::array()}}).type(),
      "UserNotFoundException");
}

TEST_P(Administered, RefusesWhatIsNotSignedByTheInstallation) {
  const bj::object body = {{"UserPoolId", world.keys.pool_id()}, {"Username", "ada@example.test"}};
  EXPECT_EQ(world.call("AdminGetUser", body).type(), "IncompleteSignatureException");
  auto key = world.keys.admin_key();
  key.secret_key += "x";
  EXPECT_EQ(world.send(signed_request("AdminGetUser", body, key)).type(), "InvalidSignatureException");
  key.access_key = "AKIDOTHER";
  EXPECT_EQ(world.send(signed_request("AdminGetUser", body, key)).type(), "UnrecognizedClientException");
  auto changed = signed_request("AdminGetUser", body, world.keys.admin_key());
  changed.body += " ";
  EXPECT_EQ(world.send(changed).type(), "InvalidSignatureException");
  auto other = signed_request("AdminGetUser", body, world.keys.admin_key());
  other.headers.set("x-amz-target", "AWSCognitoIdentityProviderService.AdminDisableUser");
  EXPECT_EQ(world.send(other).type(), "InvalidSignatureException");
  const auto early = signed_request("AdminGetUser", body, world.keys.admin_key());
  world.now = world.now + signature_age_ms + 1;
  EXPECT_EQ(world.send(early).type(), "InvalidSignatureException");
}

INSTANTIATE_TEST_SUITE_P(Engines, Administered, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace oprag::identity
