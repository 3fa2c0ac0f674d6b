// Embeddings from a model on this machine.
#pragma once
#include <filesystem>

#include "models/embedder.hpp"
#include "models/onnx_runtime.hpp"
#include "models/wordpiece.hpp"

namespace oprag::models {

struct OnnxOptions {
  std::filesystem::path library;    // libonnxruntime.so
  std::filesystem::path directory;  // model.onnx with vocab.txt or tokenizer.json
  std::size_t threads = 2;          // that one call for passages may use; a query uses its caller's alone
  std::size_t max_tokens = 256;     // of a text, with the two special tokens
  std::string language = "en";      // of all-MiniLM-L6-v2 and its kin; empty for a model of many
};

// Mean of the token vectors, scaled to unit length. Every text is a run of its own: an int8 model's result depends on
// what else is in the batch, and batches are not faster on a few cores.
class OnnxEmbedder : public Embedder {
 public:
  // Loads the model (some 0.1 s). Throws std::runtime_error when anything is missing or does not fit.
  explicit OnnxEmbedder(const OnnxOptions& options);

  std::size_t dimension() override { return dimension_; }
  std::string name() override { return name_; }
  std::string language() override { return options_.language; }
  std::vector<std::vector<float>> embed(std::span<const std::string> texts, Purpose purpose) override;

  const WordPiece& tokenizer() const noexcept { return tokenizer_; }

 private:
  std::vector<float> embed_one(const std::string& text) const;

  OnnxOptions options_;
  WordPiece tokenizer_;
  OnnxSession session_;
  std::size_t dimension_;
  std::string name_;
};

}  // namespace oprag::models
