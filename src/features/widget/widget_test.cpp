#include "features/widget/widget.hpp"

#include "support/test_app.hpp"

namespace oprag::widget {
namespace {

constexpr std::string_view bundle = "console.log('widget');";
const std::string page = "https://www.example.com";

struct Widget : testing::EveryDatabase {
  Widget() {
    add_routes(app.router, service, {bundle, ""});
    company = app.found_company("olga", "Acme");
    app.join("mia", company, Role::member);
    project = app.project("olga", "Help");
    url = "/v1/projects/" + project.value + "/widget-config";
    shown = "/v1/widget/" + project.value + "/config";
  }

  void set_status(const std::string& status) {
    app.database.write(company, [&](db::Tenant& tenant) {
      tenant.exec("UPDATE projects SET status = $3 WHERE company_id = $1 AND project_id = $2", project, status);
    });
  }
  void allow(const std::string& origin) {
    const auto changed =
        app.patch("olga", "/v1/projects/" + project.value, R"({"allowedOrigins": [")" + origin + R"("]})");
    ASSERT_EQ(changed.status, 200) << changed.body;
  }
  testing::Reply visit(const std::string& origin, const std::string& token = {}) {
    http::Headers headers{{"Origin", origin}};
    if (!token.empty()) headers.add("Authorization", "Bearer " + token);
    return app.get("", shown, headers);
  }

  VisitorTokens tokens{Secret("a key of the test"), app.clock};
  Service service{app.database, tokens, app.activity, "https://rag.test", app.clock, app.random};
  CompanyId company;
  ProjectId project;
  std::string url, shown;
};

TEST_P(Widget, BeginsWithDefaultsThatFollowTheProject) {
  const auto config = app.get("mia", url);
  ASSERT_EQ(config.status, 200) << config.body;
  EXPECT_EQ(config.at("/enabled"), true);
  EXPECT_EQ(config.at("/displayName"), "Help");
  EXPECT_EQ(config.at("/theme/mode"), "auto");
  EXPECT_EQ(config.at("/suggestedQuestions"), boost::json::array());
  EXPECT_TRUE(config.at("/contactText").is_null());
  EXPECT_EQ(config.text("/embedCode"),
            "<script src=\"https://rag.test/widget.js\" data-project=\"" + project.value + "\" async></script>");
  app.patch("olga", "/v1/projects/" + project.value, R"({"name": "Support"})");
  EXPECT_EQ(app.get("mia", url).at("/displayName"), "Support");
}

TEST_P(Widget, IsChangedMemberByMember) {
  const auto changed = app.patch("olga", url,
                                 R"({"displayName": "Ask us", "theme": {"primaryColor": "#FF8800"},
                                     "suggestedQuestions": ["What?", "How?"], "contactText": "Call us"})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.at("/theme/primaryColor"), "#ff8800");
  EXPECT_EQ(changed.at("/theme/position"), "right");
  const auto merged =
      app.patch("olga", url, R"({"theme": {"position": "left"}, "displayName": null, "contactText": null})");
  EXPECT_EQ(merged.at("/theme/primaryColor"), "#ff8800");
  EXPECT_EQ(merged.at("/theme/position"), "left");
  EXPECT_EQ(merged.at("/displayName"), "Help");
  EXPECT_TRUE(merged.at("/contactText").is_null());
  EXPECT_EQ(merged.at("/suggestedQuestions/1"), "How?");
  EXPECT_EQ(app.patch("olga", url, R"({"theme": null})").at("/theme/position"), "right");
}

TEST_P(Widget, RefusesWhatCannotBe) {
  const auto text = [](std::size_t length) { return R"({"welcomeMessage": ")" + std::string(length, 'x') + R"("})"; };
  EXPECT_EQ(app.patch("olga", url, text(300)).status, 200);
  EXPECT_EQ(app.patch("olga", url, text(301)).status, 400);
  for (const auto* body : {R"({"theme": {"primaryColor": "red"}})", R"({"theme": {"primaryColor": "#12345g"}})",
                           R"({"theme": {"mode": "neon"}})", R"({"embedCode": "x"})",
                           R"({"suggestedQuestions": ["1", "2", "3", "4", "5", "6", "7"]})"}) {
    EXPECT_EQ(app.patch("olga", url, body).status, 400) << body;
  }
  EXPECT_EQ(app.patch("mia", url, R"({"enabled": false})").status, 403);
  const auto tag = std::string(app.get("mia", url).headers["ETag"]);
  EXPECT_EQ(app.patch("olga", url, R"({"enabled": false})", {{"If-Match", tag}}).status, 200);
  EXPECT_EQ(app.patch("olga", url, R"({"enabled": true})", {{"If-Match", tag}}).status, 412);
}

TEST_P(Widget, IsShownOnlyWhileLiveAndEnabled) {
  EXPECT_EQ(app.get("", shown).status, 404);  // a draft
  set_status("indexing");
  EXPECT_EQ(app.get("", shown).status, 200);
  set_status("live");
  EXPECT_EQ(app.get("", shown).status, 200);
  app.patch("olga", url, R"({"enabled": false})");
  const auto hidden = app.get("", shown);
  EXPECT_EQ(hidden.status, 404);
  EXPECT_EQ(hidden.body, app.get("", "/v1/widget/proj_unknown/config").body);
  app.patch("olga", url, R"({"enabled": true})");
  app.remove("olga", "/v1/projects/" + project.value);
  EXPECT_EQ(app.get("", shown).status, 404);
}

TEST_P(Widget, GivesTokensToListedOriginsOnly) {
  set_status("live");
  allow(page);
  const auto plain = app.get("", shown);
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.headers["Cache-Control"], "no-store");
  for (const auto& reply : {plain, visit("https://evil.test"), visit(page + "/"), visit("null")}) {
    EXPECT_TRUE(reply.at("/visitorToken").is_null());
    EXPECT_TRUE(reply.at("/visitorTokenExpiresAt").is_null());
    EXPECT_TRUE(reply.at("/visitorId").is_null());
  }
  const auto listed = visit(page);
  EXPECT_EQ(listed.text("/visitorTokenExpiresAt"), to_iso8601(app.now() + 15 * minute_ms));
  EXPECT_TRUE(listed.text("/visitorId").starts_with("visitor_"));
  EXPECT_NE(visit(page).text("/visitorId"), listed.text("/visitorId"));
}

TEST_P(Widget, ATokenRenewsItsVisitorForThirtyDaysFromTheSamePage) {
  set_status("live");
  allow(page);
  const auto first = visit(page);
  const auto token = first.text("/visitorToken");
  app.advance(15 * minute_ms + 30 * day_ms - 1);
  const auto second = visit(page, token);
  EXPECT_EQ(second.text("/visitorId"), first.text("/visitorId"));
  EXPECT_NE(second.text("/visitorToken"), token);
  app.advance(1);
  EXPECT_NE(visit(page, token).text("/visitorId"), first.text("/visitorId"));
  allow("https://other.example.com");
  EXPECT_NE(visit("https://other.example.com", second.text("/visitorToken")).text("/visitorId"),
            first.text("/visitorId"));
}

TEST_P(Widget, ATokenStandsForItsVisitorOnItsPageWhileListed) {
  set_status("live");
  allow(page);
  const auto reply = visit(page);
  const auto token = reply.text("/visitorToken");
  const auto caller = service.visitor_of(token, page);
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->company, company);
  EXPECT_EQ(caller->project, project);
  EXPECT_EQ(caller->visitor, reply.text("/visitorId"));
  EXPECT_EQ(service.visitor_of(token, "https://evil.test").error(), ErrorCode::origin_not_allowed);
  EXPECT_EQ(service.visitor_of(token, "").error(), ErrorCode::origin_not_allowed);
  allow("https://other.example.com");
  EXPECT_EQ(service.visitor_of(token, page).error(), ErrorCode::origin_not_allowed);
  EXPECT_FALSE(service.visitor_of(token, "https://other.example.com"))
      << "that page is listed, but the token is not its own";
  allow(page);
  app.patch("olga", url, R"({"enabled": false})");
  EXPECT_EQ(service.visitor_of(token, page).error(), ErrorCode::origin_not_allowed);
  app.patch("olga", url, R"({"enabled": true})");
  EXPECT_TRUE(service.visitor_of(token, page));
  app.advance(15 * minute_ms);
  EXPECT_EQ(service.visitor_of(token, page).error(), ErrorCode::unauthenticated);
}

TEST_P(Widget, AForgedTokenIsNone) {
  const auto [token, expires] = tokens.issue(project, page, {"visitor_1"});
  EXPECT_TRUE(tokens.verify(token));
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.verify(forged)) << i;
  }
  EXPECT_FALSE(tokens.verify(token + "A"));
  EXPECT_FALSE(tokens.verify("vt_."));
  EXPECT_FALSE(tokens.verify(""));
  EXPECT_FALSE(VisitorTokens(Secret("another key"), app.clock).verify(token));
}

TEST_P(Widget, TheScriptHasATagOrLivesElsewhere) {
  const auto script = app.get("", "/widget.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.body, bundle);
  EXPECT_EQ(script.headers["Content-Type"], "text/javascript; charset=utf-8");
  EXPECT_EQ(script.headers["Access-Control-Allow-Origin"], "*");
  const std::string tag(script.headers["ETag"]);
  EXPECT_EQ(app.get("", "/widget.js", {{"If-None-Match", tag}}).status, 304);

  testing::TestApp elsewhere(GetParam());
  add_routes(elsewhere.router, service, {bundle, "https://cdn.test/widget.js"});
  const auto moved = elsewhere.get("", "/widget.js");
  EXPECT_EQ(moved.status, 301);
  EXPECT_EQ(moved.headers["Location"], "https://cdn.test/widget.js");
}

INSTANTIATE_TEST_SUITE_P(Databases, Widget, testing::every_engine());

}  // namespace
}  // namespace oprag::widget
