#include "features/test_prompts/test_runs.hpp"
#include "http/router.hpp"

namespace oprag::test_prompts {

using http::Access;
using http::Body;
using http::Path;
using http::Query;
using projects::ProjectPath;

namespace {

struct PromptPath {
  ProjectId id;
  PromptId prompt_id;
};
BOOST_DESCRIBE_STRUCT(PromptPath, (), (id, prompt_id))

struct RunPath {
  ProjectId id;
  RunId run_id;
};
BOOST_DESCRIBE_STRUCT(RunPath, (), (id, run_id))

constexpr std::string_view tag = "Tests";

void add_prompt_routes(http::Router& router, TestPrompts& prompts) {
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/test-prompts",
              .access = Access::member,
              .summary = "List suggested and saved prompt tests",
              .tag = tag},
             [&](const Caller& caller, Path<ProjectPath> path, Query<PageQuery> query) {
               return prompts.list(caller, path->id, *query);
             });
  router.add({.method = "POST",
              .path = "/v1/projects/{id}/test-prompts",
              .access = Access::admin,
              .summary = "Create saved prompt test; prompt max length enforced per project",
              .status = 201,
              .tag = tag,
              .creates = true},
             [&](const Caller& caller, Path<ProjectPath> path, Body<TestPromptCreate> body) {
               return prompts.create(caller, path->id, *body);
             });
  router.add({.method = "PATCH",
              .path = "/v1/projects/{id}/test-prompts/{promptId}",
              .access = Access::admin,
              .summary = "Change a saved prompt test",
              .tag = tag},
             [&](const Caller& caller, Path<PromptPath> path, Body<TestPromptPatch> body) {
               return prompts.change(caller, path->id, path->prompt_id, *body);
             });
  router.add(
      {.method = "DELETE",
       .path = "/v1/projects/{id}/test-prompts/{promptId}",
       .access = Access::admin,
       .summary = "Remove a saved prompt test",
       .tag = tag},
      [&](const Caller& caller, Path<PromptPath> path) { return prompts.remove(caller, path->id, path->prompt_id); });
}

}  // namespace

void add_routes(http::Router& router, TestPrompts& prompts, TestRuns& runs) {
  add_prompt_routes(router, prompts);
  // Takes no Idempotency-Key: the run's results are written while the request waits, which one transaction around both
  // could not let happen.
  router.add({.method = "POST",
              .path = "/v1/projects/{id}/test-runs",
              .access = Access::member,
              .summary = "Run saved or ad hoc prompt tests using project chat settings",
              .tag = tag,
              .needs_rag = true,
              .patient = true},
             [&](const Caller& caller, Path<ProjectPath> path, Body<RunRequest> body) {
               return runs.start(caller, path->id, *body);
             });
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/test-runs",
              .access = Access::member,
              .summary = "List the last test runs",
              .tag = tag},
             [&](const Caller& caller, Path<ProjectPath> path, Query<PageQuery> query) {
               return runs.list(caller, path->id, *query);
             });
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/test-runs/{runId}",
              .access = Access::member,
              .summary = "One test run with its results",
              .tag = tag},
             [&](const Caller& caller, Path<RunPath> path) { return runs.find(caller, path->id, path->run_id); });
}

}  // namespace oprag::test_prompts
