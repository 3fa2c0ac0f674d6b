// The queue: rows in the directory table `jobs`. A job is one kind of work on one subject of one project; asking for it
// again while it waits changes nothing.
#pragma once
#include <optional>
#include <string>

#include "base/environment.hpp"
#include "db/database.hpp"

namespace oprag::jobs {

inline constexpr std::int64_t max_attempts = 5;
inline constexpr std::int64_t largest_let_past = 8 << 20;  // bytes: a longer job is not run beside another
inline constexpr std::int64_t lease_ms = 30 * second_ms;
// A job whose worker died this often at one and the same position is what killed it.
inline constexpr std::int64_t max_deaths_at_one_position = 2;

struct Job {
  std::string job_id;
  std::string kind;
  CompanyId company_id;
  ProjectId project_id;
  std::string subject;
  std::int64_t size = 0;  // bytes: small ones go first
  std::int64_t step = 0;  // a project's earlier steps go before its later ones
  std::int64_t attempts = 0;
  std::int64_t fence = 0;        // grows with each claim
  std::string position;          // where the last attempt had got to, in the handler's words
  std::int64_t deaths_here = 0;  // how often a worker died at that position
};
BOOST_DESCRIBE_STRUCT(Job, (),
                      (job_id, kind, company_id, project_id, subject, size, step, attempts, fence, position,
                       deaths_here))

// The job's lease went to another worker: whatever this one has is not to be published.
struct LostLease : std::runtime_error {
  LostLease() : std::runtime_error("the job was claimed by another worker") {}
};

struct NewJob {
  std::string kind;
  CompanyId company;
  ProjectId project;
  std::string subject;
  std::int64_t size = 0;
};

class Queue {
 public:
  Queue(db::Database& database, Clock clock, RandomText random);

  // In the caller's transaction. A waiting or failed job of the same kind and subject is made due again.
  void add(db::System& directory, const NewJob& job) const;
  // Takes what waits or runs off the queue: its worker finds its lease lost.
  void cancel(db::System& directory, const std::string& kind, const CompanyId& company, const ProjectId& project,
              const std::string& subject) const;

  // The next due job: of the company and then the project that was served longest ago, the smallest. Leased to the
  // caller.
  std::optional<Job> claim();
  // The same of what need not wait for the running job: another company's, at most half as large, and whatever is at
  // an earlier step.
  std::optional<Job> claim_beside(const Job& running);
  // Ends every lease: at the start of the only process that works on this store, those of the one that was killed.
  void free_all();
  // Keeps the lease and remembers how far the job has got. Throws LostLease.
  void heartbeat(const Job& job, const std::string& position);
  // First statement of a publishing transaction: the fence still holds, and the job is done. Throws LostLease.
  void finish(db::System& directory, const Job& job) const;
  // In finish's place: the job goes on with its next step once its turn comes. Throws LostLease.
  void next_step(db::System& directory, const Job& job) const;
  // Makes it due again after a back-off; false when its attempts are used up, and then it is gone from the queue.
  bool retry_later(const Job& job);

  std::int64_t waiting() const;

 private:
  std::optional<Job> claim(const CompanyId& not_of, std::int64_t largest, std::int64_t before_step);

  db::Database& database_;
  Clock clock_;
  RandomText random_;
};

}  // namespace oprag::jobs
