// From a question and a project's index to an answer that cites, or an honest refusal. Pure but for the embedder and,
// when one is configured, the model: the same index, question and history give the same answer.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "answer/question.hpp"
#include "answer/result.hpp"
#include "answer/tuning.hpp"
#include "index/passage_index.hpp"

namespace oprag::answer {

struct Options {
  std::size_t top_k = 8;            // passages that may carry the answer
  std::optional<double> min_score;  // moves the abstention threshold; nothing: the shipped calibration
  bool use_keyword = true;
  bool use_semantic = true;
  std::string system_prompt;         // for a language model
  std::optional<std::string> model;  // nothing: the installation's default
  Tuning tuning;                     // as shipped, but for measuring
};

// The question's embedding, unit length; empty when there is no embedder.
using EmbedQuestion = std::function<std::vector<float>(const std::string& question)>;

// For who follows an answer while a model writes it.
struct Live {
  // After each sentence that passed its check; nothing that was there before changes. What it throws ends the answer.
  std::function<void(const Result& so_far)> grown;
  std::stop_token stop;  // nobody waits any more: Engine::answer throws outbound::Cancelled
};

class ModelAnswerer;
// When the model or the embedder fails: UpstreamError, or the extractive answer, by words alone where the question
// could not be embedded, marked as degraded.
enum class OnModelFailure { fail, extract };

class Engine {
 public:
  explicit Engine(EmbedQuestion embed, const ModelAnswerer* model = nullptr,
                  OnModelFailure failure = OnModelFailure::fail, std::string embedder_language = {})
      : embed_(std::move(embed)), model_(model), failure_(failure), embedder_language_(std::move(embedder_language)) {}

  Result answer(const index::View& view, const std::string& question, std::span<const Turn> history,
                const Options& options, const Live& live = {}) const;
  // Best first; one result a passage, as many as options.top_k.
  std::vector<SearchResult> search(const index::View& view, const std::string& question, const Options& options) const;

 private:
  Question read(const index::View& view, const std::string& text) const;
  // Nothing when the embedder failed and answers go on without it.
  std::optional<std::vector<float>> embedded(const Question& question, const Options& options) const;

  EmbedQuestion embed_;
  const ModelAnswerer* model_;  // nothing: extractive answers
  OnModelFailure failure_;
  std::string embedder_language_;  // the one that it was trained for; empty: many
};

}  // namespace oprag::answer
