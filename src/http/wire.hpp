// An answer's head as bytes.
#pragma once
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace oprag::http {

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::time_t time);
std::string_view reason_phrase(int status);
// Whether an answer of this status may have a body.
bool may_have_body(int status);

struct BodyFraming {
  std::optional<std::uint64_t> length;  // Content-Length
  bool chunked = false;
  bool close = false;  // the connection ends with this answer
};
// A field whose name or value holds a control character is left out and logged: it would forge a second answer.
std::string response_head(const Response& response, const BodyFraming& framing);

}  // namespace oprag::http
