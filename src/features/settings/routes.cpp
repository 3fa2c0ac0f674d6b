#include "features/settings/settings.hpp"
#include "http/router.hpp"

namespace oprag::settings {

using http::Access;
using http::Body;
using http::Request;

void add_routes(http::Router& router, Service& settings) {
  router.add({.method = "GET",
              .path = "/v1/companies/settings",
              .access = Access::member,
              .summary = "Workspace defaults (origins, prompts, retention)",
              .tag = "Companies",
              .has_etag = true},
             [&](const Caller& caller) { return settings.find(caller); });

  router.add({.method = "PATCH",
              .path = "/v1/companies/settings",
              .access = Access::admin,
              .summary = "Update workspace defaults",
              .tag = "Companies",
              .has_etag = true},
             [&](const Caller& caller, const Request& request, Body<WorkspaceSettingsPatch> body) {
               return settings.change(caller, *body,
                                      [&](const WorkspaceSettings& now) { http::require_match(request, now); });
             });
}

}  // namespace oprag::settings
