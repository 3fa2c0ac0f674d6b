#include <boost/json.hpp>

#include "models/json_members.hpp"
#include "models/openai.hpp"
#include "models/sse.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::UpstreamError;
using outbound::UpstreamFailure;

namespace json = boost::json;

[[noreturn]] void malformed() {
  throw UpstreamError(UpstreamFailure::malformed, "The model server's answer is not a chat completion");
}

std::string_view role_word(ChatRole role) {
  switch (role) {
    case ChatRole::system:
      return "system";
    case ChatRole::user:
      return "user";
    case ChatRole::assistant:
      return "assistant";
  }
  return "user";
}

std::string request_body(const ChatRequest& request, const std::string& model) {
  json::array messages;
  for (const auto& message : request.messages) {
    messages.push_back(json::object{{"role", role_word(message.role)}, {"content", message.text}});
  }
  return json::serialize(json::object{{"model", request.model.value_or(model)},
                                      {"messages", std::move(messages)},
                                      {"temperature", request.temperature},
                                      {"max_tokens", request.max_tokens},
                                      {"stream", true},
                                      {"stream_options", json::object{{"include_usage", true}}}});
}

FinishReason finish_reason(std::string_view word) {
  if (word == "stop") return FinishReason::stop;
  if (word == "length") return FinishReason::length;
  if (word == "content_filter") return FinishReason::filtered;
  return FinishReason::other;
}

// Gathers the reply from the chunks of a stream, or from one whole completion.
class ReplyReader {
 public:
  explicit ReplyReader(const OnDelta& on_delta) : on_delta_(on_delta) {}

  // `text_member`: "delta" in a chunk, "message" in a whole completion.
  void read(std::string_view data, std::string_view text_member) {
    boost::system::error_code failed;
    const auto chunk = json::parse(data, failed);
    if (failed || !chunk.is_object()) malformed();
    if (const auto* error = member(&chunk, "error"); error && !error->is_null()) {
      throw UpstreamError(UpstreamFailure::cut_off, "The model server reported an error while it answered");
    }
    if (const auto* usage = member(&chunk, "usage")) {
      if (const auto n = number(member(usage, "prompt_tokens"))) reply_.prompt_tokens = n;
      if (const auto n = number(member(usage, "completion_tokens"))) reply_.completion_tokens = n;
    }
    const auto* choices = member(&chunk, "choices");
    if (!choices || !choices->is_array()) malformed();
    if (choices->get_array().empty()) return;  // the chunk that only carries the usage
    const auto& choice = choices->get_array().front();
    // Only "content": a model's reasoning is not for readers.
    if (const auto* content = member(member(&choice, text_member), "content"); content && content->is_string()) {
      add(content->get_string());
    }
    if (const auto* reason = member(&choice, "finish_reason"); reason && reason->is_string()) {
      reply_.finish = finish_reason(reason->get_string());
      finished_ = true;
    }
  }

  ChatReply take() {
    if (!finished_) throw UpstreamError(UpstreamFailure::cut_off, "The model server ended its answer early");
    return std::move(reply_);
  }

 private:
  void add(std::string_view text) {
    if (text.empty()) return;
    reply_.text += text;
    if (on_delta_) on_delta_(text);
  }

  const OnDelta& on_delta_;
  ChatReply reply_;
  bool finished_ = false;
};

}  // namespace

ChatReply OpenAiChatModel::chat(const ChatRequest& request, const OnDelta& on_delta, std::stop_token stop) {
  auto http = openai_request(options_, "chat/completions", request_body(request, options_.model));
  http.headers.push_back("Accept: text/event-stream");
  http.stop = std::move(stop);

  ReplyReader reader(on_delta);
  SseParser events([&](std::string_view data) {
    if (data != "[DONE]") reader.read(data, "delta");
  });
  std::string whole;  // a server that cannot stream answers with one JSON object
  const auto response = client_.send(http, [&](const outbound::Response& head, std::string_view data) {
    if (head.content_type.starts_with("application/json")) {
      whole += data;
    } else {
      events.feed(data);
    }
  });
  client_.require_success(response);
  if (response.content_type.starts_with("application/json")) {
    reader.read(whole, "message");
  } else {
    events.finish();
  }
  return reader.take();
}

}  // namespace oprag::models
