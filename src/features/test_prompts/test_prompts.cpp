#include "features/test_prompts/test_prompts.hpp"

#include "features/projects/projects.hpp"

namespace oprag::test_prompts {
namespace {

constexpr std::string_view columns = R"(
  SELECT prompt_id, prompt, expect, created_by, created_at, last_result FROM test_prompts
  WHERE company_id = $1 AND project_id = $2)";

const std::string find_prompt = std::string(columns) + " AND prompt_id = $3";
const std::string list_prompts =
    std::string(columns) + " AND (created_at, prompt_id) < ($3, $4) ORDER BY created_at DESC, prompt_id DESC LIMIT $5";
const std::string all_prompts = std::string(columns) + " ORDER BY created_at, prompt_id";

constexpr std::string_view insert_prompt = R"(
  INSERT INTO test_prompts (company_id, project_id, prompt_id, prompt, expect, created_by, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7))";

constexpr std::string_view update_prompt = R"(
  UPDATE test_prompts SET prompt = $4, expect = $5, last_result = NULL
  WHERE company_id = $1 AND project_id = $2 AND prompt_id = $3)";

std::vector<std::string> texts_of(const std::optional<json::List<json::Text<1, 500>, 0, 20>>& list) {
  if (!list) return {};
  return {list->value.begin(), list->value.end()};
}

// An expectation that expects nothing is none.
std::optional<Expectation> expectation_of(const ExpectationRequest& request) {
  Expectation out{.answered = request.answered,
                  .contains = texts_of(request.contains),
                  .not_contains = texts_of(request.not_contains),
                  .sources = {}};
  if (request.sources) {
    for (const auto& source : request.sources->value) {
      const auto& page = source.page_number;
      out.sources.push_back({source.filename.value, {page ? std::optional(page->value) : std::nullopt}});
    }
  }
  if (out.empty()) return {};
  return out;
}

}  // namespace

TestPrompt require(db::Tenant& tenant, const ProjectId& project, const PromptId& id) {
  auto prompt = tenant.one<TestPrompt>(find_prompt, project, id);
  if (!prompt) throw Error(ErrorCode::not_found, "Test prompt not found");
  return *std::move(prompt);
}

std::vector<TestPrompt> all(db::Tenant& tenant, const ProjectId& project) {
  return tenant.all<TestPrompt>(all_prompts, project);
}

void check_length(const std::string& prompt, std::int64_t question_max_length) {
  if (static_cast<std::int64_t>(code_points(prompt)) > question_max_length) {
    throw Error(ErrorCode::invalid_request,
                "prompt must have at most " + std::to_string(question_max_length) + " characters");
  }
}

TestPrompts::TestPrompts(db::Database& database, TopicsOf topics, ActivityLog activity, const Cursors& cursors,
                         Clock clock, RandomText random)
    : database_(database),
      topics_(std::move(topics)),
      activity_(std::move(activity)),
      cursors_(cursors),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

TestPromptList TestPrompts::list(const Caller& caller, const ProjectId& project, const PageQuery& query) const {
  const auto scope = "prompts " + caller.company.value + " " + project.value;
  const auto from = cursors_.open(scope, query.cursor);
  const auto limit = query.limit ? query.limit->value : default_page_size;
  std::vector<std::string> known;
  TestPromptList out;
  out.saved = database_.read(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    known.clear();
    for (auto& prompt : all(tenant, project)) known.push_back(std::move(prompt.prompt));
    return tenant.all<TestPrompt>(list_prompts, project, from.time, from.id, limit + 1);
  });
  out.next_cursor = take_page(out.saved, limit, cursors_, scope,
                              [](const TestPrompt& p) { return Position{p.created_at.ms, p.prompt_id.value}; });
  if (!query.cursor) out.suggested = suggest(topics_(caller.company, project), known);
  return out;
}

TestPrompt TestPrompts::create(const Caller& caller, const ProjectId& project, const TestPromptCreate& request) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    check_length(request.prompt.value, projects::require(tenant, project).question_max_length);
    const auto count = tenant.scalar<std::int64_t>(
        "SELECT COUNT(*) FROM test_prompts WHERE company_id = $1 AND project_id = $2", project);
    if (count.value_or(0) >= prompts_per_project) {
      throw Error(ErrorCode::invalid_request,
                  "A project keeps at most " + std::to_string(prompts_per_project) + " test prompts");
    }
    const auto id = new_id<PromptTag>(random_);
    const auto expect = request.expect ? expectation_of(*request.expect) : std::nullopt;
    tenant.exec(insert_prompt, project, id, request.prompt, expect, person_of(caller), clock_());
    auto prompt = require(tenant, project, id);
    record(tenant, caller, project, "prompt.created", prompt);
    return prompt;
  });
}

TestPrompt TestPrompts::change(const Caller& caller, const ProjectId& project, const PromptId& id,
                               const TestPromptPatch& request) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    const auto limit = projects::require(tenant, project).question_max_length;
    const auto before = require(tenant, project, id);
    if (!request.prompt && !request.expect.present()) return before;
    const auto text = request.prompt ? request.prompt->value : before.prompt;
    check_length(text, limit);
    // null leaves the empty expectation behind, which is none.
    const auto expect = request.expect.present() ? expectation_of(request.expect.value) : before.expect;
    tenant.exec(update_prompt, project, id, text, expect);
    auto after = require(tenant, project, id);
    record(tenant, caller, project, "prompt.updated", after);
    return after;
  });
}

TestPrompt TestPrompts::remove(const Caller& caller, const ProjectId& project, const PromptId& id) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    auto prompt = require(tenant, project, id);
    tenant.exec("DELETE FROM test_prompts WHERE company_id = $1 AND project_id = $2 AND prompt_id = $3", project, id);
    record(tenant, caller, project, "prompt.deleted", prompt);
    return prompt;
  });
}

void TestPrompts::record(db::Tenant& tenant, const Caller& caller, const ProjectId& project, std::string_view type,
                         const TestPrompt& prompt) const {
  const auto verb = type.substr(type.find('.') + 1);
  activity_.record(tenant, {.type = type,
                            .actor = person_of(caller),
                            .project = project,
                            .target_type = "prompt",
                            .target_id = prompt.prompt_id.value,
                            .summary = "Test prompt " + std::string(verb)});
}

}  // namespace oprag::test_prompts
