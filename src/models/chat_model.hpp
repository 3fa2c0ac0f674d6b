// A language model that continues a conversation.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace oprag::models {

enum class ChatRole { system, user, assistant };

struct ChatMessage {
  ChatRole role = ChatRole::user;
  std::string text;
};

struct ChatRequest {
  std::vector<ChatMessage> messages;
  std::optional<std::string> model;  // nothing: the configured one
  double temperature = 0;
  std::int64_t max_tokens = 800;
};

enum class FinishReason { stop, length, filtered, other };

struct ChatReply {
  std::string text;
  FinishReason finish = FinishReason::stop;
  std::optional<std::int64_t> prompt_tokens, completion_tokens;  // as the server counted
};

// Called with each piece of the reply as it comes; their concatenation is ChatReply::text. What it throws ends the
// call.
using OnDelta = std::function<void(std::string_view delta)>;

// Thread safe.
class ChatModel {
 public:
  virtual ~ChatModel() = default;
  virtual std::string name() const = 0;
  // Blocks until the reply is complete. Throws UpstreamError, also when the stream ends early (pieces may then have
  // been delivered), and Cancelled soon after `stop` is requested.
  virtual ChatReply chat(const ChatRequest& request, const OnDelta& on_delta, std::stop_token stop) = 0;
};

}  // namespace oprag::models
