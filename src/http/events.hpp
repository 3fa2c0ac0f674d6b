// Server-sent events: an answer that arrives in parts.
#pragma once
#include <functional>
#include <string_view>

#include "http/message.hpp"

namespace oprag::http {

class EventSink {
 public:
  explicit EventSink(BodyWriter& out) : out_(out) {}
  // Blocks while the client is slower than the sender; throws ClientGone. `data` is one line of JSON.
  void send(std::string_view id, std::string_view event, std::string_view data);
  bool gone() const noexcept { return out_.gone(); }

 private:
  BodyWriter& out_;
};

// Whether the client takes server-sent events. Routes that stream have a body member for it, too.
bool accepts_events(const Request& request);

// Called on the patient pool after the head is sent; returns when the last event is out.
using EventSource = std::function<void(EventSink&)>;

// 200 text/event-stream, not cached, not buffered by proxies, with a comment as heartbeat.
Response event_response(EventSource source);

}  // namespace oprag::http
