#include <boost/json.hpp>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/sigv4.hpp"
#include "models/bedrock.hpp"
#include "models/event_stream.hpp"
#include "models/json_members.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::UpstreamError;
using outbound::UpstreamFailure;

namespace json = boost::json;

[[noreturn]] void malformed() {
  throw UpstreamError(UpstreamFailure::malformed, "Amazon Bedrock's answer is not a conversation's");
}

json::object block(const std::string& text) {
  return {{"text", text.empty() ? " " : text}};  // an empty one is refused
}

// Roles have to take turns: what one says in several messages becomes one of several blocks.
std::string request_body(const ChatRequest& request) {
  json::array system, messages;
  for (const auto& message : request.messages) {
    if (message.role == ChatRole::system) {
      system.push_back(block(message.text));
      continue;
    }
    const auto* role = message.role == ChatRole::user ? "user" : "assistant";
    if (messages.empty() || messages.back().at("role").as_string() != role)
      messages.push_back(json::object{{"role", role}, {"content", json::array()}});
    messages.back().at("content").as_array().push_back(block(message.text));
  }
  json::object out{
      {"messages", std::move(messages)},
      {"inferenceConfig", json::object{{"maxTokens", request.max_tokens}, {"temperature", request.temperature}}}};
  if (!system.empty()) out["system"] = std::move(system);
  return json::serialize(out);
}

FinishReason finish_reason(std::string_view word) {
  if (word == "end_turn" || word == "stop_sequence") return FinishReason::stop;
  if (word == "max_tokens" || word == "model_context_window_exceeded") return FinishReason::length;
  if (word == "guardrail_intervened" || word == "content_filtered") return FinishReason::filtered;
  return FinishReason::other;
}

// Gathers the reply from the events of a stream, or from one whole answer.
class ReplyReader {
 public:
  explicit ReplyReader(const OnDelta& on_delta) : on_delta_(on_delta) {}

  void read(const EventMessage& message) {
    if (message.type != "event") {
      throw UpstreamError(UpstreamFailure::cut_off, "Amazon Bedrock reported an error while it answered");
    }
    const auto payload = parsed(message.payload);
    // Only "text": a model's reasoning and its use of tools are not for readers.
    if (message.name == "contentBlockDelta") add(member(member(&payload, "delta"), "text"));
    if (message.name == "messageStop") finish(payload);
    if (message.name == "metadata") count(payload);
  }

  void read_whole(std::string_view body) {
    const auto answer = parsed(body);
    const auto* content = member(member(member(&answer, "output"), "message"), "content");
    if (!content || !content->is_array()) malformed();
    for (const auto& part : content->get_array()) add(member(&part, "text"));
    finish(answer);
    count(answer);
  }

  ChatReply take() {
    if (!finished_) throw UpstreamError(UpstreamFailure::cut_off, "Amazon Bedrock ended its answer early");
    return std::move(reply_);
  }

 private:
  static json::value parsed(std::string_view text) {
    boost::system::error_code failed;
    auto out = json::parse(text, failed);
    if (failed || !out.is_object()) malformed();
    return out;
  }
  void add(const json::value* text) {
    if (!text || !text->is_string() || text->get_string().empty()) return;
    reply_.text += text->get_string();
    if (on_delta_) on_delta_(text->get_string());
  }
  void finish(const json::value& stop) {
    const auto* reason = member(&stop, "stopReason");
    if (!reason || !reason->is_string()) malformed();
    reply_.finish = finish_reason(reason->get_string());
    finished_ = true;
  }
  void count(const json::value& answer) {
    const auto* usage = member(&answer, "usage");
    if (const auto n = number(member(usage, "inputTokens"))) reply_.prompt_tokens = n;
    if (const auto n = number(member(usage, "outputTokens"))) reply_.completion_tokens = n;
  }

  const OnDelta& on_delta_;
  ChatReply reply_;
  bool finished_ = false;
};

}  // namespace

outbound::Request bedrock_request(const BedrockOptions& options, std::string_view operation, std::string body,
                                  Timestamp now) {
  const auto base =
      options.base_url.empty() ? "https://bedrock-runtime." + options.region + ".amazonaws.com" : options.base_url;
  const auto host = base.find("://") + 3;
  const auto slash = std::min(base.find('/', host), base.size());
  const auto path = base.substr(slash) + "/model/" + crypto::uri_encode(options.model) + "/" + std::string(operation);
  outbound::Request out{.url = base.substr(0, slash) + path,
                        .headers = {"Content-Type: application/json"},
                        .body = std::move(body),
                        .timeouts = options.timeouts};
  if (!options.api_key.empty()) {
    out.headers.push_back("Authorization: Bearer " + options.api_key.reveal());
    return out;
  }
  crypto::CanonicalRequest request{.method = "POST",
                                   .path = path,
                                   .query = {},
                                   .headers = {{"host", base.substr(host, slash - host)}},
                                   .payload_hash = crypto::sha256_hex(out.body),
                                   .normalise_path = true};
  const crypto::SigningKey key{options.access_key, options.secret_key.reveal(), options.session_token.reveal()};
  for (const auto& [name, value] : crypto::sign_headers(std::move(request), now, {options.region, "bedrock"}, key)) {
    if (name != "host") out.headers.push_back(name + ": " + value);
  }
  return out;
}

ChatReply BedrockChatModel::chat(const ChatRequest& request, const OnDelta& on_delta, std::stop_token stop) {
  auto options = options_;
  options.model = request.model.value_or(options.model);
  auto http = bedrock_request(options, "converse-stream", request_body(request), clock_());
  http.stop = std::move(stop);

  ReplyReader reader(on_delta);
  EventStreamParser events([&](const EventMessage& message) { reader.read(message); });
  std::string whole;  // of a proxy that does not stream
  const auto response = client_.send(http, [&](const outbound::Response& head, std::string_view data) {
    if (head.content_type.starts_with("application/json")) {
      whole += data;
    } else {
      events.feed(data);
    }
  });
  client_.require_success(response);
  if (response.content_type.starts_with("application/json")) {
    reader.read_whole(whole);
  } else {
    events.finish();
  }
  return reader.take();
}

}  // namespace oprag::models
