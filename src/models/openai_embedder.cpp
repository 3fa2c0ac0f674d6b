#include <boost/json.hpp>

#include "models/json_members.hpp"
#include "models/openai.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::UpstreamError;
using outbound::UpstreamFailure;

namespace json = boost::json;

constexpr std::size_t batch_size = 32;  // texts a request

[[noreturn]] void malformed() {
  throw UpstreamError(UpstreamFailure::malformed, "The embedding server's answer is not a list of embeddings");
}

// In the order of the texts, whatever order the server keeps.
std::vector<std::vector<float>> read_vectors(std::string_view body, std::size_t count) {
  boost::system::error_code failed;
  const auto answer = json::parse(body, failed);
  const auto* object = failed ? nullptr : answer.if_object();
  const auto* member = object ? object->if_contains("data") : nullptr;
  const auto* data = member ? member->if_array() : nullptr;
  if (!data || data->size() != count) malformed();
  std::vector<std::vector<float>> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto* item = (*data)[i].if_object();
    auto vector = unit_vector(item ? item->if_contains("embedding") : nullptr);
    if (!vector) malformed();
    std::size_t index = i;
    if (const auto* given = item->if_contains("index")) {
      index = given->to_number<std::size_t>(failed);
      if (failed || index >= count) malformed();
    }
    if (!out[index].empty()) malformed();
    out[index] = *std::move(vector);
  }
  return out;
}

}  // namespace

std::string endpoint(std::string_view base_url, std::string_view path) {
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  const auto authority = base_url.find("://");
  const bool has_path =
      authority != std::string_view::npos && base_url.find('/', authority + 3) != std::string_view::npos;
  return std::string(base_url) + (has_path ? "/" : "/v1/") + std::string(path);
}

outbound::Request openai_request(const OpenAiOptions& options, std::string_view path, std::string body) {
  outbound::Request out{.url = endpoint(options.base_url, path),
                        .headers = {"Content-Type: application/json"},
                        .body = std::move(body),
                        .timeouts = options.timeouts};
  if (!options.api_key.empty()) out.headers.push_back("Authorization: Bearer " + options.api_key.reveal());
  return out;
}

std::size_t OpenAiEmbedder::dimension() {
  {
    const std::lock_guard lock(mutex_);
    if (dimension_) return *dimension_;
  }
  const std::string text = "dimension";
  return embed_batch(std::span(&text, 1)).front().size();
}

std::vector<std::vector<float>> OpenAiEmbedder::embed(std::span<const std::string> texts, Purpose) {
  std::vector<std::vector<float>> out;
  out.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); i += batch_size) {
    auto batch = embed_batch(texts.subspan(i, std::min(batch_size, texts.size() - i)));
    std::ranges::move(batch, std::back_inserter(out));
  }
  return out;
}

std::vector<std::vector<float>> OpenAiEmbedder::embed_batch(std::span<const std::string> texts) {
  json::array input;
  for (const auto& text : texts) input.emplace_back(text.empty() ? " " : text);  // some servers refuse an empty text
  const auto body = json::serialize(
      json::object{{"model", options_.model}, {"input", std::move(input)}, {"encoding_format", "float"}});
  const auto response = client_.send(openai_request(options_, "embeddings", body));
  client_.require_success(response);
  auto out = read_vectors(response.body, texts.size());
  for (const auto& vector : out) require_dimension(vector.size());
  return out;
}

void OpenAiEmbedder::require_dimension(std::size_t dimension) {
  const std::lock_guard lock(mutex_);
  if (dimension_.value_or(dimension) != dimension) {
    throw UpstreamError(UpstreamFailure::malformed, "The embedding server's vectors differ in length");
  }
  dimension_ = dimension;
}

}  // namespace oprag::models
