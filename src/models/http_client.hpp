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
#include <vector>

namespace oprag::models {

struct Timeouts {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds idle{30'000};  // without a byte in either direction
  std::chrono::milliseconds total{300'000};
};

struct HttpRequest {
  std::string url;                   // http or https
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  Timeouts timeouts;
  std::size_t max_response = 16 << 20;  // bytes of body
  std::stop_token stop;
};

struct HttpResponse {
  int status = 0;
  std::string content_type;  // lower case, with parameters
  std::optional<std::chrono::seconds> retry_after;
  std::string body;  // empty for a 2xx whose body went to `on_data`
};

// Given the head of the response (its body empty) with each piece of a 2xx body. What it throws ends the request.
using OnData = std::function<void(const HttpResponse& head, std::string_view data)>;

// Thread safe. Keeps connections open for the next request.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Whatever the status. Throws UpstreamError when there is no complete response, Cancelled soon after request.stop.
  HttpResponse post(const HttpRequest& request, const OnData& on_data = {});

 private:
  struct Connection;
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

// "https://host/v1" + "embeddings"; a base without a path gets "/v1".
std::string endpoint(std::string_view base_url, std::string_view path);

// Throws the UpstreamError for a status other than 2xx.
void require_success(const HttpResponse& response);

}  // namespace oprag::models
