// Saved questions with what their answers must keep: the project's own regression tests.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "features/common/activity.hpp"
#include "features/common/paging.hpp"
#include "features/test_prompts/grading.hpp"
#include "features/test_prompts/suggestions.hpp"

namespace oprag::test_prompts {

inline constexpr std::int64_t prompts_per_project = 500;

enum class LastResult { pass, fail };
BOOST_DESCRIBE_ENUM(LastResult, pass, fail)

struct TestPrompt {
  PromptId prompt_id;
  std::string prompt;
  std::optional<Expectation> expect;
  std::optional<Person> created_by;
  Timestamp created_at;
  std::optional<LastResult> last_result;  // of the last graded run
};
BOOST_DESCRIBE_STRUCT(TestPrompt, (), (prompt_id, prompt, expect, created_by, created_at, last_result))

struct TestPromptList {
  std::vector<Suggestion> suggested;  // on the first page only
  std::vector<TestPrompt> saved;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(TestPromptList, (), (suggested, saved, next_cursor))

struct ExpectedSourceRequest {
  json::Text<1, 255> filename;
  std::optional<json::Whole<1, 1'000'000>> page_number;
};
BOOST_DESCRIBE_STRUCT(ExpectedSourceRequest, (), (filename, page_number))

struct ExpectationRequest {
  std::optional<bool> answered;
  std::optional<json::List<json::Text<1, 500>, 0, 20>> contains;
  std::optional<json::List<json::Text<1, 500>, 0, 20>> not_contains;
  std::optional<json::List<ExpectedSourceRequest, 0, 20>> sources;
};
BOOST_DESCRIBE_STRUCT(ExpectationRequest, (), (answered, contains, not_contains, sources))

using PromptText = json::Text<1, 10'000>;  // each project sets a lower bound: questionMaxLength

struct TestPromptCreate {
  PromptText prompt;
  std::optional<ExpectationRequest> expect;
};
BOOST_DESCRIBE_STRUCT(TestPromptCreate, (), (prompt, expect))

struct TestPromptPatch {
  std::optional<PromptText> prompt;
  json::Patch<ExpectationRequest> expect;
};
BOOST_DESCRIBE_STRUCT(TestPromptPatch, (), (prompt, expect))

class TestPrompts {
 public:
  TestPrompts(db::Database& database, TopicsOf topics, ActivityLog activity, const Cursors& cursors, Clock clock,
              RandomText random);

  TestPromptList list(const Caller& caller, const ProjectId& project, const PageQuery& query) const;
  // Throws invalid_request for a prompt longer than the project's questions may be, and for one too many.
  TestPrompt create(const Caller& caller, const ProjectId& project, const TestPromptCreate& request);
  // A changed prompt or expectation has no last result.
  TestPrompt change(const Caller& caller, const ProjectId& project, const PromptId& prompt,
                    const TestPromptPatch& request);
  // Answers what was removed. Results of earlier runs stay.
  TestPrompt remove(const Caller& caller, const ProjectId& project, const PromptId& prompt);

 private:
  void record(db::Tenant& tenant, const Caller& caller, const ProjectId& project, std::string_view type,
              const TestPrompt& prompt) const;

  db::Database& database_;
  TopicsOf topics_;
  ActivityLog activity_;
  const Cursors& cursors_;
  Clock clock_;
  RandomText random_;
};

// Throws not_found.
TestPrompt require(db::Tenant& tenant, const ProjectId& project, const PromptId& prompt);
// All that are saved, oldest first.
std::vector<TestPrompt> all(db::Tenant& tenant, const ProjectId& project);
// Throws invalid_request when the text is longer than the project's questions may be.
void check_length(const std::string& prompt, std::int64_t question_max_length);

}  // namespace oprag::test_prompts
