#include "features/chat/events.hpp"

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

// Takes an answer apart in the order in which it is told.
class Parts {
 public:
  explicit Parts(const bj::object& answer) : answer_(answer), rest_(answer.at("answer").as_string()) {
    add("meta", members(answer, {"sessionId", "conversationId", "visitorId", "messageId"}));
    const auto* citations = answer.if_contains("citations");
    if (!citations) return;
    for (const auto& citation : citations->as_array()) {
      add_sources(citation.at("source").to_number<std::size_t>() + 1);
      add_text(citation.at("answerEnd").to_number<std::size_t>());
      out.push_back({"citation", bj::serialize(citation)});
    }
  }
  void add_rest() { add_text(told_ + code_points(rest_)); }

  std::vector<StreamEvent> out;

 private:
  void add(std::string_view name, const bj::object& data) { out.push_back({std::string(name), bj::serialize(data)}); }

  void add_sources(std::size_t count) {
    if (count <= sources_) return;
    const auto& all = answer_.at("sources").as_array();
    bj::array fresh;
    for (; sources_ < count; ++sources_) fresh.push_back(all.at(sources_));
    add("sources", {{"sources", std::move(fresh)}});
  }

  void add_text(std::size_t end) {
    if (end <= told_ || rest_.empty()) return;
    const auto text = first_code_points(rest_, end - told_);
    add("delta", {{"text", text}});
    rest_.remove_prefix(text.size());
    told_ = end;
  }

  const bj::object& answer_;
  std::string_view rest_;
  std::size_t told_ = 0;  // code points
  std::size_t sources_ = 0;
};

}  // namespace

std::vector<StreamEvent> beginning_of(const bj::object& answer) {
  return std::move(Parts(answer).out);
}

std::vector<StreamEvent> events_of(const std::string& body) {
  const auto answer = bj::parse(body);
  Parts parts(answer.as_object());
  parts.add_rest();
  parts.out.push_back({"final", body});
  parts.out.push_back({"done", "{}"});
  return std::move(parts.out);
}

StreamEvent failure(ErrorCode code, const std::string& message, const std::string& request_id) {
  const auto& kind = kind_of(code);
  return {"error", bj::serialize(bj::object{{"error", message},
                                            {"code", kind.word},
                                            {"requestId", request_id},
                                            {"status", kind.status},
                                            {"retryable", kind.status >= 500}})};
}

std::size_t last_seen(const http::Request& request) {
  const auto text = request.headers["Last-Event-ID"];
  std::size_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc() && end == text.data() + text.size() ? out : 0;
}

http::Response as_events(const http::Request& request, http::Response answer) {
  auto out = http::event_response([events = events_of(answer.body), from = last_seen(request)](http::EventSink& sink) {
    for (auto i = from; i < events.size(); ++i) sink.send(std::to_string(i + 1), events[i].name, events[i].data);
  });
  out.status = answer.status;
  return out;
}

}  // namespace oprag::chat
