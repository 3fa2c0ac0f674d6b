#include "http/envelope.hpp"

#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace oprag::http {

namespace bj = boost::json;

namespace {

constexpr int overload_pause = 1;  // seconds

bj::object problem(const Request& request, const ErrorKind& kind, const std::string& message) {
  return {{"type", "urn:oprag:error:" + std::string(kind.word)},
          {"title", kind.meaning},
          {"status", kind.status},
          {"detail", message},
          {"instance", "urn:uuid:" + request.id}};
}

}  // namespace

Response error_response(const Request& request, ErrorCode code, const std::string& message, const bj::object& extra) {
  const auto& kind = kind_of(code);
  const bool as_problem = ascii_lower(request.headers["Accept"]).contains("application/problem+json");
  bj::object body = as_problem ? problem(request, kind, message) : bj::object{{"error", message}};
  body["code"] = kind.word;
  body["requestId"] = request.id;
  for (const auto& member : extra) body[member.key()] = member.value();

  Response response{.status = kind.status};
  response.headers.add("Content-Type", as_problem ? "application/problem+json" : "application/json; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  if (kind.status == 401) response.headers.add("WWW-Authenticate", "Bearer realm=\"oprag\"");
  if (code == ErrorCode::overloaded) response.headers.add("Retry-After", std::to_string(overload_pause));
  if (const auto* seconds = extra.if_contains("retryAfterSeconds")) {
    response.headers.add("Retry-After", bj::serialize(*seconds));
  }
  response.body = bj::serialize(body);
  return response;
}

}  // namespace oprag::http
