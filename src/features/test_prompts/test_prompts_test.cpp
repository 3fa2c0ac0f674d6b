#include "features/test_prompts/test_prompts.hpp"

#include "features/test_prompts/test_runs.hpp"
#include "support/test_app.hpp"

namespace oprag::test_prompts {
namespace {

answer::Result answered(const std::string& text, const std::string& filename = {}, std::int64_t page = 1) {
  answer::Result result{.answer = text, .answered = true};
  if (!filename.empty()) result.sources.push_back({.page_number = {page}, .filename = filename});
  return result;
}

TEST(Grading, HoldsAnAnswerToEachExpectation) {
  const auto result = answered("Refunds take 30 Days.", "faq.pdf", 2);
  EXPECT_TRUE(grade({.answered = true,
                     .contains = {"30 days"},
                     .not_contains = {"60"},
                     .sources = {{"faq.pdf", {2}}, {"faq.pdf", {}}}},
                    result)
                  .empty());
  const auto failures = grade({.answered = false,
                               .contains = {"free"},
                               .not_contains = {"REFUNDS"},
                               .sources = {{"faq.pdf", {3}}, {"other.pdf", {}}}},
                              result);
  ASSERT_EQ(failures.size(), 5u);
  EXPECT_EQ(failures[0].expectation, "answered");
  EXPECT_EQ(failures[1].expected, "free");
  EXPECT_EQ(failures[1].got, "Refunds take 30 Days.");
  EXPECT_EQ(failures[2].expectation, "notContains");
  EXPECT_EQ(failures[3].expected, "faq.pdf, page 3");
  EXPECT_EQ(failures[3].got, "faq.pdf, page 2");
  EXPECT_EQ(failures[4].expected, "other.pdf");
}

TEST(Suggestions, AskAboutTheDocumentsInTheirLanguageTakingTurns) {
  std::vector<Topic> topics{{{"doc_a"}, "Refund policy", "en"},  {{"doc_a"}, "How do I cancel?", "en"},
                            {{"doc_a"}, "Saved already?", "en"}, {{"doc_b"}, "Versand", "de"},
                            {{"doc_b"}, "送料", "ja"},           {{"doc_c"}, "返品について教えて", "ja"}};
  const auto suggestions = suggest(topics, {"saved already?"});
  ASSERT_EQ(suggestions.size(), 4u);
  EXPECT_EQ(suggestions[0].prompt, "What do the documents say about “Refund policy”?");
  EXPECT_EQ(suggestions[1].prompt, "Was sagen die Dokumente über „Versand“?");
  EXPECT_EQ(suggestions[2].prompt, "返品について教えて");  // a bare topic where we have no words for it
  EXPECT_EQ(suggestions[3].prompt, "How do I cancel?");
  EXPECT_EQ(suggestions[3].document_id.value, "doc_a");
  for (int i = 0; i < 100; ++i) topics.push_back({{"doc_d"}, "Topic number " + std::to_string(i), "en"});
  EXPECT_EQ(suggest(topics, {}).size(), suggestion_count);
}

struct Tests : testing::EveryDatabase {
  Tests() {
    add_routes(app.router, prompts, runs);
    company = app.found_company("olga", "Acme");
    app.join("mia", company, Role::member);
    project = app.project("olga", "Help");
    prompts_url = "/v1/projects/" + project.value + "/test-prompts";
    runs_url = "/v1/projects/" + project.value + "/test-runs";
  }
  ~Tests() override { release(); }

  std::string save(const std::string& body) {
    const auto reply = app.post("olga", prompts_url, body);
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.text("/promptId");
  }
  answer::Result ask(const std::string& prompt) {
    if (prompt == "wait") {
      std::unique_lock lock(mutex);
      released_changed.wait(lock, [&] { return released; });
    }
    if (prompt == "refuse") throw Error(ErrorCode::upstream_failed, "The model failed");
    if (prompt == "break") throw std::runtime_error("secret of the server");
    return answered("You said: " + prompt, "faq.pdf");
  }
  void release() {
    const std::lock_guard lock(mutex);
    released = true;
    released_changed.notify_all();
  }

  std::mutex mutex;
  std::condition_variable released_changed;
  bool released = false;
  TestPrompts prompts{
      app.database,
      [](const CompanyId&, const ProjectId&) { return std::vector<Topic>{{{"doc_1"}, "How do I cancel?", "en"}}; },
      app.activity,
      app.cursors,
      app.clock,
      app.random};
  AskFunction ask_function = [this](const CompanyId&, const ProjectId&, const std::string& prompt) {
    return ask(prompt);
  };
  TestRuns runs{app.database, ask_function, app.activity, app.cursors, {.threads = 2}, app.clock, app.random};
  CompanyId company;
  ProjectId project;
  std::string prompts_url, runs_url;
};

TEST_P(Tests, PromptsAreSavedListedChangedAndRemoved) {
  const auto id = save(R"({"prompt": " What is it? ", "expect": {"answered": true, "contains": ["it"],
                           "sources": [{"filename": "faq.pdf"}, {"filename": "b.pdf", "pageNumber": 3}]}})");
  const auto list = app.get("mia", prompts_url);
  ASSERT_EQ(list.status, 200) << list.body;
  EXPECT_EQ(list.at("/suggested/0/prompt"), "How do I cancel?");
  EXPECT_EQ(list.at("/suggested/0/documentId"), "doc_1");
  EXPECT_EQ(list.at("/saved/0/prompt"), "What is it?");
  EXPECT_EQ(list.at("/saved/0/createdBy/email"), "olga@example.com");
  EXPECT_TRUE(list.at("/saved/0/lastResult").is_null());
  EXPECT_EQ(list.at("/saved/0/expect/notContains"), boost::json::array());
  EXPECT_FALSE(list.at("/saved/0/expect/sources/0").as_object().contains("pageNumber"));
  EXPECT_EQ(list.at("/saved/0/expect/sources/1/pageNumber"), 3);
  const auto changed = app.patch("olga", prompts_url + "/" + id, R"({"prompt": "How do I cancel?", "expect": null})");
  EXPECT_EQ(changed.at("/prompt"), "How do I cancel?");
  EXPECT_TRUE(changed.at("/expect").is_null());
  EXPECT_EQ(app.get("mia", prompts_url).count("/suggested"), 0u);  // it is saved now
  EXPECT_EQ(app.remove("olga", prompts_url + "/" + id).status, 200);
  EXPECT_EQ(app.remove("olga", prompts_url + "/" + id).status, 404);
  EXPECT_EQ(app.get("mia", prompts_url).count("/saved"), 0u);
}

TEST_P(Tests, PromptsHaveTheirLimits) {
  app.patch("olga", "/v1/projects/" + project.value, R"({"questionMaxLength": 5})");
  EXPECT_EQ(app.post("olga", prompts_url, R"({"prompt": "ääääää"})").status, 400);
  save(R"({"prompt": "äääää"})");
  EXPECT_EQ(app.post("olga", prompts_url, R"({"prompt": " "})").at("/error"), "prompt is required");
  EXPECT_EQ(app.post("mia", prompts_url, R"({"prompt": "x"})").status, 403);
  EXPECT_EQ(app.post("olga", runs_url, R"({"prompts": ["ääääää"]})").status, 400);
}

TEST_P(Tests, ARunGradesWhatIsExpectedAndSaysWhatFailed) {
  const auto good = save(R"({"prompt": "one", "expect": {"contains": ["ONE"], "sources": [{"filename": "faq.pdf"}]}})");
  const auto bad = save(R"({"prompt": "two", "expect": {"contains": ["three"]}})");
  save(R"({"prompt": "four"})");
  const auto run = app.post("mia", runs_url);
  ASSERT_EQ(run.status, 200) << run.body;
  EXPECT_EQ(run.at("/status"), "finished");
  EXPECT_EQ(run.at("/summary"), boost::json::parse(R"({"total":3,"done":3,"passed":1,"failed":1,"ungraded":1})"));
  EXPECT_EQ(run.text("/results/0/promptId"), good);
  EXPECT_EQ(run.at("/results/0/passed"), true);
  EXPECT_EQ(run.at("/results/1/passed"), false);
  EXPECT_EQ(run.at("/results/1/failures/0/expected"), "three");
  EXPECT_TRUE(run.at("/results/2/passed").is_null());
  EXPECT_EQ(run.at("/results/2/sources/0/filename"), "faq.pdf");
  const auto saved = app.get("mia", prompts_url);
  EXPECT_TRUE(saved.at("/saved/0/lastResult").is_null());
  EXPECT_EQ(saved.at("/saved/1/lastResult"), "fail");
  EXPECT_EQ(saved.at("/saved/2/lastResult"), "pass");
  EXPECT_TRUE(app.patch("olga", prompts_url + "/" + bad, R"({"prompt": "2"})").at("/lastResult").is_null());
  EXPECT_EQ(app.get("mia", runs_url + "/" + run.text("/runId")).body, run.body);
}

TEST_P(Tests, ARunTakesNamedAndAdHocPrompts) {
  const auto id = save(R"({"prompt": "saved"})");
  save(R"({"prompt": "not named"})");
  const auto run = app.post("mia", runs_url, R"({"promptIds": [")" + id + R"("], "prompts": ["ad hoc"]})");
  ASSERT_EQ(run.count("/results"), 2u);
  EXPECT_EQ(run.at("/results/0/prompt"), "saved");
  EXPECT_EQ(run.at("/results/1/answer"), "You said: ad hoc");
  EXPECT_TRUE(run.at("/results/1/promptId").is_null());
  EXPECT_EQ(app.post("mia", runs_url, R"({"promptIds": ["prompt_unknown"]})").status, 404);
  std::string many = R"("x")";
  for (int i = 0; i < 99; ++i) many += R"(,"x")";
  EXPECT_EQ(app.post("mia", runs_url, R"({"prompts": [)" + many + "]}").status, 200);
  EXPECT_EQ(app.post("mia", runs_url, R"({"prompts": [)" + many + R"(], "promptIds": [")" + id + R"("]})").status, 400);
}

TEST_P(Tests, ARunWithoutPromptsIsRefused) {
  EXPECT_EQ(app.post("mia", runs_url).at("/error"), "No test prompts to run");
  EXPECT_EQ(app.post("mia", runs_url, R"({"prompts": []})").status, 400);
}

TEST_P(Tests, FailuresStandInTheResultWithoutInternals) {
  save(R"({"prompt": "refuse", "expect": {"answered": true}})");
  const auto run = app.post("mia", runs_url, R"({"prompts": ["refuse", "break", "fine"]})");
  EXPECT_EQ(run.at("/results/0/error"), "The model failed");
  EXPECT_EQ(run.at("/results/1/error"), "Internal error");
  EXPECT_TRUE(run.at("/results/2/error").is_null());
  EXPECT_TRUE(run.at("/results/0/passed").is_null());
  EXPECT_EQ(app.post("mia", runs_url).at("/summary/failed"), 1);
}

TEST_P(Tests, ALongRunIsAnsweredSoFarAndGoesOn) {
  TestRuns impatient(app.database, ask_function, app.activity, app.cursors,
                     {.threads = 2, .patience = std::chrono::milliseconds(0)}, app.clock, app.random);
  const auto caller = app.caller("mia");
  RunRequest request;
  request.prompts.emplace().value = {{"wait"}, {"fine"}};
  const auto begun = impatient.start(caller, project, request);
  EXPECT_EQ(begun.status, RunStatus::running);
  EXPECT_EQ(begun.summary.done, 0);
  EXPECT_EQ(app.get("mia", runs_url + "/" + begun.run_id.value).at("/status"), "running");
  release();
  while (impatient.find(caller, project, begun.run_id).status == RunStatus::running) std::this_thread::yield();
  EXPECT_EQ(impatient.find(caller, project, begun.run_id).summary.done, 2);
}

TEST_P(Tests, TheLastFiftyRunsAreKeptNewestFirst) {
  std::string newest;
  for (int i = 0; i < runs_kept + 2; ++i) {
    app.advance(second_ms);
    newest = app.post("mia", runs_url, R"({"prompts": ["x"]})").text("/runId");
  }
  const auto list = app.get("mia", runs_url + "?limit=100");
  EXPECT_EQ(list.count("/runs"), static_cast<std::size_t>(runs_kept));
  EXPECT_EQ(list.text("/runs/0/runId"), newest);
  EXPECT_EQ(list.at("/runs/0/summary/ungraded"), 1);
  EXPECT_FALSE(list.at("/runs/0").as_object().contains("results"));
}

TEST_P(Tests, RunsThatAStoppedServerLeftAreEnded) {
  app.database.write(company, [&](db::Tenant& tenant) {
    tenant.exec(
        "INSERT INTO test_runs (company_id, project_id, run_id, status, started_at, total) "
        "VALUES ($1, $2, 'run_left', 'running', $3, 1)",
        project, app.now());
    tenant.exec(
        "INSERT INTO test_results (company_id, project_id, run_id, ordinal, prompt, done, sources, citations, "
        "failures) "
        "VALUES ($1, $2, 'run_left', 0, 'never asked', 0, '[]', '[]', '[]')",
        project);
  });
  runs.recover(app.now());  // not before now
  EXPECT_EQ(app.get("mia", runs_url + "/run_left").at("/status"), "running");
  runs.recover(app.now() + 1);
  const auto run = app.get("mia", runs_url + "/run_left");
  EXPECT_EQ(run.at("/status"), "finished");
  EXPECT_EQ(run.at("/results/0/error"), "The server stopped during this run");
}

TEST_P(Tests, OtherCompaniesProjectsDoNotExist) {
  app.found_company("fred", "Other");
  const auto id = save(R"({"prompt": "x"})");
  const auto run = app.post("mia", runs_url).text("/runId");
  EXPECT_EQ(app.get("fred", prompts_url).status, 404);
  EXPECT_EQ(app.post("fred", prompts_url, R"({"prompt": "x"})").status, 404);
  EXPECT_EQ(app.remove("fred", prompts_url + "/" + id).status, 404);
  EXPECT_EQ(app.post("fred", runs_url).status, 404);
  EXPECT_EQ(app.get("fred", runs_url + "/" + run).status, 404);
}

INSTANTIATE_TEST_SUITE_P(Databases, Tests, testing::every_engine());

}  // namespace
}  // namespace oprag::test_prompts
