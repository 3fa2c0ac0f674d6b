// A chat answer as server-sent events: meta, then with each sentence (delta) the sources that are new to it and its
// citation, final, done. The events follow from the answer alone: what an answer that still grows gives is a beginning
// of what the whole one gives, and any node tells it again, the same bytes under the same ids.
#pragma once
#include <string>
#include <vector>

#include "base/error.hpp"
#include "http/message.hpp"

namespace oprag::chat {

struct StreamEvent {
  std::string name;
  std::string data;  // one line of JSON
};

// `answer`: what there is so far of a chat answer.
std::vector<StreamEvent> beginning_of(const boost::json::object& answer);
// `body`: a chat answer as the route that does not stream gives it; `final` is that very text. An event's id is its
// place, from 1.
std::vector<StreamEvent> events_of(const std::string& body);
// The last event of a stream that did not come to its end.
StreamEvent failure(ErrorCode code, const std::string& message, const std::string& request_id);

// The event that Last-Event-ID names; 0 when it names none.
std::size_t last_seen(const http::Request& request);
// `answer` as events, after the one that was seen last.
http::Response as_events(const http::Request& request, http::Response answer);

}  // namespace oprag::chat
