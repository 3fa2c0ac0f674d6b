// The answer with a language model. Nothing it says is believed: a sentence stays only when the passages say it too,
// and is cited with the very stretch that does.
#pragma once
#include "answer/prompt.hpp"
#include "answer/retrieve.hpp"
#include "answer/writer.hpp"
#include "base/environment.hpp"
#include "models/chat_model.hpp"

namespace oprag::answer {

class ModelAnswerer {
 public:
  ModelAnswerer(models::ChatModel& model, RandomText random) : model_(model), random_(std::move(random)) {}

  // Writes to `out`, of which `writer` is; false when no sentence could be verified. `ranking` is not empty. Throws
  // outbound::UpstreamError, when sentences may have been written already, and outbound::Cancelled.
  bool answer(const index::View& view, const Question& question, const std::vector<Ranked>& ranking,
              const Options& options, const Live& live, Writer& writer, const Result& out) const;

 private:
  models::ChatModel& model_;
  RandomText random_;
};

}  // namespace oprag::answer
