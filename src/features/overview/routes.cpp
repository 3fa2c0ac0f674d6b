#include "features/overview/overview.hpp"
#include "http/router.hpp"

namespace oprag::overview {

using http::Access;
using http::Path;
using projects::ProjectPath;

void add_routes(http::Router& router, Service& overview) {
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/overview",
              .access = Access::member,
              .summary = "Project dashboard summary and setup progress",
              .tag = "Projects"},
             [&](const Caller& caller, Path<ProjectPath> path) { return overview.overview(caller, path->id); });

  router.add({.method = "GET",
              .path = "/v1/projects/{id}/deploy-readiness",
              .access = Access::member,
              .summary = "Pre-deploy checklist and blockers",
              .tag = "Deploy"},
             [&](const Caller& caller, Path<ProjectPath> path) { return overview.readiness(caller, path->id); });
}

}  // namespace oprag::overview
