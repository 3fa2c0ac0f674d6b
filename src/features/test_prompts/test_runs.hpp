// Runs of test prompts: asked in the background with the project's chat settings, one prompt at a time, all runs taking
// turns.
#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "features/projects/projects.hpp"
#include "features/test_prompts/test_prompts.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::test_prompts {

inline constexpr std::int64_t runs_kept = 50;  // per project

enum class RunStatus { running, finished };
BOOST_DESCRIBE_ENUM(RunStatus, running, finished)

struct RunSummary {
  std::int64_t total = 0, done = 0, passed = 0, failed = 0;
  std::int64_t ungraded = 0;  // done, but nothing was expected of them
};
BOOST_DESCRIBE_STRUCT(RunSummary, (), (total, done, passed, failed, ungraded))

struct Run {
  RunId run_id;
  RunStatus status = RunStatus::running;
  Timestamp started_at;
  std::optional<Timestamp> finished_at;
  std::optional<std::int64_t> duration_ms;
  RunSummary summary;
};
BOOST_DESCRIBE_STRUCT(Run, (), (run_id, status, started_at, finished_at, duration_ms, summary))

struct RunResult {
  std::optional<PromptId> prompt_id;  // null: an ad hoc prompt
  std::string prompt;
  std::optional<std::string> answer;
  std::optional<bool> answered;
  std::vector<answer::Source> sources;
  std::vector<answer::Citation> citations;
  std::optional<std::int64_t> latency_ms;
  std::optional<bool> passed;  // null: nothing was expected
  std::vector<FailedExpectation> failures;
  std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(RunResult, (),
                      (prompt_id, prompt, answer, answered, sources, citations, latency_ms, passed, failures, error))

struct RunDetail : Run {
  std::vector<RunResult> results;  // those that are done, in the order asked
};
BOOST_DESCRIBE_STRUCT(RunDetail, (Run), (results))

struct RunList {
  std::vector<Run> runs;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(RunList, (), (runs, next_cursor))

struct RunRequest {
  std::optional<json::List<PromptId, 0, 100>> prompt_ids;
  std::optional<json::List<PromptText, 0, 100>> prompts;
};
BOOST_DESCRIBE_STRUCT(RunRequest, (), (prompt_ids, prompts))

// One question outside any conversation. What it throws stands in the result.
using AskFunction = std::function<answer::Result(const CompanyId&, const ProjectId&, const std::string& prompt)>;

struct RunOptions {
  std::size_t threads = 2;
  std::chrono::milliseconds patience{20'000};  // that start() waits for the end of a run
};

class TestRuns {
 public:
  TestRuns(db::Database& database, AskFunction ask, ActivityLog activity, const Cursors& cursors, RunOptions options,
           Clock clock, RandomText random);
  // Lets the prompts at hand end; their runs stay unfinished until recover().
  ~TestRuns();
  TestRuns(const TestRuns&) = delete;
  TestRuns& operator=(const TestRuns&) = delete;

  // Named and ad hoc prompts, or all that are saved. Answers when the run ends, at the latest after the patience; the
  // run goes on.
  RunDetail start(const Caller& caller, const ProjectId& project, const RunRequest& request);
  RunList list(const Caller& caller, const ProjectId& project, const PageQuery& query) const;
  RunDetail find(const Caller& caller, const ProjectId& project, const RunId& run) const;

  // Ends the runs that a stopped process left behind: those begun before `before` that nobody works on. At start.
  void recover(Timestamp before);

 private:
  struct Work;     // a run that has prompts left
  struct Pending;  // its next prompt

  RunId insert(db::Tenant& tenant, const Caller& caller, const ProjectId& project, const RunRequest& request);
  void work(const std::stop_token& stop);
  // Whether the run has more prompts.
  bool advance(const Work& work);
  void store(const Work& work, const Pending& pending, const RunResult& result);
  void finish(const Work& work);

  db::Database& database_;
  AskFunction ask_;
  ActivityLog activity_;
  const Cursors& cursors_;
  RunOptions options_;
  Clock clock_;
  RandomText random_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Work> queue_;
  std::set<RunId> active_;
  std::vector<std::jthread> threads_;
};

void add_routes(http::Router& router, TestPrompts& prompts, TestRuns& runs);

}  // namespace oprag::test_prompts
