// What goes, and when: conversations after the company's retentionDays, archived projects, uploads that nobody
// confirmed, streams that nobody can go on with, what deleted documents and dropped versions left, records that
// expired. And erasure at once, with a receipt.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "blobs/object_store.hpp"
#include "db/database.hpp"
#include "db/scrub.hpp"
#include "features/common/activity.hpp"

namespace oprag::retention {

inline constexpr std::int64_t unconfirmed_ms = 24 * hour_ms;  // after an upload's URL has ended
inline constexpr std::int64_t orphan_ms = 24 * hour_ms;       // objects may be stored before the row that names them
inline constexpr std::int64_t sweep_every_ms = 24 * hour_ms;

struct Receipt {
  struct Line {
    std::string table;
    std::int64_t rows = 0;
  };
  std::vector<Line> tables;  // those that lost rows
  std::int64_t objects = 0;
  bool scrubbed = true;  // false: the store's files still hold bytes of it, which the next run overwrites

  void count(std::string_view table, std::int64_t rows);
  void add(const Receipt& other);
  bool empty() const { return tables.empty() && objects == 0; }
  // One line a table, for the operator.
  std::string text() const;
};

class Retention {
 public:
  // `scrub`: see db/scrub.hpp; always true where there is nothing to scrub.
  Retention(db::Database& database, blobs::ObjectStore& objects, std::int64_t archive_days,
            std::function<bool(db::Scrub)> scrub, ActivityLog activity);

  // Safe on several nodes at once. What fails is tried again by the next run.
  Receipt run_once(Timestamp now);
  // Everything of the project, whether archived or not. Throws not_found.
  Receipt erase_project(const CompanyId& company, const ProjectId& project);
  // Everything of the company: its projects, settings, people and their built-in sign-ins. Throws not_found.
  Receipt remove_company(const CompanyId& company);

 private:
  Receipt tidy(const CompanyId& company, Timestamp now);
  void expire_streams(const CompanyId& company, Timestamp now);
  Receipt expire_conversations(const CompanyId& company, Timestamp now);
  Receipt drop_versions(const CompanyId& company, Timestamp now);
  Receipt expire_records(Timestamp now);
  Receipt sweep_objects(Timestamp now);
  std::int64_t sweep_group(const std::string& group, const std::vector<std::string>& keys, Timestamp now);
  std::int64_t remove_objects(const std::string& company_and_project);
  void scrub(Receipt& receipt, db::Scrub what);

  db::Database& database_;
  blobs::ObjectStore& objects_;
  std::int64_t archive_days_;
  std::function<bool(db::Scrub)> scrub_;
  ActivityLog activity_;
  Timestamp swept_at_;  // of run_once's caller alone
};

}  // namespace oprag::retention
