#include "features/projects/projects.hpp"
#include "http/router.hpp"

namespace oprag::projects {

using http::Access;
using http::Body;
using http::Path;
using http::Query;
using http::Request;

void add_routes(http::Router& router, Service& projects) {
  router.add({.method = "POST",
              .path = "/v1/projects",
              .access = Access::member,
              .summary = "Create project (settings and allowed origins require admin)",
              .status = 201,
              .tag = "Projects",
              .creates = true},
             [&](const Caller& caller, Body<ProjectCreate> body) { return projects.create(caller, *body); });

  router.add({.method = "GET",
              .path = "/v1/projects",
              .access = Access::member,
              .summary = "List projects",
              .tag = "Projects"},
             [&](const Caller& caller, Query<ProjectQuery> query) { return projects.list(caller, *query); });

  router.add({.method = "GET",
              .path = "/v1/projects/{id}",
              .access = Access::member,
              .summary = "Get project",
              .tag = "Projects",
              .has_etag = true},
             [&](const Caller& caller, Path<ProjectPath> path) { return projects.find(caller, path->id); });

  router.add({.method = "PATCH",
              .path = "/v1/projects/{id}",
              .access = Access::admin,
              .summary = "Update project name, description, CORS origins, system prompt, model, question cap, "
                         "retrieval and indexing settings",
              .tag = "Projects",
              .has_etag = true},
             [&](const Caller& caller, const Request& request, Path<ProjectPath> path, Body<ProjectPatch> body) {
               return projects.change(caller, path->id, *body,
                                      [&](const Project& now) { http::require_match(request, now); });
             });

  router.add({.method = "DELETE",
              .path = "/v1/projects/{id}",
              .access = Access::admin,
              .summary = "Archive project",
              .tag = "Projects"},
             [&](const Caller& caller, Path<ProjectPath> path) { return projects.archive(caller, path->id); });
}

}  // namespace oprag::projects
