#include "features/activity/activities.hpp"
#include "http/router.hpp"

namespace oprag::activity {

void add_routes(http::Router& router, Service& activities) {
  router.add({.method = "GET",
              .path = "/v1/activity",
              .access = http::Access::member,
              .summary = "Recent workspace activity feed",
              .tag = "Workspace"},
             [&](const Caller& caller, http::Query<ActivityQuery> query) { return activities.list(caller, *query); });
}

}  // namespace oprag::activity
