#include <boost/json.hpp>

#include "base/text.hpp"
#include "models/bedrock.hpp"
#include "models/json_members.hpp"
#include "models/parallel.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::UpstreamError;
using outbound::UpstreamFailure;

namespace json = boost::json;

constexpr std::size_t longest_text = 20'000;  // code points; the service takes 8,192 tokens and 50,000 characters
constexpr std::size_t requests_at_once = 4;   // it takes one text a request
constexpr int attempts = 5;
constexpr std::chrono::milliseconds first_pause{500};

bool is_haste(const UpstreamError& error) {
  return error.failure() == UpstreamFailure::refused && (error.status() == 429 || error.status() == 503);
}

}  // namespace

TitanEmbedder::TitanEmbedder(BedrockOptions options, std::size_t dimension, Clock clock, Pause pause)
    : options_(std::move(options)), dimension_(dimension), clock_(std::move(clock)), pause_(std::move(pause)) {}

std::vector<std::vector<float>> TitanEmbedder::embed(std::span<const std::string> texts, Purpose) {
  std::vector<std::vector<float>> out(texts.size());
  in_parallel(texts.size(), requests_at_once, [&](std::size_t i) { out[i] = embed_one(texts[i]); });
  return out;
}

std::vector<float> TitanEmbedder::embed_one(const std::string& text) {
  const auto body = json::serialize(
      json::object{{"inputText", text.empty() ? std::string_view(" ") : first_code_points(text, longest_text)},
                   {"dimensions", dimension_},
                   {"normalize", true},
                   {"embeddingTypes", json::array{"float"}}});
  auto wait = first_pause;
  for (int attempt = 1;; ++attempt) {
    try {
      const auto response = client_.send(bedrock_request(options_, "invoke", body, clock_()));
      client_.require_success(response);
      boost::system::error_code failed;
      const auto answer = json::parse(response.body, failed);
      auto vector = failed ? std::nullopt : unit_vector(member(&answer, "embedding"));
      if (!vector || vector->size() != dimension_) {
        throw UpstreamError(UpstreamFailure::malformed, "Amazon Bedrock's answer is not an embedding");
      }
      return *std::move(vector);
    } catch (const UpstreamError& error) {
      if (!is_haste(error) || attempt == attempts) throw;
    }
    pause_(wait);
    wait *= 2;
  }
}

}  // namespace oprag::models
