// Who a request speaks for, when it is sent with more than one credential, and what is kept of it.
#include <gtest/gtest.h>

#include "api/installation.hpp"

namespace oprag::testing {
namespace {

struct Credentials : ::testing::TestWithParam<std::string> {
  Installation app{GetParam()};
  Credential owner = app.found_company("owner");
};

TEST_P(Credentials, AnEmptyKeyHeaderIsACredentialThatDiffers) {
  const auto key = app.make_project(owner).at("apiKey");
  const auto ask = [&](const Credential& from) {
    return app.send(from, "POST", "/v1/chat", R"({"question": "When are refunds of ours available?"})");
  };
  EXPECT_EQ(ask({.bearer = key}).status, 200);
  EXPECT_EQ(ask({.key = key}).status, 200);
  EXPECT_EQ(ask({.bearer = key, .key = key}).status, 200);
  EXPECT_EQ(ask({.key = ""}).status, 401);
  for (const auto* other : {"", " ", "sk_live_x"}) {
    const auto answer = ask({.bearer = key, .key = other});
    ASSERT_EQ(answer.status, 401) << other;
    EXPECT_EQ(answer.text("/error"), "X-Oprag-Key and Authorization name different credentials");
  }
}

TEST_P(Credentials, OfAMemberShowTheTeamWhenHeWasLastActive) {
  const auto since = system_now();
  const auto member = app.member(owner, "mia", "member");
  app.invite(owner, "nora", "member");
  app.must(member, "GET", "/v1/projects");
  const auto team = boost::json::parse(app.must(owner, "GET", "/v1/companies/users").body).at("users").as_array();
  ASSERT_EQ(team.size(), 3u);
  for (const auto& person : team) {
    const auto& at = person.at("lastActiveAt");
    if (person.at("status") == "invited") {
      EXPECT_TRUE(at.is_null());
    } else {
      ASSERT_TRUE(at.is_string()) << person.at("email");
      EXPECT_GE(at.as_string(), to_iso8601(since));
      EXPECT_LE(at.as_string(), to_iso8601(system_now()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, Credentials, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace oprag::testing
