// For tests: a client that sends exactly the bytes it is given and shows exactly the bytes that come back.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace oprag::http {

class RawClient {
 public:
  // To 127.0.0.1. Throws std::runtime_error when refused; so does every read that takes more than ten seconds.
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False when the server has closed the connection.
  bool send(std::string_view bytes);
  void end_output();
  // The next answer; chunked bodies are put together. `has_body` false: the answer to a HEAD. Throws std::runtime_error
  // when the connection ends within it.
  Response read_response(bool has_body = true);
  // All that comes until the server closes; a reset counts as the end.
  std::string read_to_end();
  std::string read_line();  // without CRLF
  std::string read_exactly(std::size_t size);

 private:
  bool receive();

  int socket_;
  std::string received_;
};

// One request on a connection of its own, closed afterwards: what the server says before it closes.
std::string exchange_raw(std::uint16_t port, std::string_view bytes);

}  // namespace oprag::http
