#include "features/models_list/models_list.hpp"
#include "http/router.hpp"

namespace oprag::models_list {

void add_routes(http::Router& router, OfferedModels models) {
  router.add({.method = "GET",
              .path = "/v1/models",
              .access = http::Access::member,
              .summary = "Configured models",
              .tag = "Workspace"},
             [models = std::move(models)](const Caller&) { return models; });
}

}  // namespace oprag::models_list
