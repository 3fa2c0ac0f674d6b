// The feed of what happened in the workspace. Written by ActivityLog (common/activity.hpp), read here.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "features/common/activity.hpp"
#include "features/common/paging.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::activity {

struct Activity {
  ActivityId activity_id;
  std::string type;
  std::optional<Person> actor;  // null: the system itself
  std::optional<ProjectId> project_id;
  std::optional<std::string> target_type;
  std::optional<std::string> target_id;
  std::string summary;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(Activity, (), (activity_id, type, actor, project_id, target_type, target_id, summary, created_at))

struct ActivityQuery : PageQuery {
  std::optional<ProjectId> project_id;
  std::optional<std::string> type;
};
BOOST_DESCRIBE_STRUCT(ActivityQuery, (PageQuery), (project_id, type))

struct ActivityList {
  std::vector<Activity> activities;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ActivityList, (), (activities, next_cursor))

class Service {
 public:
  Service(db::Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}
  // Throws invalid_request for a type that no activity has.
  ActivityList list(const Caller& caller, const ActivityQuery& query) const;

 private:
  db::Database& database_;
  const Cursors& cursors_;
};

// The newest of the company, at most `count`.
std::vector<Activity> recent(db::Tenant& tenant, std::int64_t count);

void add_routes(http::Router& router, Service& activities);

}  // namespace oprag::activity
