// A chat answer as server-sent events: meta, sources, delta, citation, final, done. The events follow from the stored
// answer alone, so that any node tells them again, the same bytes under the same ids.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace oprag::chat {

struct StreamEvent {
  std::string_view name;
  std::string data;  // one line of JSON
};

// `body`: a chat answer as the route that does not stream gives it; `final` is that very text. An event's id is its
// place, from 1.
std::vector<StreamEvent> events_of(const std::string& body);

// `answer` as events, after the one that Last-Event-ID names.
http::Response as_events(const http::Request& request, http::Response answer);

}  // namespace oprag::chat
