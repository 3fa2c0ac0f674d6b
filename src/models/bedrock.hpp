// Amazon Bedrock's models: answers by the Converse operations, embeddings by Titan. Signed with an access key
// (Signature Version 4), or sent with a Bedrock API key.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "base/environment.hpp"
#include "base/secret.hpp"
#include "models/chat_model.hpp"
#include "models/embedder.hpp"
#include "outbound/client.hpp"

namespace oprag::models {

struct BedrockOptions {
  std::string base_url;  // empty: the public one of the region
  std::string region;
  std::string model;  // id, inference profile or ARN
  Secret api_key;     // otherwise the keys
  std::string access_key;
  Secret secret_key, session_token;
  outbound::Timeouts timeouts;
};

class BedrockChatModel : public ChatModel {
 public:
  BedrockChatModel(BedrockOptions options, Clock clock) : options_(std::move(options)), clock_(std::move(clock)) {}

  std::string name() const override { return options_.model; }
  ChatReply chat(const ChatRequest& request, const OnDelta& on_delta, std::stop_token stop) override;

 private:
  BedrockOptions options_;
  Clock clock_;
  outbound::Client client_{"Amazon Bedrock"};
};

using Pause = std::function<void(std::chrono::milliseconds)>;

class TitanEmbedder : public Embedder {
 public:
  // `dimension`: 256, 512 or 1024. `pause` waits before a text that was refused for haste is sent again.
  TitanEmbedder(BedrockOptions options, std::size_t dimension, Clock clock, Pause pause);

  std::size_t dimension() override { return dimension_; }
  std::string name() override { return "bedrock-" + options_.model + "-" + std::to_string(dimension_); }
  std::vector<std::vector<float>> embed(std::span<const std::string> texts, Purpose purpose) override;

 private:
  std::vector<float> embed_one(const std::string& text);

  BedrockOptions options_;
  std::size_t dimension_;
  Clock clock_;
  Pause pause_;
  outbound::Client client_{"Amazon Bedrock"};
};

// What both send: POST /model/ID/OPERATION, signed for `now`.
outbound::Request bedrock_request(const BedrockOptions& options, std::string_view operation, std::string body,
                                  Timestamp now);

}  // namespace oprag::models
