#include "features/billing/billing.hpp"
#include "http/router.hpp"

namespace oprag::billing {

void add_routes(http::Router& router, Service& billing) {
  router.add({.method = "GET",
              .path = "/v1/billing/summary",
              .access = http::Access::member,
              .summary = "Plan limits and usage",
              .tag = "Workspace"},
             [&](const Caller& caller) { return billing.summary(caller); });
}

}  // namespace oprag::billing
