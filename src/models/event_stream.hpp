// Messages framed as application/vnd.amazon.eventstream, as Amazon's services stream them: lengths, typed headers, a
// payload, and a CRC-32 of each part.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace oprag::models {

struct EventMessage {
  std::string type;  // ":message-type": event, exception or error
  std::string name;  // ":event-type" of an event, ":exception-type" of an exception
  std::string_view payload;
};

// Reads a stream in whatever pieces it comes.
class EventStreamParser {
 public:
  using OnMessage = std::function<void(const EventMessage&)>;
  explicit EventStreamParser(OnMessage on_message) : on_message_(std::move(on_message)) {}

  // Throws UpstreamError for what is damaged or beyond all measure (1 MiB a message), and what the callback throws.
  void feed(std::string_view bytes);
  // At the end of the stream. Throws UpstreamError when it ends within a message.
  void finish() const;

 private:
  OnMessage on_message_;
  std::string buffer_;
};

}  // namespace oprag::models
