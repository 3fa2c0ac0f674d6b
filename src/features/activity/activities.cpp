#include "features/activity/activities.hpp"

#include <algorithm>
#include <array>

namespace oprag::activity {
namespace {

// Every type that a Change may carry.
constexpr std::array<std::string_view, 28> types = {
    "company.created",  "company.updated",   "user.invited",      "user.invite_resent",    "user.joined",
    "user.removed",     "role.changed",      "project.created",   "project.updated",       "project.archived",
    "project.erased",   "document.uploaded", "document.replaced", "document.indexed",      "document.failed",
    "document.deleted", "documents.synced",  "project.deployed",  "key.created",           "key.rotated",
    "key.revoked",      "widget.updated",    "settings.updated",  "conversation.reviewed", "prompt.created",
    "prompt.updated",   "prompt.deleted",    "run.finished"};

constexpr std::string_view list_activities = R"(
  SELECT activity_id, type, actor, project_id, target_type, target_id, summary, created_at FROM activities
  WHERE company_id = $1 AND ($2 = '' OR project_id = $2) AND ($3 = '' OR type = $3)
    AND (created_at, activity_id) < ($4, $5)
  ORDER BY created_at DESC, activity_id DESC LIMIT $6)";

}  // namespace

ActivityList Service::list(const Caller& caller, const ActivityQuery& query) const {
  const auto project = query.project_id.value_or(ProjectId{});
  const auto type = query.type.value_or("");
  if (query.type && std::ranges::find(types, type) == types.end()) {
    throw Error(ErrorCode::invalid_request, "type is not the type of an activity");
  }
  const auto scope = "activities " + caller.company.value + " " + project.value + " " + type;
  const auto from = cursors_.open(scope, query.cursor);
  const auto limit = query.limit ? query.limit->value : default_page_size;
  ActivityList out;
  out.activities = database_.read(caller.company, [&](db::Tenant& tenant) {
    return tenant.all<Activity>(list_activities, project, type, from.time, from.id, limit + 1);
  });
  out.next_cursor = take_page(out.activities, limit, cursors_, scope,
                              [](const Activity& a) { return Position{a.created_at.ms, a.activity_id.value}; });
  return out;
}

std::vector<Activity> recent(db::Tenant& tenant, std::int64_t count) {
  const Position start;
  return tenant.all<Activity>(list_activities, "", "", start.time, start.id, count);
}

}  // namespace oprag::activity
