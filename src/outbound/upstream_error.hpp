// What goes wrong with a server that is not ours.
#pragma once
#include <chrono>
#include <exception>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace oprag::outbound {

enum class UpstreamFailure {
  unreachable,  // no connection, or no trust in its certificate
  timed_out,
  refused,    // a status other than 2xx
  malformed,  // an answer that is not what was asked for
  cut_off,    // the connection or stream ended before the answer did
};

// Becomes 502 where nobody catches it. The message is fit for the caller: it quotes nothing that the server sent.
class UpstreamError : public Error {
 public:
  UpstreamError(UpstreamFailure failure, const std::string& message, int status = 0,
                std::optional<std::chrono::seconds> retry_after = {})
      : Error(ErrorCode::upstream_failed, message), failure_(failure), status_(status), retry_after_(retry_after) {}

  UpstreamFailure failure() const noexcept { return failure_; }
  int status() const noexcept { return status_; }  // of a refusal, else 0
  std::optional<std::chrono::seconds> retry_after() const noexcept { return retry_after_; }

 private:
  UpstreamFailure failure_;
  int status_;
  std::optional<std::chrono::seconds> retry_after_;
};

// The caller's own wish, so no failure of anybody.
struct Cancelled : std::exception {
  const char* what() const noexcept override { return "cancelled"; }
};

}  // namespace oprag::outbound
