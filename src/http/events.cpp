#include "http/events.hpp"

#include <string>
#include <utility>

namespace oprag::http {

void EventSink::send(std::string_view id, std::string_view event, std::string_view data) {
  std::string text;  // in one write: a heartbeat never falls inside an event
  if (!id.empty()) text.append("id: ").append(id).append("\n");
  text.append("event: ").append(event).append("\ndata: ").append(data).append("\n\n");
  out_.write(text);
}

bool accepts_events(const Request& request) {
  return request.headers["Accept"].find("text/event-stream") != std::string_view::npos;
}

Response event_response(EventSource source) {
  Response response;
  response.headers = {
      {"Content-Type", "text/event-stream; charset=utf-8"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  response.heartbeat = ":\n\n";
  response.stream = [source = std::move(source)](BodyWriter& out) {
    EventSink sink(out);
    source(sink);
  };
  return response;
}

}  // namespace oprag::http
