#include "features/settings/settings.hpp"

#include "features/activity/activities.hpp"
#include "support/test_app.hpp"

namespace oprag::settings {
namespace {

struct Settings : testing::EveryDatabase {
  Settings() {
    add_routes(app.router, settings);
    activity::add_routes(app.router, activities);
    company = app.found_company("olga", "Acme");
    app.join("mia", company, Role::member);
  }
  Service settings{app.database, {"small"}, app.activity, app.clock};
  activity::Service activities{app.database, app.cursors};
  CompanyId company;
};

const std::string url = "/v1/companies/settings";

TEST_P(Settings, BeginWithTheDefaults) {
  EXPECT_EQ(app.get("mia", url).body,
            R"({"allowedOrigins":[],"systemPrompt":"","model":null,"questionMaxLength":1000,"retentionDays":null})");
}

TEST_P(Settings, AreChangedMemberByMemberAndResetByNull) {
  const auto changed = app.patch("olga", url,
                                 R"({"allowedOrigins": ["https://a.test"], "model": "small", "retentionDays": 0,
                                     "questionMaxLength": 10000})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.at("/retentionDays"), 0);
  EXPECT_EQ(changed.at("/model"), "small");
  const auto reset = app.patch("olga", url, R"({"model": null, "questionMaxLength": null})");
  EXPECT_TRUE(reset.at("/model").is_null());
  EXPECT_EQ(reset.at("/questionMaxLength"), 1000);
  EXPECT_EQ(reset.at("/allowedOrigins/0"), "https://a.test");
}

TEST_P(Settings, AreWhatANewProjectStartsFrom) {
  app.patch("olga", url, R"({"allowedOrigins": ["https://a.test"], "systemPrompt": "Be brief."})");
  const auto project = app.post("mia", "/v1/projects", R"({"name": "Help"})");
  EXPECT_EQ(project.at("/allowedOrigins/0"), "https://a.test");
  EXPECT_EQ(project.at("/systemPrompt"), "Be brief.");
}

TEST_P(Settings, RefuseWhatCannotBe) {
  for (const auto* body :
       {R"({"model": "huge"})", R"({"retentionDays": 3651})", R"({"retentionDays": -1})", R"({"questionMaxLength": 0})",
        R"({"questionMaxLength": 10001})", R"({"allowedOrigins": ["*"]})", R"({"companyId": "co_1"})"}) {
    EXPECT_EQ(app.patch("olga", url, body).status, 400) << body;
  }
  EXPECT_EQ(app.patch("mia", url, R"({"retentionDays": 1})").status, 403);
}

TEST_P(Settings, GuardAgainstALostUpdate) {
  const auto tag = std::string(app.get("olga", url).headers["ETag"]);
  EXPECT_EQ(app.patch("olga", url, R"({"retentionDays": 1})", {{"If-Match", tag}}).status, 200);
  EXPECT_EQ(app.patch("olga", url, R"({"retentionDays": 2})", {{"If-Match", tag}}).status, 412);
}

TEST_P(Settings, ChangesAreActivities) {
  app.patch("olga", url, R"({"retentionDays": 1})");
  app.patch("olga", url, R"({"retentionDays": 1})");  // nothing changed, nothing told
  app.project("olga", "Help");
  const auto feed = app.get("mia", "/v1/activity");
  ASSERT_EQ(feed.count("/activities"), 3u);
  EXPECT_EQ(feed.at("/activities/0/type"), "project.created");
  EXPECT_EQ(feed.at("/activities/1/type"), "settings.updated");
  EXPECT_EQ(feed.at("/activities/1/actor/email"), "olga@example.com");
  EXPECT_EQ(feed.at("/activities/2/type"), "company.created");
}

TEST_P(Settings, TheFeedIsFilteredPagedAndTheCompanysOwn) {
  const auto project = app.project("olga", "Help");
  app.project("olga", "Shop");
  EXPECT_EQ(app.get("mia", "/v1/activity?type=project.created").count("/activities"), 2u);
  EXPECT_EQ(app.get("mia", "/v1/activity?projectId=" + project.value).count("/activities"), 1u);
  EXPECT_EQ(app.get("mia", "/v1/activity?type=nonsense").status, 400);
  const auto page = app.get("mia", "/v1/activity?limit=2");
  const auto cursor = page.text("/nextCursor");
  EXPECT_EQ(app.get("mia", "/v1/activity?limit=2&cursor=" + cursor).count("/activities"), 1u);
  EXPECT_EQ(app.get("mia", "/v1/activity?type=project.created&cursor=" + cursor).status, 400);
  app.found_company("fred", "Other");
  EXPECT_EQ(app.get("fred", "/v1/activity").count("/activities"), 1u);
  EXPECT_EQ(app.get("fred", "/v1/activity?cursor=" + cursor).status, 400);
}

INSTANTIATE_TEST_SUITE_P(Databases, Settings, testing::every_engine());

}  // namespace
}  // namespace oprag::settings
