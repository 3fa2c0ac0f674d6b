#include "app/system_routes.hpp"

#include "app/program.hpp"
#include "base/log.hpp"
#include "http/openapi.hpp"

namespace oprag::app {
namespace {

using http::Access;
using http::Answer;
using http::Request;

constexpr std::string_view tag = "System";

PublicConfig config_of(const Program& program) {
  const auto& s = program.settings;
  return {.api_url = s.public_url,
          .environment = s.environment,
          .version = std::string(version),
          .region = s.region,
          .user_pool_id = program.keys.pool_id(),
          .user_pool_client_id = program.keys.client_id(),
          .issuer = program.keys.issuer(),
          .jwks_uri = program.keys.issuer() + "/.well-known/jwks.json",
          .cognito_endpoint = s.public_url + "/",
          .rag_enabled = s.rag,
          .features = {.model = !s.chat_model().empty(), .mail = program.pool.has_mail(), .signup = s.signup},
          .mcp = {}};
}

std::string probe(std::string_view component, const std::function<void()>& work) {
  try {
    work();
    return "ok";
  } catch (const std::exception& e) {
    log::warn("component is not ready", {{"component", component}, {"what", e.what()}});
    return "failed";
  }
}

Answer<Ready> ready_of(Program& program) {
  Ready ready;
  ready.components.store = probe("store", [&] {
    program.database->read_system([](db::System& s) { return s.scalar<std::int64_t>("SELECT 1"); });
  });
  ready.components.objects = probe("objects", [&] { program.objects.get("ready/probe"); });
  ready.components.index = probe("index", [&] { program.queue.waiting(); });
  ready.components.models = probe("models", [&] {
    if (program.embedder && program.settings.embedder == "minilm") program.embedder->dimension();
  });
  const auto& c = ready.components;
  const bool all = c.store == "ok" && c.objects == "ok" && c.index == "ok" && c.models == "ok";
  ready.status = all ? "ready" : "not_ready";
  return {ready, all ? 200 : 503};
}

}  // namespace

void add_system_routes(http::Router& router, Program& program) {
  router.add({.method = "GET", .path = "/health", .access = Access::open, .summary = "Liveness check", .tag = tag},
             [clock = program.clock](const Request&) { return Health{"ok", "oprag-api", clock()}; });
  router.add({.method = "GET",
              .path = "/ready",
              .access = Access::open,
              .summary = "Whether store, objects, index and models can serve",
              .tag = tag},
             [&](const Request&) { return ready_of(program); });
  router.add({.method = "GET",
              .path = "/config",
              .access = Access::open,
              .summary = "Identity pool, client ids and API URL (MCP and tooling)",
              .tag = tag},
             [&](const Request&) { return config_of(program); });
  router.add({.method = "GET",
              .path = "/metrics",
              .access = Access::open,
              .summary = "Prometheus metrics; for loopback, or with the metrics token",
              .tag = tag},
             [&](const Request& request) {
               return http::metrics_response(program.metrics, request, program.settings.metrics_token.reveal());
             });
  router.add({.method = "GET",
              .path = "/openapi.json",
              .access = Access::open,
              .summary = "This API's description",
              .tag = tag},
             [&](const Request&) {
               http::Response response;
               response.headers.add("Content-Type", "application/json; charset=utf-8");
               response.body = boost::json::serialize(api_document(program));
               return response;
             });
}

boost::json::object api_document(const Program& program) {
  http::ApiInfo info;
  info.version = version;
  info.server_url = program.settings.public_url;
  info.description = "Document-backed chatbots: upload documents, ask, get answers that cite file, page and excerpt.";
  return http::openapi(program.router, info);
}

}  // namespace oprag::app
