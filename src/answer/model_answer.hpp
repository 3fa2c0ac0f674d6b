// The answer with a language model. Nothing it says is believed: a sentence stays only when the passages say it too,
// and is cited with the very stretch that does.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer/prompt.hpp"
#include "answer/retrieve.hpp"
#include "base/environment.hpp"
#include "models/chat_model.hpp"

namespace oprag::answer {

class ModelAnswerer {
 public:
  ModelAnswerer(models::ChatModel& model, RandomText random) : model_(model), random_(std::move(random)) {}

  // Fills answer, sources and citations; false when no sentence could be verified. `ranking` is not empty. Throws
  // outbound::UpstreamError.
  bool answer(const index::View& view, const Question& question, const std::vector<Ranked>& ranking,
              const Options& options, Result& out) const;

 private:
  models::ChatModel& model_;
  RandomText random_;
};

// One sentence of a model's reply, without its marks.
struct Claim {
  std::string text;
  std::vector<std::size_t> cited;  // from 1, as the model wrote them
  bool begins_line = false;
};
std::vector<Claim> claims_of(std::string_view reply);

// Whether every address in `claim` stands in `passage` as written; markup that makes links or loads images never does.
bool addresses_hold(std::string_view claim, std::string_view passage);

}  // namespace oprag::answer
