#include "features/widget/widget.hpp"
#include "http/router.hpp"

namespace oprag::widget {

using http::Access;
using http::Body;
using http::Path;
using http::Request;
using projects::ProjectPath;

namespace {

constexpr std::string_view tag = "Widget";

std::string bearer_of(const Request& request) {
  auto value = request.headers["Authorization"];
  constexpr std::string_view scheme = "bearer ";
  if (ascii_lower(value.substr(0, scheme.size())) != scheme) return {};
  return std::string(trim(value.substr(scheme.size())));
}

http::Response serve(const Script& script) {
  http::Response response;
  if (!script.cdn_url.empty()) {
    response.status = 301;
    response.headers = {{"Location", script.cdn_url}, {"Cache-Control", "public, max-age=300"}};
    return response;
  }
  response.headers = {{"Content-Type", "text/javascript; charset=utf-8"},
                      {"ETag", http::etag_of(script.bytes)},
                      {"Cache-Control", "public, max-age=300"},
                      {"Cross-Origin-Resource-Policy", "cross-origin"}};
  response.static_body = script.bytes;
  return response;
}

}  // namespace

void add_routes(http::Router& router, Service& widget, Script script) {
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/widget-config",
              .access = Access::member,
              .summary = "Widget settings (dashboard)",
              .tag = tag,
              .has_etag = true},
             [&](const Caller& caller, Path<ProjectPath> path) { return widget.find(caller, path->id); });

  router.add({.method = "PATCH",
              .path = "/v1/projects/{id}/widget-config",
              .access = Access::admin,
              .summary = "Update widget display name, welcome message, and theme",
              .tag = tag,
              .has_etag = true},
             [&](const Caller& caller, const Request& request, Path<ProjectPath> path, Body<WidgetPatch> body) {
               return widget.change(caller, path->id, *body,
                                    [&](const WidgetConfig& now) { http::require_match(request, now); });
             });

  router.add({.method = "GET",
              .path = "/v1/widget/{id}/config",
              .access = Access::open,
              .summary = "Widget display config (project must be live or indexing, widget enabled)",
              .tag = tag,
              .shows_secret = true},
             [&](const Request& request, Path<ProjectPath> path) {
               return widget.show(path->id, {std::string(request.headers["Origin"]), bearer_of(request)});
             });

  router.add({.method = "GET",
              .path = "/widget.js",
              .access = Access::open,
              .summary = "Embed widget bundle (301 to CDN when configured)",
              .tag = tag},
             [script = std::move(script)](const Request&) { return serve(script); });
}

}  // namespace oprag::widget
