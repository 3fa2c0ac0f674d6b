// What a server serves. The server knows bytes, connections and threads; the application knows routes.
#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include "http/hooks.hpp"
#include "http/message.hpp"
#include "http/router.hpp"

namespace oprag::http {

struct Mount;

// What the head of a request alone decides.
struct Plan {
  const Route* route = nullptr;  // one of the two, or neither: no such route
  const Mount* mount = nullptr;
  std::map<std::string, std::string> path;
  std::size_t body_limit = default_body_limit;
  bool streamed = false;  // the handler reads the body itself, from Request::incoming
  bool patient = false;   // longer deadline, pool of its own
};

struct Outcome {
  int status = 0;
  std::uint64_t bytes_sent = 0;  // of the body
  std::chrono::microseconds duration{};
  bool complete = true;  // false: the client went away, or the stream broke
};

class Application {
 public:
  virtual ~Application() = default;
  // On the I/O thread: must not block.
  virtual Plan plan(const Request& request) const = 0;
  // On a pool thread. Never throws; every failure is an answer.
  virtual Response respond(const Request& request, const Plan& plan) = 0;
  // The answer to what never reaches a handler: malformed, too slow, too many. `request` may hold no more than its id.
  virtual Response refuse(const Request& request, const Refusal& refusal) const = 0;
  // After the last byte: for log and metrics. On the I/O thread.
  virtual void completed(const Request& request, const Plan& plan, const Outcome& outcome) noexcept = 0;
};

}  // namespace oprag::http
