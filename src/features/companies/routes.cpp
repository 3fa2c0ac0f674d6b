#include "features/companies/companies.hpp"
#include "http/router.hpp"

namespace oprag::companies {

using http::Access;
using http::Body;
using http::Request;

void add_routes(http::Router& router, Service& companies) {
  router.add({.method = "POST",
              .path = "/v1/companies",
              .access = Access::signed_in,
              .summary = "Create company (signup)",
              .status = 201,
              .tag = "Companies",
              .creates = true},
             [&](const Caller& caller, Body<CompanyCreate> body) { return companies.create(caller, *body); });

  router.add({.method = "GET",
              .path = "/v1/companies/me",
              .access = Access::member,
              .summary = "Current company",
              .tag = "Companies",
              .has_etag = true},
             [&](const Caller& caller) { return companies.mine(caller); });

  router.add({.method = "PATCH",
              .path = "/v1/companies/me",
              .access = Access::admin,
              .summary = "Update company name",
              .tag = "Companies",
              .has_etag = true},
             [&](const Caller& caller, const Request& request, Body<CompanyPatch> body) {
               return companies.rename(caller, *body, [&](const Company& now) { http::require_match(request, now); });
             });
}

}  // namespace oprag::companies
