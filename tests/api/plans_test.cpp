// Each limit of a plan, at n and n + 1.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "api/installation.hpp"
#include "app/commands.hpp"

namespace oprag::testing {
namespace {

constexpr auto small_plan =
    R"({"small": {"name": "Small", "price": "49 EUR a month", "projects": 2, "documents": 3,
    "storage_bytes": 100, "questions_per_month": 3, "members": 2}, "free": {"questions_per_month": 0}})";

struct Plans : ::testing::TestWithParam<std::string> {
  Installation app{GetParam(), {{"plans", small_plan}, {"default_plan", "small"}}};
  Credential owner = app.found_company("owner");

  std::string project() { return app.must(owner, "POST", "/v1/projects", R"({"name": "Help"})").text("/projectId"); }
  static std::string documents(const std::string& project) { return "/v1/projects/" + project + "/documents"; }
  Answer upload(const std::string& project, std::size_t size) {
    const auto ticket = app.must(owner, "POST", documents(project) + "/upload-url", R"({"filename": "a.txt"})");
    app.program.objects.put(ticket.text("/key"), std::string(size, 'x'));
    app.program.objects.put(ticket.text("/metadataKey"), ticket.text("/metadataBody"));
    return app.send(owner, "POST", documents(project) + "/" + ticket.text("/documentId") + "/confirm");
  }
  void expect_full(const Answer& answer, const char* limit, int status = 403) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.text("/code"), status == 403 ? "plan_limit" : "rate_limited");
    EXPECT_EQ(answer.text("/limit"), limit);
  }
  boost::json::value billing() { return boost::json::parse(app.must(owner, "GET", "/v1/billing/summary").body); }
  std::int64_t used(const char* what) { return billing().at("usage").at(what).as_int64(); }
};

TEST_P(Plans, AreShownWithTheirPriceAndWhatIsUsed) {
  const auto summary = billing();
  EXPECT_EQ(boost::json::serialize(summary.at("plan")), R"({"id":"small","name":"Small","price":"49 EUR a month"})");
  EXPECT_EQ(boost::json::serialize(summary.at("limits")),
            R"({"projects":2,"documents":3,"storageBytes":100,"questionsPerMonth":3,"members":2})");
  EXPECT_EQ(boost::json::serialize(summary.at("usage")),
            R"({"projects":0,"documents":0,"storageBytes":0,"questionsPerMonth":0,"members":1})");
}

TEST_P(Plans, LimitProjects) {
  const auto first = project();
  project();
  expect_full(app.send(owner, "POST", "/v1/projects", R"({"name": "Third"})"), "projects");
  EXPECT_EQ(used("projects"), 2);
  app.must(owner, "DELETE", "/v1/projects/" + first);
  project();
}

TEST_P(Plans, LimitDocumentsOneByOneAndInBulk) {
  const auto where = documents(project());
  app.must(owner, "POST", where + "/upload-url", R"({"filename": "a.txt"})");
  const auto three = R"({"files": [{"filename": "b.txt"}, {"filename": "c.txt"}, {"filename": "d.txt"}]})";
  expect_full(app.send(owner, "POST", where + "/bulk-upload-url", three), "documents");
  EXPECT_EQ(used("documents"), 1);
  app.must(owner, "POST", where + "/bulk-upload-url", R"({"files": [{"filename": "b.txt"}, {"filename": "c.txt"}]})");
  expect_full(app.send(owner, "POST", where + "/upload-url", R"({"filename": "d.txt"})"), "documents");
}

TEST_P(Plans, LimitStorageToTheByteAndLeaveTheUploadPending) {
  const auto id = project();
  EXPECT_EQ(upload(id, 60).status, 200);
  expect_full(upload(id, 41), "storageBytes");
  EXPECT_EQ(used("storageBytes"), 60);
  EXPECT_EQ(upload(id, 40).status, 200);
  EXPECT_EQ(used("storageBytes"), 100);
  const auto list = boost::json::parse(app.must(owner, "GET", documents(id) + "?status=pending_upload").body);
  EXPECT_EQ(list.at("documents").as_array().size(), 1u);
}

TEST_P(Plans, LimitMembersWithTheInvitedOnes) {
  app.invite(owner, "second", "member");
  expect_full(app.send(owner, "POST", "/v1/companies/users/invite", R"({"email": "third@example.com"})"), "members");
}

struct PlansOfQuestions : Plans {
  PlansOfQuestions() {
    const auto id = project();
    upload(id, 10);
    const auto base = "/v1/projects/" + id;
    key.bearer = app.must(owner, "POST", base + "/deploy").text("/apiKey");
    test_key.bearer = app.must(owner, "POST", base + "/keys", R"({"environment": "test"})").text("/apiKey");
    dashboard = base + "/chat";
  }
  Answer ask(const Credential& who, const std::string& where = "/v1/chat") {
    return app.send(who, "POST", where, R"({"question": "What is it?"})");
  }
  Credential key, test_key;
  std::string dashboard;
};

TEST_P(PlansOfQuestions, LimitQuestionsOfTheMonthButNoTests) {
  EXPECT_EQ(app.send(key, "POST", "/v1/chat", R"({"question": " "})").status, 400);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(key).status, 200);
  const auto refused = ask(key);
  expect_full(refused, "questionsPerMonth", 429);
  EXPECT_GT(boost::json::parse(refused.body).at("retryAfterSeconds").as_int64(), 0);
  EXPECT_EQ(ask(test_key).status, 200);
  EXPECT_EQ(ask(owner, dashboard).status, 200);
  EXPECT_EQ(used("questionsPerMonth"), 3);
}

TEST_P(PlansOfQuestions, AreNotExceededByManyAtOnce) {
  std::atomic<int> answered = 0, refused = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto status = ask(key).status;
      answered += status == 200;
      refused += status == 429;
    });
  }
  threads.clear();
  EXPECT_EQ(answered, 3);
  EXPECT_EQ(refused, 5);
}

TEST_P(PlansOfQuestions, DoNotCountWhatWasNotAnswered) {
  const auto company = CompanyId{app.must(owner, "GET", "/v1/companies/me").text("/companyId")};
  {
    const auto question = app.program.plan_limits.take_question(*app.program.database, company);
  }
  EXPECT_EQ(used("questionsPerMonth"), 0);
  auto kept = app.program.plan_limits.take_question(*app.program.database, company);
  kept.answered();
  EXPECT_EQ(used("questionsPerMonth"), 1);
}

TEST_P(PlansOfQuestions, AreChangedByTheOperator) {
  const auto company = app.must(owner, "GET", "/v1/companies/me").text("/companyId");
  const auto change = [&](const std::string& plan) {
    app::run_command(app.program, {{"command", "company plan"}, {"company", company}, {"plan", plan}});
  };
  change("free");
  expect_full(ask(key), "questionsPerMonth", 429);
  EXPECT_EQ(app.must(owner, "GET", "/v1/companies/me").text("/plan"), "free");
  change("small");
  EXPECT_EQ(ask(key).status, 200);
  EXPECT_THROW(change("large"), std::invalid_argument);
}

TEST(WrittenPlans, SayWhatIsWrongWithThem) {
  const auto why = [](const char* json) -> std::string {
    try {
      billing::read_plans(json);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "nothing";
  };
  EXPECT_EQ(why("{}"), "nothing");
  EXPECT_TRUE(why("[1]").contains("table of plans"));
  EXPECT_TRUE(why(R"({"team": {"project": 1}})").starts_with("team: project "));
  EXPECT_TRUE(why(R"({"team": {"storage_bytes": -1}})").starts_with("team: storageBytes "));
  EXPECT_TRUE(why(R"({"team": {"members": "many"}})").starts_with("team: members "));
  EXPECT_TRUE(why(R"({"team": 1})").starts_with("team: "));
}

INSTANTIATE_TEST_SUITE_P(Databases, Plans, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(Databases, PlansOfQuestions, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace oprag::testing
