#include "jobs/queue.hpp"

#include <algorithm>

namespace oprag::jobs {
namespace {

constexpr std::string_view add_job = R"(
  INSERT INTO jobs (job_id, kind, company_id, project_id, subject, size, step, status, attempts, fence, lease_until, run_at, position,
                    deaths_here, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, 0, 'waiting', 0, 0, 0, $7, '', 0, $7)
  ON CONFLICT (kind, company_id, project_id, subject)
  DO UPDATE SET status = 'waiting', step = 0, attempts = 0, run_at = $7, lease_until = 0, position = '', deaths_here = 0, size = $6)";

// A lease that ran out is a worker that died: due again at once, but behind those that nobody died of.
constexpr std::string_view due = R"(
  SELECT j.job_id, j.kind, j.company_id, j.project_id, j.subject, j.size, j.step, j.attempts, j.fence, j.position, j.deaths_here
  FROM jobs j LEFT JOIN job_turns t ON t.project_id = j.project_id
  WHERE ((j.status = 'waiting' AND j.run_at <= $1) OR (j.status = 'running' AND j.lease_until <= $1))
    AND ((j.company_id <> $2 AND j.size <= $3) OR (j.step < $4 AND j.size <= $5))
  ORDER BY COALESCE((SELECT MAX(c.served_at) FROM job_turns c WHERE c.company_id = j.company_id), 0), j.company_id,
           COALESCE(t.served_at, 0), j.project_id, j.deaths_here + CASE WHEN j.status = 'running' THEN 1 ELSE 0 END,
           j.step, j.size, j.created_at, j.job_id LIMIT 1)";

// Only if nobody was faster. A claim lost because the server died is no attempt of its own, but is counted at its
// place.
constexpr std::string_view take = R"(
  UPDATE jobs SET deaths_here = CASE WHEN status = 'running' THEN deaths_here + 1 ELSE deaths_here END, status = 'running',
                  fence = fence + 1, lease_until = $3
  WHERE job_id = $1 AND fence = $2
  RETURNING job_id, kind, company_id, project_id, subject, size, step, attempts, fence, position, deaths_here)";

constexpr std::string_view serve = R"(
  INSERT INTO job_turns (company_id, project_id, served_at) VALUES ($1, $2, $3)
  ON CONFLICT (project_id) DO UPDATE SET served_at = $3)";

constexpr std::string_view wait_for_next_step = R"(
  UPDATE jobs SET status = 'waiting', step = step + 1, run_at = $3, lease_until = 0, attempts = 0, position = '', deaths_here = 0
  WHERE job_id = $1 AND fence = $2 AND status = 'running')";

// Progress since the last death starts the count anew.
constexpr std::string_view beat = R"(
  UPDATE jobs SET lease_until = $3, deaths_here = CASE WHEN position = $4 THEN deaths_here ELSE 0 END, position = $4
  WHERE job_id = $1 AND fence = $2 AND status = 'running')";

}  // namespace

Queue::Queue(db::Database& database, Clock clock, RandomText random)
    : database_(database), clock_(std::move(clock)), random_(std::move(random)) {}

void Queue::add(db::System& directory, const NewJob& job) const {
  directory.exec(add_job, "job_" + random_(22), job.kind, job.company, job.project, job.subject, job.size, clock_());
}

void Queue::cancel(db::System& directory, const std::string& kind, const CompanyId& company, const ProjectId& project,
                   const std::string& subject) const {
  directory.exec("DELETE FROM jobs WHERE kind = $1 AND company_id = $2 AND project_id = $3 AND subject = $4", kind,
                 company, project, subject);
}

std::optional<Job> Queue::claim() {
  return claim({}, INT64_MAX, 0);
}

std::optional<Job> Queue::claim_beside(const Job& running) {
  return claim(running.company_id, std::min(largest_let_past, running.size / 2), running.step);
}

std::optional<Job> Queue::claim(const CompanyId& not_of, std::int64_t largest, std::int64_t before_step) {
  // Most looks find nothing: they take no write.
  const bool any = database_.read_system([&](db::System& directory) {
    return directory.one<Job>(due, clock_(), not_of, largest, before_step, largest_let_past).has_value();
  });
  if (!any) return {};
  return database_.write_system([&](db::System& directory) -> std::optional<Job> {
    const auto now = clock_();
    const auto next = directory.one<Job>(due, now, not_of, largest, before_step, largest_let_past);
    if (!next) return {};
    auto claimed = directory.one<Job>(take, next->job_id, next->fence, now + lease_ms);
    if (claimed) directory.exec(serve, claimed->company_id, claimed->project_id, now);
    return claimed;
  });
}

void Queue::free_all() {
  database_.write_system([&](db::System& directory) {
    directory.exec("UPDATE jobs SET status = 'waiting', deaths_here = deaths_here + 1 WHERE status = 'running'");
  });
}

void Queue::heartbeat(const Job& job, const std::string& position) {
  const auto kept = database_.write_system([&](db::System& directory) {
    return directory.exec(beat, job.job_id, job.fence, clock_() + lease_ms, position);
  });
  if (kept == 0) throw LostLease();
}

void Queue::finish(db::System& directory, const Job& job) const {
  if (directory.exec("DELETE FROM jobs WHERE job_id = $1 AND fence = $2 AND status = 'running'", job.job_id,
                     job.fence) == 0) {
    throw LostLease();
  }
}

void Queue::next_step(db::System& directory, const Job& job) const {
  if (directory.exec(wait_for_next_step, job.job_id, job.fence, clock_()) == 0) throw LostLease();
}

bool Queue::retry_later(const Job& job) {
  return database_.write_system([&](db::System& directory) {
    if (job.attempts + 1 >= max_attempts) {
      directory.exec("DELETE FROM jobs WHERE job_id = $1 AND fence = $2", job.job_id, job.fence);
      return false;
    }
    const auto pause = (std::int64_t{1} << job.attempts) * 2 * second_ms;  // 2, 4, 8, 16 s
    directory.exec(
        "UPDATE jobs SET status = 'waiting', attempts = attempts + 1, run_at = $3 WHERE job_id = $1 AND fence = $2",
        job.job_id, job.fence, clock_() + pause);
    return true;
  });
}

std::int64_t Queue::waiting() const {
  return database_.read_system(
      [](db::System& directory) { return directory.scalar<std::int64_t>("SELECT COUNT(*) FROM jobs").value_or(0); });
}

}  // namespace oprag::jobs
