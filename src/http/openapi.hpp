// The API's description, written from the route table: OpenAPI 3.1.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>

#include "http/router.hpp"

namespace oprag::http {

struct Example {
  boost::json::value request;  // null: none
  boost::json::value answer;
};

struct ApiInfo {
  std::string title = "oprag API";
  std::string version;
  std::string description;
  std::string server_url;
  std::map<std::string, Example> examples;  // by "POST /v1/chat"
};

// Throws std::logic_error when an example names no route.
boost::json::object openapi(const Router& router, const ApiInfo& info);

}  // namespace oprag::http
