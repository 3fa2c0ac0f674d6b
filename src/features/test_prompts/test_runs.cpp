#include "features/test_prompts/test_runs.hpp"

#include "base/log.hpp"

namespace oprag::test_prompts {

struct TestRuns::Work {
  CompanyId company;
  ProjectId project;
  RunId run;
  std::optional<Person> starter;
};

struct TestRuns::Pending {
  std::int64_t ordinal = 0;
  std::optional<PromptId> prompt_id;
  std::string prompt;
  std::optional<Expectation> expect;
  BOOST_DESCRIBE_CLASS(Pending, (), (ordinal, prompt_id, prompt, expect), (), ())
};

namespace {

constexpr std::string_view insert_run = R"(
  INSERT INTO test_runs (company_id, project_id, run_id, status, started_by, started_at, total)
  VALUES ($1, $2, $3, 'running', $4, $5, $6))";

constexpr std::string_view insert_result = R"(
  INSERT INTO test_results (company_id, project_id, run_id, ordinal, prompt_id, prompt, expect, done, sources, citations,
                            failures)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '[]', '[]', '[]'))";

constexpr std::string_view next_prompt = R"(
  SELECT ordinal, prompt_id, prompt, expect FROM test_results
  WHERE company_id = $1 AND project_id = $2 AND run_id = $3 AND done = 0 ORDER BY ordinal LIMIT 1)";

constexpr std::string_view store_result = R"(
  UPDATE test_results SET done = 1, answer = $5, answered = $6, sources = $7, citations = $8, latency_ms = $9, passed = $10,
                          failures = $11, error = $12
  WHERE company_id = $1 AND project_id = $2 AND run_id = $3 AND ordinal = $4)";

constexpr std::string_view finish_run = R"(
  UPDATE test_runs SET status = 'finished', finished_at = $4
  WHERE company_id = $1 AND project_id = $2 AND run_id = $3 AND status = 'running')";

constexpr std::string_view runs_beyond = R"(
  SELECT run_id FROM test_runs WHERE company_id = $1 AND project_id = $2
  ORDER BY started_at DESC, run_id DESC LIMIT 1000 OFFSET $3)";

constexpr std::string_view run_columns = R"(
  SELECT r.run_id, r.status, r.started_at, r.finished_at, r.finished_at - r.started_at AS duration_ms, r.total,
         COUNT(CASE WHEN t.done = 1 THEN 1 END) AS done,
         COUNT(CASE WHEN t.passed = 1 THEN 1 END) AS passed,
         COUNT(CASE WHEN t.passed = 0 THEN 1 END) AS failed,
         COUNT(CASE WHEN t.done = 1 AND t.passed IS NULL THEN 1 END) AS ungraded
  FROM test_runs r LEFT JOIN test_results t
    ON t.company_id = r.company_id AND t.project_id = r.project_id AND t.run_id = r.run_id
  WHERE r.company_id = $1 AND r.project_id = $2 AND )";
constexpr std::string_view run_groups = " GROUP BY r.run_id, r.status, r.started_at, r.finished_at, r.total ";

const std::string find_run = std::string(run_columns) + "r.run_id = $3" + std::string(run_groups);
const std::string list_runs = std::string(run_columns) + "(r.started_at, r.run_id) < ($3, $4)" +
                              std::string(run_groups) + "ORDER BY r.started_at DESC, r.run_id DESC LIMIT $5";

constexpr std::string_view list_results = R"(
  SELECT prompt_id, prompt, answer, answered, sources, citations, latency_ms, passed, failures, error FROM test_results
  WHERE company_id = $1 AND project_id = $2 AND run_id = $3 AND done = 1 ORDER BY ordinal)";

struct RunRow : RunSummary {
  RunId run_id;
  RunStatus status = RunStatus::running;
  Timestamp started_at;
  std::optional<Timestamp> finished_at;
  std::optional<std::int64_t> duration_ms;
};
BOOST_DESCRIBE_STRUCT(RunRow, (RunSummary), (run_id, status, started_at, finished_at, duration_ms))

Run run_of(const RunRow& row) {
  return {row.run_id, row.status, row.started_at, row.finished_at, row.duration_ms, row};
}

struct OpenRun {
  ProjectId project_id;
  RunId run_id;
  std::optional<Person> started_by;
};
BOOST_DESCRIBE_STRUCT(OpenRun, (), (project_id, run_id, started_by))

struct CompanyRow {
  CompanyId company_id;
};
BOOST_DESCRIBE_STRUCT(CompanyRow, (), (company_id))

// Keeps the project's last runs.
void prune(db::Tenant& tenant, const ProjectId& project) {
  for (const auto& run : tenant.all<RunRow>(runs_beyond, project, runs_kept)) {
    tenant.exec("DELETE FROM test_results WHERE company_id = $1 AND project_id = $2 AND run_id = $3", project,
                run.run_id);
    tenant.exec("DELETE FROM test_runs WHERE company_id = $1 AND project_id = $2 AND run_id = $3", project, run.run_id);
  }
}

}  // namespace

TestRuns::TestRuns(db::Database& database, AskFunction ask, ActivityLog activity, const Cursors& cursors,
                   RunOptions options, Clock clock, RandomText random)
    : database_(database),
      ask_(std::move(ask)),
      activity_(std::move(activity)),
      cursors_(cursors),
      options_(options),
      clock_(std::move(clock)),
      random_(std::move(random)) {
  for (std::size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

TestRuns::~TestRuns() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();  // joins, while what they use is still there
}

RunId TestRuns::insert(db::Tenant& tenant, const Caller& caller, const ProjectId& project, const RunRequest& request) {
  const auto question_max_length = projects::require(tenant, project).question_max_length;
  std::vector<Pending> chosen;
  const auto add = [&](std::optional<PromptId> id, std::string prompt, std::optional<Expectation> expect) {
    chosen.push_back({static_cast<std::int64_t>(chosen.size()), std::move(id), std::move(prompt), std::move(expect)});
  };
  if (request.prompt_ids) {
    for (const auto& id : request.prompt_ids->value) {
      auto saved = require(tenant, project, id);
      add(id, std::move(saved.prompt), std::move(saved.expect));
    }
  }
  if (request.prompts) {
    for (const auto& prompt : request.prompts->value) {
      check_length(prompt.value, question_max_length);
      add({}, prompt.value, {});
    }
  }
  if (!request.prompt_ids && !request.prompts) {
    for (auto& saved : all(tenant, project)) add(saved.prompt_id, std::move(saved.prompt), std::move(saved.expect));
  }
  if (chosen.empty()) throw Error(ErrorCode::invalid_request, "No test prompts to run");

  const auto run = new_id<RunTag>(random_);
  tenant.exec(insert_run, project, run, person_of(caller), clock_(), chosen.size());
  for (const auto& p : chosen) tenant.exec(insert_result, project, run, p.ordinal, p.prompt_id, p.prompt, p.expect);
  prune(tenant, project);
  return run;
}

RunDetail TestRuns::start(const Caller& caller, const ProjectId& project, const RunRequest& request) {
  constexpr std::size_t most_named = 100;
  const auto named = (request.prompt_ids ? request.prompt_ids->value.size() : 0) +
                     (request.prompts ? request.prompts->value.size() : 0);
  if (named > most_named) {
    throw Error(ErrorCode::invalid_request, "promptIds and prompts must have at most 100 entries together");
  }
  const auto run =
      database_.write(caller.company, [&](db::Tenant& tenant) { return insert(tenant, caller, project, request); });
  {
    std::unique_lock lock(mutex_);
    active_.insert(run);
    queue_.push_back({caller.company, project, run, person_of(caller)});
    changed_.notify_all();
    changed_.wait_for(lock, options_.patience, [&] { return !active_.contains(run); });
  }
  return find(caller, project, run);
}

RunList TestRuns::list(const Caller& caller, const ProjectId& project, const PageQuery& query) const {
  const auto scope = "runs " + caller.company.value + " " + project.value;
  const auto from = cursors_.open(scope, query.cursor);
  const auto limit = query.limit ? query.limit->value : default_page_size;
  auto rows = database_.read(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    return tenant.all<RunRow>(list_runs, project, from.time, from.id, limit + 1);
  });
  RunList out;
  out.next_cursor = take_page(rows, limit, cursors_, scope,
                              [](const RunRow& r) { return Position{r.started_at.ms, r.run_id.value}; });
  for (const auto& row : rows) out.runs.push_back(run_of(row));
  return out;
}

RunDetail TestRuns::find(const Caller& caller, const ProjectId& project, const RunId& id) const {
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project);
    const auto row = tenant.one<RunRow>(find_run, project, id);
    if (!row) throw Error(ErrorCode::not_found, "Test run not found");
    return RunDetail{run_of(*row), tenant.all<RunResult>(list_results, project, id)};
  });
}

void TestRuns::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return !queue_.empty(); })) {
    auto run = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    bool more = false;
    try {
      more = advance(run);
    } catch (const std::exception& fault) {  // the project or the company is gone, or the store is
      log::error("a test run stopped", {{"runId", run.run.value}, {"what", fault.what()}});
    }
    lock.lock();
    if (more) {
      queue_.push_back(std::move(run));  // behind the others: runs take turns
    } else {
      active_.erase(run.run);
    }
    changed_.notify_all();
    if (stop.stop_requested()) return;
  }
}

bool TestRuns::advance(const Work& work) {
  const auto pending = database_.read(
      work.company, [&](db::Tenant& tenant) { return tenant.one<Pending>(next_prompt, work.project, work.run); });
  if (!pending) {
    finish(work);
    return false;
  }
  RunResult result;
  const auto began = clock_();
  try {
    auto answer = ask_(work.company, work.project, pending->prompt);
    if (pending->expect) {
      result.failures = grade(*pending->expect, answer);
      result.passed = result.failures.empty();
    }
    result.answer = std::move(answer.answer);
    result.answered = answer.answered;
    result.sources = std::move(answer.sources);
    result.citations = std::move(answer.citations);
  } catch (const Error& error) {
    result.error = error.what();
  } catch (const std::exception& fault) {
    log::error("a test prompt failed", {{"runId", work.run.value}, {"what", fault.what()}});
    result.error = "Internal error";
  }
  if (result.error && pending->expect) result.passed = false;
  result.latency_ms = clock_() - began;
  store(work, *pending, result);
  return true;
}

void TestRuns::store(const Work& work, const Pending& pending, const RunResult& r) {
  database_.write(work.company, [&](db::Tenant& tenant) {
    tenant.exec(store_result, work.project, work.run, pending.ordinal, r.answer, r.answered, r.sources, r.citations,
                r.latency_ms, r.passed, r.failures, r.error);
    if (!pending.prompt_id || !r.passed) return;
    tenant.exec("UPDATE test_prompts SET last_result = $4 WHERE company_id = $1 AND project_id = $2 AND prompt_id = $3",
                work.project, *pending.prompt_id, *r.passed ? LastResult::pass : LastResult::fail);
  });
}

void TestRuns::finish(const Work& work) {
  database_.write(work.company, [&](db::Tenant& tenant) {
    if (tenant.exec(finish_run, work.project, work.run, clock_()) == 0) return;
    const auto row = tenant.one<RunRow>(find_run, work.project, work.run);
    activity_.record(tenant, {.type = "run.finished",
                              .actor = work.starter,
                              .project = work.project,
                              .target_type = "run",
                              .target_id = work.run.value,
                              .summary = "Ran " + std::to_string(row->total) +
                                         " test prompts: " + std::to_string(row->failed) + " failed"});
  });
}

void TestRuns::recover(Timestamp before) {
  const auto companies = database_.read_system(
      [](db::System& directory) { return directory.all<CompanyRow>("SELECT company_id FROM companies"); });
  for (const auto& [company] : companies) {
    const auto open = database_.write(company, [&](db::Tenant& tenant) {
      auto runs = tenant.all<OpenRun>(
          "SELECT project_id, run_id, started_by FROM test_runs WHERE company_id = $1 AND status = 'running' AND "
          "started_at < $2",
          before);
      for (const auto& run : runs) {
        tenant.exec(
            "UPDATE test_results SET done = 1, error = 'The server stopped during this run' "
            "WHERE company_id = $1 AND project_id = $2 AND run_id = $3 AND done = 0",
            run.project_id, run.run_id);
      }
      return runs;
    });
    for (const auto& run : open) finish({company, run.project_id, run.run_id, run.started_by});
  }
}

}  // namespace oprag::test_prompts
