#include "features/api_keys/api_keys.hpp"
#include "http/router.hpp"

namespace oprag::api_keys {

using http::Access;
using http::Body;
using http::Path;
using http::Query;
using projects::ProjectPath;

namespace {

struct KeyPath {
  ProjectId id;
  KeyId key_id;
};
BOOST_DESCRIBE_STRUCT(KeyPath, (), (id, key_id))

}  // namespace

void add_routes(http::Router& router, Service& keys) {
  router.add({.method = "GET",
              .path = "/v1/projects/{id}/keys",
              .access = Access::admin,
              .summary = "List API keys (prefix only)",
              .tag = "Keys"},
             [&](const Caller& caller, Path<ProjectPath> path, Query<PageQuery> query) {
               return keys.list(caller, path->id, *query);
             });

  router.add({.method = "POST",
              .path = "/v1/projects/{id}/keys",
              .access = Access::admin,
              .summary = "Create additional API key (live or test environment)",
              .status = 201,
              .tag = "Keys",
              .creates = true,
              .shows_secret = true},
             [&](const Caller& caller, Path<ProjectPath> path, Body<KeyCreate> body) {
               return keys.create(caller, path->id, *body);
             });

  router.add({.method = "POST",
              .path = "/v1/projects/{id}/keys/rotate",
              .access = Access::admin,
              .summary = "Rotate live API key",
              .tag = "Keys",
              .creates = true,
              .shows_secret = true},
             [&](const Caller& caller, Path<ProjectPath> path, Body<KeyRotate> body) {
               return keys.rotate(caller, path->id, *body);
             });

  router.add({.method = "DELETE",
              .path = "/v1/projects/{id}/keys/{keyId}",
              .access = Access::admin,
              .summary = "Revoke key",
              .tag = "Keys"},
             [&](const Caller& caller, Path<KeyPath> path) { return keys.revoke(caller, path->id, path->key_id); });

  router.add({.method = "GET",
              .path = "/v1/keys",
              .access = Access::member,
              .summary = "All API keys across projects",
              .tag = "Keys"},
             [&](const Caller& caller, Query<PageQuery> query) { return keys.list_workspace(caller, *query); });
}

}  // namespace oprag::api_keys
