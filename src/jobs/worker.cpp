#include "jobs/worker.hpp"

#include <malloc.h>
#include <sys/resource.h>

#include <chrono>
#include <utility>

#include "base/log.hpp"

namespace oprag::jobs {
namespace {

constexpr std::chrono::milliseconds poll_interval{1000};
// Of -20 to 19: a third of a question's share. With less, readers of a busy machine miss their limits of time.
constexpr int background = 5;

}  // namespace

void Workers::start(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this](std::stop_token stop) { loop(stop); });
  }
}

void Workers::stop() {
  for (auto& thread : threads_) thread.request_stop();
  news_.notify_all();
  threads_.clear();
}

void Workers::wake() {
  {
    const std::lock_guard lock(mutex_);
    ++woken_;
  }
  news_.notify_all();
}

void Workers::loop(std::stop_token stop) {
  // Questions come first: jobs take the time that those leave. On Linux this is the calling thread's, and inherited by
  // the threads and processes that a job starts. Where it is refused, jobs only are less polite.
  setpriority(PRIO_PROCESS, 0, background);
  bool worked = false;
  while (!stop.stop_requested()) {
    std::uint64_t seen = 0;
    {
      const std::lock_guard lock(mutex_);
      seen = woken_;
    }
    const bool had_worked = std::exchange(worked, false);
    try {
      worked = run_one(stop);
    } catch (const std::exception& e) {  // the store is away: try again at the next poll
      log::error("the job queue cannot be read", {{"error", e.what()}});
    }
    if (worked) continue;
    if (had_worked) malloc_trim(0);  // what a large document took goes back to the system
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, stop, poll_interval, [&] { return woken_ != seen; });
  }
}

bool Workers::run_one(std::stop_token stop) {
  const auto job = queue_.claim();
  if (!job) return false;
  run_claimed(*job, stop);
  return true;
}

void Workers::give_way(const Job& running, std::stop_token stop) {
  static thread_local bool giving_way = false;  // one step deep
  if (giving_way) return;
  const auto job = queue_.claim_beside(running);
  if (!job) return;
  struct Scope {
    Scope() { giving_way = true; }
    ~Scope() { giving_way = false; }
  } scope;
  run_claimed(*job, stop);
}

void Workers::run_claimed(const Job& job, std::stop_token stop) {
  const auto handler = handlers_.find(job.kind);
  if (handler == handlers_.end()) {
    log::error("a job of unknown kind waits", {{"kind", job.kind}, {"job", job.job_id}});
    queue_.retry_later(job);
    return;
  }
  try {
    if (job.deaths_here >= max_deaths_at_one_position) {
      handler->second.give_up(job, "the reader died here before");
      return;
    }
    handler->second.run(job, stop);
  } catch (const LostLease&) {
    log::info("a job's lease was lost", {{"kind", job.kind}, {"job", job.job_id}});
  } catch (const std::exception& e) {
    log::warn("a job failed",
              {{"kind", job.kind}, {"job", job.job_id}, {"attempt", job.attempts + 1}, {"error", e.what()}});
    if (!queue_.retry_later(job)) handler->second.give_up(job, e.what());
  }
}

}  // namespace oprag::jobs
