#include "answer/engine.hpp"

#include <algorithm>

#include "answer/confidence.hpp"
#include "answer/extract.hpp"
#include "answer/model_answer.hpp"
#include "answer/retrieve.hpp"
#include "base/text.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::answer {
namespace {

constexpr std::size_t shown_nearest = 5;

std::string_view refusal(Reason reason) {
  switch (reason) {
    case Reason::no_documents:
      return "There are no indexed documents to answer from yet, so the documents don't say.";
    case Reason::no_match:
      return "The documents don't say: nothing in them matches this question.";
    case Reason::low_confidence:
      return "The documents don't say: what comes nearest does not answer this question.";
    case Reason::unverified:
      return "The documents don't say: no statement could be verified against them.";
  }
  return "The documents don't say.";
}

Result refuse(Reason reason, Explanation explanation, bool degraded = false) {
  Result out;
  out.degraded = degraded;
  out.answer = refusal(reason);
  out.reason = reason;
  out.explanation = std::move(explanation);
  return out;
}

SearchResult result_of(const index::View& view, const Ranked& ranked) {
  const auto& passage = view.passage(ranked.passage);
  SearchResult out;
  static_cast<Source&>(out) = source_of(view, {ranked.passage, 0, passage.text.size(), ranked.fused});
  out.text = passage.text;
  out.text_start = passage.start;
  out.text_end = passage.end;
  out.headings = passage.headings;
  out.scores = {ranked.keyword, ranked.semantic, ranked.fused, {}};
  return out;
}

}  // namespace

Question Engine::read(const index::View& view, const std::string& text) const {
  auto out = read_question(view, text);
  out.foreign = !embedder_language_.empty() && !out.language.empty() && out.language != embedder_language_;
  return out;
}

std::optional<std::vector<float>> Engine::embedded(const Question& question, const Options& options) const {
  if (!options.use_semantic) return std::vector<float>();
  try {
    return embed_(question.text);
  } catch (const outbound::UpstreamError&) {
    if (failure_ == OnModelFailure::fail) throw;
    return {};
  }
}

Result Engine::answer(const index::View& view, const std::string& asked, std::span<const Turn> history,
                      const Options& options, const Live& live) const {
  Explanation explanation;
  explanation.resolved_question = resolve_follow_up(asked, history);
  const auto question = read(view, explanation.resolved_question);
  if (view.passage_count() == 0) return refuse(Reason::no_documents, std::move(explanation));

  const auto embedding = embedded(question, options);
  const bool degraded = !embedding;
  const auto vector = embedding.value_or(std::vector<float>());
  explanation.threshold = options.min_score.value_or(shipped_threshold(view, question, !vector.empty()));
  const auto ranking = retrieve(view, question, vector, options, options.top_k);
  Readings readings(view, question);
  explanation.best_score = confidence(view, question, vector, ranking, readings);
  for (std::size_t i = 0; i < std::min(ranking.size(), shown_nearest); ++i) {
    explanation.nearest.push_back(result_of(view, ranking[i]));
  }
  if (ranking.empty()) return refuse(Reason::no_match, std::move(explanation), degraded);
  if (explanation.best_score < explanation.threshold) {
    return refuse(Reason::low_confidence, std::move(explanation), degraded);
  }

  Result out;
  out.degraded = degraded;
  out.explanation = std::move(explanation);
  Writer writer(view, out);
  if (model_ != nullptr) {
    try {
      return model_->answer(view, question, ranking, options, live, writer, out)
                 ? out
                 : refuse(Reason::unverified, std::move(out.explanation), degraded);
    } catch (const outbound::UpstreamError&) {
      if (failure_ == OnModelFailure::fail) throw;
      out.degraded = true;  // what it said so far holds, and stays
    }
  }
  for (const auto& quote : choose_quotes(view, question, ranking, options, readings)) {
    const bool row = view.passage(quote.passage).kind == index::PassageKind::table;
    writer.add(text_of(view, quote), quote, Support::verbatim, row ? Join::new_line : Join::same_line);
  }
  return out;
}

std::vector<SearchResult> Engine::search(const index::View& view, const std::string& asked,
                                         const Options& options) const {
  if (view.passage_count() == 0) return {};
  const auto question = read(view, asked);
  const auto vector = embedded(question, options).value_or(std::vector<float>());
  std::vector<SearchResult> out;
  for (const auto& ranked : retrieve(view, question, vector, options, options.top_k)) {
    if (out.size() == options.top_k) break;
    out.push_back(result_of(view, ranked));
  }
  return out;
}

}  // namespace oprag::answer
