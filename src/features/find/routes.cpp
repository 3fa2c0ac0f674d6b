#include "features/find/find.hpp"
#include "http/router.hpp"

namespace oprag::find {

void add_routes(http::Router& router, Service& find) {
  router.add({.method = "GET",
              .path = "/v1/find",
              .access = http::Access::member,
              .summary = "Find projects, documents and conversations by their words",
              .tag = "Workspace"},
             [&](const Caller& caller, http::Query<FindQuery> query) { return find.find(caller, *query); });
}

}  // namespace oprag::find
