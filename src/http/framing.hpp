// Where a request begins and ends, and what its head says. Stricter than RFC 9112 where the RFC lets a server repair:
// whatever two servers in a row could read differently is refused, and the connection closed. No sockets, no state
// beyond the bytes given.
#pragma once
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "http/hooks.hpp"
#include "http/message.hpp"

namespace oprag::http {

inline constexpr std::size_t max_target = 8 << 10;         // bytes of the request target: 414
inline constexpr std::size_t max_header_block = 16 << 10;  // bytes of all field lines with their ends: 431
inline constexpr std::size_t max_fields = 100;             // 431
inline constexpr std::size_t max_trailer = 4 << 10;        // bytes after a chunked body: 400

// The length of the head at the start of `received`, with its empty line; 0 while it is incomplete.
std::expected<std::size_t, Refusal> head_length(std::string_view received);

struct Head {
  Request request;  // method, target, headers, content_length
  bool http_1_0 = false;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;

  bool has_body() const { return chunked || request.content_length.value_or(0) > 0; }
};
std::expected<Head, Refusal> parse_head(std::string_view head);

// Takes the body out of the bytes that follow a head, in whatever pieces they arrive.
class BodyDecoder {
 public:
  explicit BodyDecoder(const Head& head);
  bool done() const noexcept { return state_ == State::done; }
  // Appends body bytes to `out`, at most `room` of them, and says how many bytes of `received` it has used.
  std::expected<std::size_t, Refusal> feed(std::string_view received, std::string& out, std::size_t room);

 private:
  enum class State { plain, size, size_end, data, data_cr, data_lf, trailer_start, trailer, trailer_lf, last_lf, done };
  std::expected<void, Refusal> take_control(char c);
  std::expected<void, Refusal> take_size(char c);

  State state_;
  std::uint64_t left_ = 0;  // bytes of the body, or of this chunk
  int digits_ = 0;
  std::size_t trailer_bytes_ = 0;
};

}  // namespace oprag::http
