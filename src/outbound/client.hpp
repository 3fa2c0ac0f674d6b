// Requests to servers that are not ours: bounded in time and size, cancellable, never redirected.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oprag::outbound {

struct Timeouts {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds idle{30'000};  // without a byte in either direction
  std::chrono::milliseconds total{300'000};
};

struct Request {
  std::string method = "POST";
  std::string url;                   // http or https; sent as it is, without "." and ".." being resolved
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::string_view borrowed_body;  // in place of `body`: bytes that outlive the call
  Timeouts timeouts;
  std::size_t max_response = 16 << 20;  // bytes of body
  std::stop_token stop;
};

struct Response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string content_type;                                  // lower case, with parameters
  std::optional<std::chrono::seconds> retry_after;
  std::string body;  // empty for a 2xx whose body went to `on_data`

  // The first value of that name (lower case); empty when there is none.
  std::string_view header(std::string_view name) const;
};

// Given the head of the response (its body empty) with each piece of a 2xx body. What it throws ends the request.
using OnData = std::function<void(const Response& head, std::string_view data)>;

// Thread safe. Keeps connections open for the next request.
class Client {
 public:
  // `peer` begins the words of every failure: "The model server".
  explicit Client(std::string peer);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Whatever the status. Throws UpstreamError when there is no complete response, Cancelled soon after request.stop.
  Response send(const Request& request, const OnData& on_data = {});
  // Throws the UpstreamError for a status other than 2xx.
  void require_success(const Response& response) const;

 private:
  struct Connection;
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  std::string peer_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace oprag::outbound
