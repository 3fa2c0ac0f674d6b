#include "features/common/activity.hpp"

namespace oprag {

void ActivityLog::record(db::Tenant& tenant, const Change& change) const {
  tenant.exec(
      R"(INSERT INTO activities (company_id, activity_id, type, actor, project_id, target_type, target_id, summary, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))",
      new_id<ActivityTag>(random_), change.type, change.actor, change.project, change.target_type, change.target_id,
      change.summary, clock_());
}

}  // namespace oprag
