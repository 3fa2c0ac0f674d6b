#include "features/chat/streams.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "base/text.hpp"
#include "http/events.hpp"

namespace oprag::chat {
namespace {

namespace bj = boost::json;

bj::object members(const bj::object& body, std::initializer_list<std::string_view> names) {
  bj::object out;
  for (const auto name : names) {
    if (const auto* value = body.if_contains(name)) out[name] = *value;
  }
  return out;
}

// The event that was seen last; 0 when the header names none.
std::size_t last_seen(const http::Request& request) {
  const auto text = request.headers["Last-Event-ID"];
  std::size_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc() && end == text.data() + text.size() ? out : 0;
}

}  // namespace

std::vector<StreamEvent> events_of(const std::string& body) {
  const auto parsed = bj::parse(body);
  const auto& answer = parsed.as_object();
  std::vector<StreamEvent> out;
  out.push_back({"meta", bj::serialize(members(answer, {"sessionId", "conversationId", "visitorId", "messageId"}))});
  if (answer.contains("sources")) out.push_back({"sources", bj::serialize(members(answer, {"sources"}))});

  auto rest = std::string_view(answer.at("answer").as_string());
  std::size_t told = 0;  // code points
  const auto tell = [&](std::size_t end) {
    if (end <= told || rest.empty()) return;
    const auto text = first_code_points(rest, end - told);
    out.push_back({"delta", bj::serialize(bj::object{{"text", text}})});
    rest.remove_prefix(text.size());
    told = end;
  };
  if (const auto* citations = answer.if_contains("citations")) {
    for (const auto& citation : citations->as_array()) {
      tell(citation.at("answerEnd").to_number<std::size_t>());
      out.push_back({"citation", bj::serialize(citation)});
    }
  }
  tell(told + code_points(rest));
  out.push_back({"final", body});
  out.push_back({"done", "{}"});
  return out;
}

http::Response as_events(const http::Request& request, http::Response answer) {
  auto out = http::event_response([events = events_of(answer.body), from = last_seen(request)](http::EventSink& sink) {
    for (auto i = from; i < events.size(); ++i) sink.send(std::to_string(i + 1), events[i].name, events[i].data);
  });
  out.status = answer.status;
  return out;
}

}  // namespace oprag::chat
