#include "features/deployments/deployments.hpp"
#include "http/router.hpp"

namespace oprag::deployments {

using http::Access;
using http::Body;
using http::Path;
using projects::ProjectPath;

void add_routes(http::Router& router, Service& deployments) {
  router.add({.method = "POST",
              .path = "/v1/projects/{id}/deploy",
              .access = Access::admin,
              .summary = "Deploy, auto-ingest docs, issue API key",
              .tag = "Deploy",
              .creates = true,
              .needs_rag = true,
              .shows_secret = true},
             [&](const Caller& caller, Path<ProjectPath> path, Body<DeployRequest>) {
               return deployments.deploy(caller, path->id);
             });

  router.add({.method = "GET",
              .path = "/v1/projects/{id}/integration",
              .access = Access::admin,
              .summary = "Integration info (endpoint, curl)",
              .tag = "Deploy"},
             [&](const Caller& caller, Path<ProjectPath> path) { return deployments.integration(caller, path->id); });
}

}  // namespace oprag::deployments
