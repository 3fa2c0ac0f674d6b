// What the dispatcher asks of the rest of the program. http/ knows no feature: app/ plugs these in.
#pragma once
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/caller.hpp"
#include "base/error.hpp"
#include "http/message.hpp"

namespace oprag::http {

struct Spec;

// Who may call a route, and so which credential it reads.
enum class Access {
  open,       // nobody needs to say who he is
  signed_in,  // a user's token; the user may be without a company
  member,     // a user's token, any role in a company
  admin,      // a user's token, admin or owner
  chat,       // a project's API key, or a widget visitor's token
};

// A refusal decided by value: a flood of bad credentials must not unwind the stack.
struct Refusal {
  ErrorCode code;
  std::string message;
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // The caller behind the request's credentials for a route of this access (never called for open), or why there is
  // none (401; for chat also 403 origin_not_allowed).
  virtual std::expected<Caller, Refusal> authenticate(const Request& request, Access access) = 0;
};

struct RateVerdict {
  bool allowed = true;
  std::string policy;          // name of the bucket that decided; empty: nothing limits this call
  std::int64_t limit = 0;      // per window
  std::int64_t remaining = 0;  // in the window
  std::int64_t window_seconds = 60;
  std::int64_t reset_seconds = 0;  // until the window renews: Retry-After
};

class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  // Counts one call.
  virtual RateVerdict take(const Caller& caller, const Request& request, const Spec& spec) = 0;
};

class PathGuard {
 public:
  virtual ~PathGuard() = default;
  // Throws not_found unless every id of the path names something of the caller's company, outermost first. Runs after
  // the body's syntax and before its members are checked, so that a foreign id answers the same whatever is sent to it.
  virtual void require(const Caller& caller, const Spec& spec, const std::map<std::string, std::string>& path) = 0;
};

class IdempotencyStore {
 public:
  virtual ~IdempotencyStore() = default;
  // Runs `handler` at most once for the request's Idempotency-Key: inside one store transaction that also writes the
  // sealed answer. Throws idempotency_mismatch and in_progress.
  virtual Response run_once(const Caller& caller, const Request& request, const Spec& spec,
                            const std::function<Response()>& handler) = 0;
  // The answer that is stored under the request's Idempotency-Key. Throws idempotency_mismatch.
  virtual std::optional<Response> recorded(const Caller& caller, const Request& request, const Spec& spec) = 0;
};

}  // namespace oprag::http
