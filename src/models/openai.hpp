// Models behind the interface that OpenAI's server has and llama.cpp, vLLM, Ollama and others copy.
#pragma once
#include <mutex>
#include <optional>
#include <string>

#include "base/secret.hpp"
#include "models/chat_model.hpp"
#include "models/embedder.hpp"
#include "outbound/client.hpp"

namespace oprag::models {

struct OpenAiOptions {
  std::string base_url;  // with or without "/v1"
  std::string model;
  Secret api_key;  // may be empty
  outbound::Timeouts timeouts;
};

class OpenAiEmbedder : public Embedder {
 public:
  explicit OpenAiEmbedder(OpenAiOptions options) : options_(std::move(options)) {}

  // Asks the server once, with a text of its own, unless vectors have come already. Throws UpstreamError.
  std::size_t dimension() override;
  std::string name() override { return "openai-" + options_.model; }
  std::vector<std::vector<float>> embed(std::span<const std::string> texts, Purpose purpose) override;

 private:
  std::vector<std::vector<float>> embed_batch(std::span<const std::string> texts);
  void require_dimension(std::size_t dimension);

  OpenAiOptions options_;
  outbound::Client client_{"The model server"};
  std::mutex mutex_;
  std::optional<std::size_t> dimension_;  // of the first vectors; all others must have it
};

class OpenAiChatModel : public ChatModel {
 public:
  explicit OpenAiChatModel(OpenAiOptions options) : options_(std::move(options)) {}

  std::string name() const override { return options_.model; }
  ChatReply chat(const ChatRequest& request, const OnDelta& on_delta, std::stop_token stop) override;

 private:
  OpenAiOptions options_;
  outbound::Client client_{"The model server"};
};

// "https://host/v1" + "embeddings"; a base without a path gets "/v1".
std::string endpoint(std::string_view base_url, std::string_view path);

// What both send: where to, and as whom.
outbound::Request openai_request(const OpenAiOptions& options, std::string_view path, std::string body);

}  // namespace oprag::models
