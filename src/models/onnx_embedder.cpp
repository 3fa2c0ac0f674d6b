#include "models/onnx_embedder.hpp"

#include <sodium.h>

#include <cmath>
#include <fstream>
#include <stdexcept>

#include "models/parallel.hpp"

namespace oprag::models {
namespace {

// Raised when this file's arithmetic or the tokenizer changes what a text's vector is.
constexpr std::string_view revision = "1";

void hash_file(crypto_generichash_state& state, const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), in.gcount() > 0) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(buffer.data()),
                              static_cast<unsigned long long>(in.gcount()));
  }
}

// "onnx-1-0f3a…": what decides a vector, so that another model in the same directory is another name.
std::string name_of(const OnnxOptions& options) {
  crypto_generichash_state state;
  std::array<unsigned char, 16> digest{};
  crypto_generichash_init(&state, nullptr, 0, digest.size());
  for (const auto* file : {"model.onnx", "tokenizer.json", "vocab.txt"}) {
    if (std::filesystem::exists(options.directory / file)) hash_file(state, options.directory / file);
  }
  crypto_generichash_final(&state, digest.data(), digest.size());
  std::array<char, 2 * digest.size() + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return "onnx-" + std::string(revision) + "-" + std::to_string(options.max_tokens) + "-" + hex.data();
}

std::vector<float> pooled(const OnnxSession::Output& output) {
  std::vector<float> out(output.width);
  for (std::size_t r = 0; r < output.rows; ++r) {
    for (std::size_t i = 0; i < output.width; ++i) out[i] += output.values[r * output.width + i];
  }
  double squares = 0;
  for (const float v : out) squares += double{v} * v;
  const auto scale = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0.0f;
  for (auto& v : out) v *= scale;
  return out;
}

}  // namespace

OnnxEmbedder::OnnxEmbedder(const OnnxOptions& options)
    : options_(options),
      tokenizer_(WordPiece::from_directory(options.directory)),
      session_(std::make_shared<const OnnxRuntime>(options.library), options.directory / "model.onnx"),
      name_(name_of(options)) {
  if (options_.max_tokens < 3) throw std::invalid_argument("max_tokens leaves no room for text");
  dimension_ = embed_one("dimension").size();
}

std::vector<float> OnnxEmbedder::embed_one(const std::string& text) const {
  return pooled(session_.run(tokenizer_.encode(text, options_.max_tokens)));
}

std::vector<std::vector<float>> OnnxEmbedder::embed(std::span<const std::string> texts, Purpose purpose) {
  std::vector<std::vector<float>> out(texts.size());
  // A thread costs little beside a run of milliseconds, and none stays when idle.
  in_parallel(texts.size(), purpose == Purpose::query ? 1 : options_.threads,
              [&](std::size_t i) { out[i] = embed_one(texts[i]); });
  return out;
}

}  // namespace oprag::models
