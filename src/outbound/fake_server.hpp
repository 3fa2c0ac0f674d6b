// For tests: an HTTP server on loopback that does with each connection what the test says, rightly or wrongly.
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace oprag::outbound {

class FakeServer {
 public:
  class Exchange {
   public:
    Exchange(int socket, std::string request) : socket_(socket), request_(std::move(request)) {}
    const std::string& request() const noexcept { return request_; }  // head and body
    void send(std::string_view bytes) const;
    // A whole response with its length.
    void respond(std::string_view status, std::string_view content_type, std::string_view body,
                 std::string_view headers = "") const;
    // The head of a stream that ends with the connection.
    void begin_stream() const;
    // Returns when the client has gone.
    void wait_for_close() const;

   private:
    int socket_;
    std::string request_;
  };
  using Handler = std::function<void(const Exchange&)>;

  // Connections are served one after the other, on a thread of its own, and closed when `handler` returns.
  explicit FakeServer(Handler handler);
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  std::string url() const;  // http://127.0.0.1:PORT
  std::vector<std::string> requests() const;

 private:
  void serve();

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  int client_ = -1;
  bool stopping_ = false;
  std::jthread thread_;
};

}  // namespace oprag::outbound
