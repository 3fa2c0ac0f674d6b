// What an installation says of itself: /health, /ready, /metrics, /config, /openapi.json.
#pragma once
#include <boost/describe.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "http/router.hpp"

namespace oprag::app {

inline constexpr std::string_view version = OPRAG_VERSION;

struct Health {
  std::string status;
  std::string service;
  Timestamp timestamp;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, service, timestamp))

struct ReadyComponents {
  std::string store, objects, index, models;  // "ok" or "failed"
};
BOOST_DESCRIBE_STRUCT(ReadyComponents, (), (store, objects, index, models))

struct Ready {
  std::string status;  // "ready" or "not_ready" (503)
  ReadyComponents components;
};
BOOST_DESCRIBE_STRUCT(Ready, (), (status, components))

struct Features {
  bool ocr = false, rerank = false, model = false, mail = false;
  std::string signup;  // open, invite, closed
};
BOOST_DESCRIBE_STRUCT(Features, (), (ocr, rerank, model, mail, signup))

struct McpInfo {
  std::string endpoint, transport;
  std::vector<std::string> protocol_versions, tools;
};
BOOST_DESCRIBE_STRUCT(McpInfo, (), (endpoint, transport, protocol_versions, tools))

struct PublicConfig {
  std::string api_url, environment, version, region, user_pool_id, user_pool_client_id, issuer, jwks_uri,
      cognito_endpoint;
  bool rag_enabled = true;
  Features features;
  std::optional<McpInfo> mcp;  // null: this version has no MCP endpoint
};
BOOST_DESCRIBE_STRUCT(PublicConfig, (),
                      (api_url, environment, version, region, user_pool_id, user_pool_client_id, issuer, jwks_uri,
                       cognito_endpoint, rag_enabled, features, mcp))

class Program;
// Routes that the API document shows, and the document itself. `program` outlives the router.
void add_system_routes(http::Router& router, Program& program);
// The API's description, from the program's routes.
boost::json::object api_document(const Program& program);

}  // namespace oprag::app
