// For tests: a provider over an empty store, a clock that stands still, and calls as a client makes them.
#pragma once
#include <boost/json.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "db/testing.hpp"
#include "identity/provider.hpp"

namespace oprag::identity::testing {

namespace bj = boost::json;

struct Reply {
  int status = 0;
  http::Headers headers;
  std::string text;
  bj::object body;  // empty when the text is no JSON object

  std::string type() const {
    const auto* type = body.if_contains("__type");
    return type ? std::string(type->as_string()) : "";
  }
};

// A directory that goes with the object.
struct TemporaryDirectory {
  TemporaryDirectory() : path(std::filesystem::temp_directory_path() / ("oprag-identity-" + random_base62(12))) {}
  ~TemporaryDirectory() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

class World {
 public:
  explicit World(const std::string& engine, PoolSetup setup = {})
      : store(engine), pool(*store, keys, std::move(setup), [this] { return now; }, random_base62) {}

  Reply send(http::Request request) {
    if (!http::read_target(request, request.target)) throw std::logic_error("bad target");
    request.id = "req_1";
    if (request.client.empty()) request.client = "192.0.2.1";
    if (!provider.takes(request)) return {.status = 404};
    auto response = provider.answer(request);
    Reply reply{response.status, response.headers, response.body, {}};
    boost::system::error_code error;
    auto value = bj::parse(reply.text, error);
    if (!error && value.is_object()) reply.body = value.as_object();
    return reply;
  }
  Reply call(const std::string& operation, const bj::object& body) { return call_text(operation, bj::serialize(body)); }
  Reply call_text(const std::string& operation, std::string body) {
    http::Request request{.method = "POST", .target = "/"};
    request.headers = {{"X-Amz-Target", "AWSCognitoIdentityProviderService." + operation},
                       {"Content-Type", "application/x-amz-json-1.1"}};
    request.body = std::move(body);
    request.client = address;
    return send(std::move(request));
  }
  Reply sign_in(const std::string& name, const std::string& password) {
    return call("InitiateAuth", {{"AuthFlow", "USER_PASSWORD_AUTH"},
                                 {"ClientId", client()},
                                 {"AuthParameters", {{"USERNAME", name}, {"PASSWORD", password}}}});
  }
  const std::string& client() const { return keys.client_id(); }

  Timestamp now{1'780'000'000'000};
  std::string address = "192.0.2.1";
  TemporaryDirectory directory;
  db::testing::Store store;
  KeyRing keys{directory.path, "local-1", "https://oprag.test"};
  UserPool pool;
  Provider provider{pool, keys, [this] { return now; }};
};

}  // namespace oprag::identity::testing
