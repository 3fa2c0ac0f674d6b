#include "features/dashboard/dashboard.hpp"
#include "http/router.hpp"

namespace oprag::dashboard {

void add_routes(http::Router& router, Service& dashboard) {
  router.add({.method = "GET",
              .path = "/v1/dashboard/summary",
              .access = http::Access::member,
              .summary = "Dashboard KPIs and project rollups",
              .tag = "Workspace"},
             [&](const Caller& caller) { return dashboard.summary(caller); });
}

}  // namespace oprag::dashboard
