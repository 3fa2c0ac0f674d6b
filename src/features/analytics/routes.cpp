#include "features/analytics/analytics.hpp"
#include "http/router.hpp"

namespace oprag::analytics {

void add_routes(http::Router& router, Service& analytics) {
  router.add(
      {.method = "GET",
       .path = "/v1/analytics/summary",
       .access = http::Access::member,
       .summary = "Usage analytics (optional projectId, from, to query params)",
       .tag = "Workspace",
       .also = {404}},
      [&](const Caller& caller, http::Query<AnalyticsQuery> query) { return analytics.summary(caller, *query); });
}

}  // namespace oprag::analytics
