#include "features/conversations/conversations.hpp"

#include "features/conversations/export.hpp"
#include "features/conversations/feedback.hpp"
#include "support/test_app.hpp"

namespace oprag::conversations {
namespace {

answer::Result answered(const std::string& text, std::vector<answer::Source> sources = {}) {
  return {.answer = text, .answered = true, .sources = std::move(sources)};
}
answer::Result refused() {
  return {.answer = "The documents do not say.", .answered = false, .reason = answer::Reason::no_match};
}

struct Inbox : testing::EveryDatabase {
  Inbox() {
    add_routes(app.router, service, feedback);
    company = app.found_company("olga", "Acme");
    app.join("mia", company, Role::member);
    help = app.project("olga", "Help");
    shop = app.project("olga", "Shop");
  }

  chat::Speaker api(const ProjectId& project, Environment environment = Environment::live) const {
    return {.project = project, .channel = chat::Channel::api, .environment = environment, .visitor = {}, .user = {}};
  }
  chat::Speaker widget(const std::string& visitor) const {
    return {.project = help,
            .channel = chat::Channel::widget,
            .environment = Environment::live,
            .visitor = visitor,
            .user = {}};
  }
  testing::TestApp::Said say(const chat::Speaker& speaker, const std::string& question, const answer::Result& result) {
    app.advance(second_ms);
    return app.say(company, speaker, question, result);
  }
  Caller visitor(const std::string& id) const {
    Caller caller;
    caller.kind = CallerKind::visitor;
    caller.company = company;
    caller.project = help;
    caller.visitor = id;
    return caller;
  }
  Caller key(const ProjectId& project, Environment environment) const {
    Caller caller;
    caller.kind = CallerKind::api_key;
    caller.company = company;
    caller.project = project;
    caller.environment = environment;
    return caller;
  }

  Service service{app.database, app.activity, app.cursors, app.clock};
  Feedback feedback{app.database};
  CompanyId company;
  ProjectId help, shop;
};

TEST_P(Inbox, ListsTheLatestFirstWithItsState) {
  say(api(help), "Where is my order?", answered("On its way."));
  say(widget("visitor_1"), "Who are you?", refused());
  const auto list = app.get("mia", "/v1/conversations");
  ASSERT_EQ(list.count("/conversations"), 2u);
  const auto first = list.at("/conversations/0").as_object();
  EXPECT_EQ(first.at("firstQuestion"), "Who are you?");
  EXPECT_EQ(first.at("projectName"), "Help");
  EXPECT_EQ(first.at("channel"), "widget");
  EXPECT_EQ(first.at("visitorId"), "visitor_1");
  EXPECT_EQ(first.at("answered"), false);
  EXPECT_EQ(first.at("messageCount"), 2);
  EXPECT_EQ(first.at("reviewStatus"), "unreviewed");
  EXPECT_TRUE(first.at("rating").is_null());
  EXPECT_EQ(list.at("/conversations/1/answered"), true);
}

TEST_P(Inbox, FiltersByEverythingItShows) {
  say(api(help), "Where is my order?", answered("On its way."));
  say(api(shop, Environment::test), "Do you ship 100% abroad?", refused());
  say(widget("visitor_1"), "Opening hours?", answered("Nine to five."));
  const auto found = [&](const std::string& filter) {
    return app.get("mia", "/v1/conversations?" + filter).count("/conversations");
  };
  EXPECT_EQ(found("projectId=" + help.value), 2u);
  EXPECT_EQ(found("projectId=proj_unknown"), 0u);
  EXPECT_EQ(found("channel=widget"), 1u);
  EXPECT_EQ(found("environment=test"), 1u);
  EXPECT_EQ(found("visitorId=visitor_1"), 1u);
  EXPECT_EQ(found("answered=true"), 2u);
  EXPECT_EQ(found("answered=false"), 1u);
  EXPECT_EQ(found("reviewStatus=reviewed"), 0u);
  EXPECT_EQ(found("rating=good"), 0u);
  EXPECT_EQ(found("q=ORDER"), 1u);
  EXPECT_EQ(found("q=nine"), 1u);    // answers too
  EXPECT_EQ(found("q=100%25"), 1u);  // no wildcard
  EXPECT_EQ(found("q=%25"), 1u);
  EXPECT_EQ(found("from=" + to_iso8601(app.now())), 1u);
  EXPECT_EQ(found("to=" + to_iso8601(app.now())), 2u);
  EXPECT_EQ(app.get("mia", "/v1/conversations?answered=maybe").status, 400);
  EXPECT_EQ(app.get("mia", "/v1/conversations?from=yesterday").status, 400);
  EXPECT_EQ(app.get("mia", "/v1/conversations?channel=fax").status, 400);
}

TEST_P(Inbox, PagesStayWithinTheirFilters) {
  for (int i = 0; i < 5; ++i) say(api(help), "Question " + std::to_string(i), answered("Yes."));
  const auto first = app.get("mia", "/v1/conversations?limit=3&answered=true");
  const auto cursor = first.text("/nextCursor");
  const auto second = app.get("mia", "/v1/conversations?limit=3&answered=true&cursor=" + cursor);
  EXPECT_EQ(second.count("/conversations"), 2u);
  EXPECT_EQ(second.at("/conversations/1/firstQuestion"), "Question 0");
  EXPECT_TRUE(second.at("/nextCursor").is_null());
  EXPECT_EQ(app.get("mia", "/v1/conversations?limit=3&cursor=" + cursor).status, 400);
}

TEST_P(Inbox, ShowsAConversationWithItsMessages) {
  answer::Source source{.title = "a-faq.pdf",
                        .excerpt = "Ships daily",
                        .page_number = {2},
                        .document_id = {"doc_1"},
                        .filename = "faq.pdf"};
  const auto said = say(api(help), "When do you ship?", answered("Daily.", {source}));
  app.say(company, api(help), "Really?", refused(), said.conversation);
  const auto url = "/v1/projects/" + help.value + "/conversations/" + said.conversation.value;
  const auto detail = app.get("mia", url);
  ASSERT_EQ(detail.status, 200) << detail.body;
  ASSERT_EQ(detail.count("/messages"), 4u);
  EXPECT_EQ(detail.at("/messages/0/role"), "user");
  EXPECT_EQ(detail.at("/messages/0/content"), "When do you ship?");
  EXPECT_TRUE(detail.at("/messages/0/answered").is_null());
  EXPECT_EQ(detail.at("/messages/0/sources"), boost::json::array());
  EXPECT_EQ(detail.at("/messages/1/sources/0/pageNumber"), 2);
  EXPECT_EQ(detail.at("/messages/3/reason"), "no_match");
  EXPECT_EQ(detail.at("/answered"), false);  // one refusal marks it
  EXPECT_EQ(app.get("mia", "/v1/conversations/" + said.conversation.value).body, detail.body);
  EXPECT_EQ(app.get("mia", "/v1/projects/" + shop.value + "/conversations/" + said.conversation.value).status, 404);
  EXPECT_EQ(app.get("mia", "/v1/projects/" + help.value + "/conversations").count("/conversations"), 1u);
  EXPECT_EQ(app.get("mia", "/v1/projects/" + shop.value + "/conversations").count("/conversations"), 0u);
}

TEST_P(Inbox, AnArchivedProjectsConversationsStayReadable) {
  const auto said = say(api(help), "Hello?", answered("Hello."));
  app.remove("olga", "/v1/projects/" + help.value);
  const auto url = "/v1/projects/" + help.value + "/conversations";
  EXPECT_EQ(app.get("mia", url).count("/conversations"), 1u);
  EXPECT_EQ(app.get("mia", url + "/" + said.conversation.value).status, 200);
}

TEST_P(Inbox, AReviewIsKeptWithItsReviewerAndTold) {
  const auto said = say(api(help), "Hello?", answered("Hello."));
  const auto url = "/v1/conversations/" + said.conversation.value;
  const auto reviewed = app.patch("mia", url, R"({"reviewStatus": "reviewed", "rating": "bad", "notes": "Too short"})");
  ASSERT_EQ(reviewed.status, 200) << reviewed.body;
  EXPECT_EQ(reviewed.at("/rating"), "bad");
  EXPECT_EQ(reviewed.at("/reviewedBy/email"), "mia@example.com");
  EXPECT_EQ(app.get("mia", "/v1/conversations?reviewStatus=reviewed&rating=bad").count("/conversations"), 1u);
  const auto reset = app.patch("mia", url, R"({"reviewStatus": null, "rating": null, "notes": null})");
  EXPECT_EQ(reset.at("/reviewStatus"), "unreviewed");
  EXPECT_TRUE(reset.at("/notes").is_null());
  const auto told = app.database.read(company, [](db::Tenant& tenant) {
    return tenant.scalar<std::int64_t>(
        "SELECT COUNT(*) FROM activities WHERE company_id = $1 AND type = 'conversation.reviewed'");
  });
  EXPECT_EQ(told, 2);
  EXPECT_EQ(app.patch("mia", url, R"({"firstQuestion": "x"})").status, 400);
  EXPECT_EQ(app.patch("mia", url, R"({"notes": ")" + std::string(4001, 'x') + R"("})").status, 400);
  EXPECT_EQ(app.patch("mia", url, R"({"notes": ")" + std::string(4000, 'x') + R"("})").status, 200);
}

TEST_P(Inbox, TwoReviewersDoNotOverwriteEachOther) {
  const auto url = "/v1/conversations/" + say(api(help), "Hello?", answered("Hello.")).conversation.value;
  const auto tag = std::string(app.get("mia", url).headers["ETag"]);
  EXPECT_EQ(app.patch("mia", url, R"({"rating": "good"})", {{"If-Match", tag}}).status, 200);
  EXPECT_EQ(app.patch("olga", url, R"({"rating": "bad"})", {{"If-Match", tag}}).status, 412);
}

TEST_P(Inbox, OtherCompaniesSeeNothing) {
  const auto said = say(api(help), "Hello?", answered("Hello."));
  app.found_company("fred", "Other");
  EXPECT_EQ(app.get("fred", "/v1/conversations").count("/conversations"), 0u);
  EXPECT_EQ(app.get("fred", "/v1/conversations", {{"Accept", "application/jsonl"}}).body, "");
  EXPECT_EQ(app.get("fred", "/v1/conversations/" + said.conversation.value).status, 404);
  EXPECT_EQ(app.patch("fred", "/v1/conversations/" + said.conversation.value, R"({"notes": "x"})").status, 404);
  EXPECT_EQ(app.get("fred", "/v1/projects/" + help.value + "/conversations", {{"Accept", "text/csv"}}).status, 404);
}

TEST_P(Inbox, ExportsEveryPageAsJsonLines) {
  for (int i = 0; i < 120; ++i) app.say(company, api(help), "Question " + std::to_string(i), answered("Yes."));
  const auto lines = app.get("mia", "/v1/conversations?limit=1", {{"Accept", "application/x-ndjson"}});
  EXPECT_EQ(lines.headers["Content-Type"], "application/jsonl; charset=utf-8");
  EXPECT_EQ(std::ranges::count(lines.body, '\n'), 120);
  const auto first = boost::json::parse(lines.body.substr(0, lines.body.find('\n')));
  EXPECT_EQ(first.at("messages").as_array().size(), 2u);
}

TEST_P(Inbox, ExportsCsvThatNoSpreadsheetRuns) {
  say(api(help), "=HYPERLINK(\"http://evil.test\")", answered("Line one,\nline two"));
  say(api(shop), "Elsewhere", answered("Yes."));
  const auto csv = app.get("mia", "/v1/projects/" + help.value + "/conversations", {{"Accept", "text/csv"}});
  EXPECT_TRUE(csv.headers["Content-Type"].starts_with("text/csv"));
  EXPECT_EQ(csv.headers["Content-Disposition"], "attachment; filename=\"conversations.csv\"");
  EXPECT_TRUE(csv.body.starts_with("conversationId,projectId,projectName,"));
  EXPECT_NE(csv.body.find("\"'=HYPERLINK(\"\"http://evil.test\"\")\""), std::string::npos) << csv.body;
  EXPECT_NE(csv.body.find("\"Line one,\nline two\""), std::string::npos);
  EXPECT_EQ(csv.body.find("Elsewhere"), std::string::npos);
}

TEST(CsvCell, IsQuotedOnlyWhereItMustBe) {
  EXPECT_EQ(csv_cell("plain"), "plain");
  EXPECT_EQ(csv_cell("a \"b\""), "\"a \"\"b\"\"\"");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  for (const auto* text : {"=1", "+1", "-1", "@x", "\tx"}) {
    EXPECT_EQ(csv_cell(text), "\"'" + std::string(text) + "\"");
  }
  EXPECT_EQ(csv_cell("1-1"), "1-1");
}

TEST_P(Inbox, VisitorsRateTheirOwnAnswersOnly) {
  const auto said = say(widget("visitor_1"), "Hello?", answered("Hello."));
  app.introduce("one", visitor("visitor_1"));
  app.introduce("two", visitor("visitor_2"));
  const auto body = R"({"messageId": ")" + said.answer.value + R"(", "rating": "bad", "comment": "Rude"})";
  EXPECT_EQ(app.post("two", "/v1/chat/feedback", body).status, 404);
  const auto rated = app.post("one", "/v1/chat/feedback", body);
  EXPECT_EQ(rated.status, 200);
  EXPECT_EQ(rated.at("/rating"), "bad");
  const auto detail = app.get("mia", "/v1/conversations/" + said.conversation.value);
  EXPECT_EQ(detail.at("/messages/1/visitorRating"), "bad");
  EXPECT_EQ(detail.at("/messages/1/visitorComment"), "Rude");
  EXPECT_TRUE(detail.at("/rating").is_null());  // the team's is apart
}

TEST_P(Inbox, KeysRateAnswersOfTheirProjectAndEnvironment) {
  const auto said = say(api(help), "Hello?", answered("Hello."));
  app.introduce("live", key(help, Environment::live));
  app.introduce("test", key(help, Environment::test));
  app.introduce("shop", key(shop, Environment::live));
  const auto body = [&](const MessageId& id) { return R"({"messageId": ")" + id.value + R"(", "rating": "good"})"; };
  EXPECT_EQ(app.post("test", "/v1/chat/feedback", body(said.answer)).status, 404);
  EXPECT_EQ(app.post("shop", "/v1/chat/feedback", body(said.answer)).status, 404);
  EXPECT_EQ(app.post("live", "/v1/chat/feedback", body({"msg_unknown"})).status, 404);
  EXPECT_EQ(app.post("live", "/v1/chat/feedback", body(said.answer)).status, 200);
  const auto question = app.get("mia", "/v1/conversations/" + said.conversation.value).text("/messages/0/messageId");
  EXPECT_EQ(app.post("live", "/v1/chat/feedback", body({question})).status, 404);  // only answers are rated
  EXPECT_EQ(app.post("olga", "/v1/chat/feedback", body(said.answer)).status, 401);
  EXPECT_EQ(app.post("live", "/v1/chat/feedback", R"({"rating": "good"})").at("/error"), "messageId is required");
}

INSTANTIATE_TEST_SUITE_P(Databases, Inbox, testing::every_engine());

}  // namespace
}  // namespace oprag::conversations
