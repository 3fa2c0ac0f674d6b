#include <atomic>
#include <thread>

#include "features/team/invitations.hpp"
#include "support/test_app.hpp"

namespace oprag::team {
namespace {

// A provider that knows some addresses already and remembers what it was told.
struct FakeSignIns : SignIns {
  std::optional<std::string> offer(const std::string& email, const std::optional<std::string>&,
                                   const std::string& token, Timestamp) override {
    if (taken.contains(email)) return {};
    const auto subject = email.substr(0, email.find('@'));
    passwords[subject] = token;
    return "https://id.test " + subject;
  }
  void withdraw(const std::string& who) override { withdrawn.push_back(who); }
  void leave(const std::string& who) override { left.push_back(who); }

  std::set<std::string> taken;
  std::map<std::string, std::string> passwords;
  std::vector<std::string> withdrawn, left;
};

struct Team : testing::EveryDatabase {
  Team() {
    add_routes(app.router, members, invitations);
    company = app.found_company("olga", "Acme");
    app.join("adam", company, Role::admin);
    app.join("mia", company, Role::member);
  }

  std::string invite(const std::string& email, const std::string& role = "member") {
    const auto reply =
        app.post("olga", "/v1/companies/users/invite", R"({"email": ")" + email + R"(", "role": ")" + role + R"("})");
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.text("/userId");
  }
  static std::string token_of(const testing::Reply& reply) {
    const auto url = reply.text("/inviteUrl");
    return url.substr(url.find("&token=") + 7);
  }
  static std::string path(const std::string& user) { return "/v1/companies/users/" + user; }
  std::string id(const std::string& person) { return app.caller(person).user.value; }

  FakeSignIns sign_ins;
  std::vector<InvitationLetter> letters;
  bool mail_server = false;
  billing::PlanLimits limits{{{.id = "self_hosted", .name = "Small", .limits = {.members = 30}}}, app.clock};
  Members members{app.database, sign_ins, app.activity, app.cursors, app.clock};
  Invitations invitations{app.database,
                          app.users,
                          app.companies,
                          limits,
                          {.sign_ins = sign_ins,
                           .send =
                               [this](const InvitationLetter& letter) {
                                 if (mail_server) letters.push_back(letter);
                                 return mail_server;
                               },
                           .publish = [this](const std::string& who, const CompanyId& c) { app.published[who] = c; },
                           .dashboard = "https://rag.test"},
                          app.activity,
                          app.clock,
                          app.random};
  CompanyId company;
};

TEST_P(Team, ListsMembersAndWaitingInvitationsNewestFirst) {
  app.advance(second_ms);
  invite("nina@example.com");
  const auto reply = app.get("mia", "/v1/companies/users");
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.count("/users"), 4u);
  EXPECT_EQ(reply.at("/users/0/email"), "nina@example.com");
  EXPECT_EQ(reply.at("/users/0/status"), "invited");
  EXPECT_EQ(reply.at("/users/0/invitedBy/email"), "olga@example.com");
  EXPECT_EQ(reply.at("/users/3/role"), "owner");
  const auto first = app.get("mia", "/v1/companies/users?limit=3");
  const auto rest = app.get("mia", "/v1/companies/users?limit=3&cursor=" + first.text("/nextCursor"));
  EXPECT_EQ(rest.at("/users/0/email"), "olga@example.com");
  EXPECT_TRUE(rest.at("/nextCursor").is_null());
}

TEST_P(Team, ShowsToTheMinuteWhenAMemberWasLastActive) {
  const auto last_active = [&](const char* person) {
    const auto users = app.get("olga", "/v1/companies/users").at("/users");
    const auto is_wanted = [&](const auto& user) { return user.at("userId").as_string() == id(person); };
    return boost::json::serialize(std::ranges::find_if(users.as_array(), is_wanted)->at("lastActiveAt"));
  };
  const auto began = app.now();
  const auto in_quotes = [](Timestamp t) { return "\"" + to_iso8601(t) + "\""; };
  EXPECT_EQ(last_active("mia"), "null");
  app.users.touch(app.caller("mia"));
  app.advance(minute_ms - 1);
  app.users.touch(app.caller("mia"));
  EXPECT_EQ(last_active("mia"), in_quotes(began));
  app.advance(1);
  app.users.touch(app.caller("mia"));
  app.users.touch(app.caller("nobody yet"));
  EXPECT_EQ(last_active("mia"), in_quotes(began + minute_ms));
  EXPECT_EQ(last_active("adam"), "null");
}

TEST_P(Team, WithoutAMailServerTheAdminGetsTheLink) {
  const auto reply =
      app.post("adam", "/v1/companies/users/invite", R"({"email": " Nina@Example.com ", "name": "Nina"})");
  ASSERT_EQ(reply.status, 201);
  EXPECT_EQ(reply.at("/delivery"), "link");
  EXPECT_EQ(reply.at("/role"), "member");
  EXPECT_TRUE(reply.text("/inviteUrl").starts_with("https://rag.test/invite#email=nina%40example.com&token="));
  EXPECT_GE(token_of(reply).size(), 43u);  // 256 random bits
  EXPECT_EQ(reply.headers["Cache-Control"], "no-store");
}

TEST_P(Team, WithAMailServerTheLinkIsInTheLetterOnly) {
  mail_server = true;
  const auto reply = app.post("adam", "/v1/companies/users/invite", R"({"email": "nina@example.com"})");
  EXPECT_EQ(reply.at("/delivery"), "email");
  EXPECT_FALSE(reply.json().as_object().contains("inviteUrl"));
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].company, "Acme");
  EXPECT_EQ(letters[0].to, "nina@example.com");
}

TEST_P(Team, ANewAddressJoinsBySigningInWithTheToken) {
  invite("nina@example.com", "admin");
  ASSERT_TRUE(sign_ins.passwords.contains("nina"));
  EXPECT_EQ(app.get("nina", "/v1/companies/users").status, 403);  // the authenticator has not asked yet
  EXPECT_EQ(invitations.claim(app.caller("nina")), company);
  EXPECT_EQ(app.caller("nina").role, Role::admin);
  EXPECT_EQ(app.published.at("https://id.test nina"), company);
  EXPECT_EQ(invitations.claim(app.caller("mia")), std::nullopt);
}

// A browser sends its first requests side by side: each of them may find the invitation waiting.
TEST_P(Team, RequestsThatClaimOneInvitationAtOnceAllSucceed) {
  for (const auto* name : {"nina", "noah", "nora", "nils"}) {
    invite(std::string(name) + "@example.com", "member");
    const auto stale = app.caller(name);
    std::atomic<int> failed = 0;
    {
      std::vector<std::jthread> requests;
      for (int i = 0; i < 6; ++i) {
        requests.emplace_back([&] {
          try {
            invitations.claim(stale);
          } catch (const std::exception&) {
            ++failed;
          }
        });
      }
    }
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(app.caller(name).company, company);
  }
}

TEST_P(Team, AnAddressWithASignInJoinsByItsTokenAlone) {
  sign_ins.taken.insert("nina@example.com");
  const auto invited = app.post("olga", "/v1/companies/users/invite", R"({"email": "nina@example.com"})");
  EXPECT_EQ(invitations.claim(app.caller("nina")), std::nullopt);  // never by an equal e-mail
  const auto body = R"({"token": ")" + token_of(invited) + R"("})";
  EXPECT_EQ(app.post("mia", "/v1/invitations/accept", body).status, 409);
  const auto joined = app.post("bert", "/v1/invitations/accept", body);  // whoever holds the token
  EXPECT_EQ(joined.status, 200);
  EXPECT_EQ(joined.text("/companyId"), company.value);
  EXPECT_EQ(joined.at("/email"), "bert@example.com");
  EXPECT_EQ(app.post("nina", "/v1/invitations/accept", body).status, 404);  // it died on use
}

TEST_P(Team, TokensDieAfterSevenDaysOnResendAndOnRoleChange) {
  sign_ins.taken = {"nina@example.com"};
  const auto first = app.post("olga", "/v1/companies/users/invite", R"({"email": "nina@example.com"})");
  const auto user = first.text("/userId");
  const auto second = app.post("olga", path(user) + "/resend-invite");
  ASSERT_EQ(second.status, 200);
  const auto accept = [&](const testing::Reply& reply) {
    return app.post("nina", "/v1/invitations/accept", R"({"token": ")" + token_of(reply) + R"("})").status;
  };
  EXPECT_EQ(accept(first), 404);
  EXPECT_EQ(app.patch("olga", path(user), R"({"role": "admin"})").at("/role"), "admin");
  EXPECT_EQ(accept(second), 404);
  const auto third = app.post("olga", path(user) + "/resend-invite");
  app.advance(invitation_days * day_ms);
  EXPECT_EQ(accept(third), 404);
  const auto fourth = app.post("olga", path(user) + "/resend-invite");
  app.advance(invitation_days * day_ms - 1);
  EXPECT_EQ(accept(fourth), 200);
}

TEST_P(Team, NobodyIsInvitedTwiceOrAwayFromAnotherCompany) {
  app.found_company("fred", "Other");
  invite("nina@example.com");
  for (const auto* email : {"nina@example.com", "MIA@example.com", "fred@example.com"}) {
    const auto reply = app.post("olga", "/v1/companies/users/invite", R"({"email": ")" + std::string(email) + R"("})");
    EXPECT_EQ(reply.status, 409) << email;
  }
  EXPECT_EQ(app.post("olga", "/v1/companies/users/invite", R"({"email": "no address"})").status, 400);
  EXPECT_EQ(app.post("olga", "/v1/companies/users/invite", R"({})").at("/error"), "email is required");
}

TEST_P(Team, OnlyOwnersMakeChangeOrRemoveOwners) {
  const auto body = R"({"email": "nina@example.com", "role": "owner"})";
  EXPECT_EQ(app.post("adam", "/v1/companies/users/invite", body).status, 403);
  EXPECT_EQ(app.post("mia", "/v1/companies/users/invite", R"({"email": "x@example.com"})").status, 403);
  const auto invited = app.post("olga", "/v1/companies/users/invite", body);
  ASSERT_EQ(invited.status, 201);
  const auto nina = path(invited.text("/userId"));
  EXPECT_EQ(app.post("adam", nina + "/resend-invite").status, 403);
  EXPECT_EQ(app.patch("adam", nina, R"({"role": "member"})").status, 403);
  EXPECT_EQ(app.remove("adam", nina).status, 403);
  EXPECT_EQ(app.patch("adam", path(id("mia")), R"({"role": "owner"})").status, 403);
  EXPECT_EQ(app.patch("adam", path(id("mia")), R"({"role": "admin"})").status, 200);
  EXPECT_EQ(app.patch("olga", path(id("mia")), R"({"role": "owner"})").at("/role"), "owner");
}

TEST_P(Team, TheLastOwnerStays) {
  const auto olga = path(id("olga"));
  EXPECT_EQ(app.patch("olga", olga, R"({"role": "admin"})").at("/code"), "last_owner");
  const auto removal = app.remove("olga", olga);
  EXPECT_EQ(removal.status, 400);
  EXPECT_EQ(removal.at("/code"), "last_owner");
  app.patch("olga", path(id("adam")), R"({"role": "owner"})");
  EXPECT_EQ(app.remove("olga", olga).status, 200);
}

TEST_P(Team, ARemovedMembersTokensEndAndHeMayStartAnew) {
  const auto mia = id("mia");
  app.advance(second_ms);
  const auto removed = app.remove("adam", path(mia));
  EXPECT_EQ(removed.at("/status"), "removed");
  EXPECT_EQ(sign_ins.left, std::vector<std::string>{"https://id.test mia"});
  EXPECT_EQ(app.get("mia", "/v1/companies/users").status, 401);
  app.advance(second_ms);
  app.sign_in("mia");
  EXPECT_EQ(app.get("mia", "/v1/companies/users").at("/code"), "no_company");
  EXPECT_EQ(app.post("mia", "/v1/companies", R"({"name": "Own"})").status, 201);
  EXPECT_EQ(app.remove("adam", path(mia)).status, 404);
}

TEST_P(Team, ARemovedInvitationTakesItsSignInAlong) {
  const auto user = invite("nina@example.com");
  EXPECT_EQ(app.remove("adam", path(user)).at("/status"), "removed");
  EXPECT_EQ(sign_ins.withdrawn, std::vector<std::string>{"https://id.test nina"});
  EXPECT_EQ(invitations.claim(app.caller("nina")), std::nullopt);
  EXPECT_EQ(app.get("adam", "/v1/companies/users").count("/users"), 3u);
}

TEST_P(Team, ResendingToAnActiveMemberIsRefused) {
  EXPECT_EQ(app.post("olga", path(id("mia")) + "/resend-invite").status, 400);
}

TEST_P(Team, TwentyInvitationsAnHour) {
  for (int i = 0; i < invitations_per_hour; ++i) invite("guest" + std::to_string(i) + "@example.com");
  const auto refused = app.post("olga", "/v1/companies/users/invite", R"({"email": "one@more.com"})");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers["Retry-After"], "3600");
  app.advance(hour_ms);
  EXPECT_EQ(app.post("olga", "/v1/companies/users/invite", R"({"email": "one@more.com"})").status, 201);
}

TEST_P(Team, APlanLimitsTheSeats) {
  for (int i = 0; i < 27; ++i) {
    app.advance(hour_ms / 10);
    invite("guest" + std::to_string(i) + "@example.com");
  }
  app.advance(hour_ms);
  const auto refused = app.post("olga", "/v1/companies/users/invite", R"({"email": "one@more.com"})");
  EXPECT_EQ(refused.at("/code"), "plan_limit");
  EXPECT_EQ(refused.at("/limit"), "members");
}

TEST_P(Team, OtherCompaniesDoNotExist) {
  app.found_company("fred", "Other");
  const auto mia = path(id("mia"));
  EXPECT_EQ(app.patch("fred", mia, R"({"role": "admin"})").status, 404);
  EXPECT_EQ(app.remove("fred", mia).status, 404);
  EXPECT_EQ(app.post("fred", mia + "/resend-invite").status, 404);
  EXPECT_EQ(app.get("fred", "/v1/companies/users").count("/users"), 1u);
}

INSTANTIATE_TEST_SUITE_P(Databases, Team, testing::every_engine());

}  // namespace
}  // namespace oprag::team
