#include "answer/model_answer.hpp"

#include <algorithm>

#include "answer/claims.hpp"
#include "answer/sentences.hpp"
#include "verify/checker.hpp"

namespace oprag::answer {
namespace {

// Where a claim stands.
struct Ground {
  Quote quote;
  Support support = Support::unverified;
};

std::optional<Ground> ground_in(const index::View& view, const Ranked& ranked, const std::string& claim) {
  const auto& passage = view.passage(ranked.passage);
  if (!addresses_hold(claim, passage.text)) return {};
  const auto support_of = [](const verify::Finding& finding) {
    return finding.verdict == verify::Verdict::verbatim ? Support::verbatim : Support::supported;
  };
  const auto whole = verify::check(claim, passage.text);
  if (!whole.holds()) return {};
  for (const auto& span : sentences_of(passage.text, passage.kind)) {
    const auto finding = verify::check(claim, std::string_view(passage.text).substr(span.begin, span.end - span.begin));
    if (finding.holds()) return Ground{{ranked.passage, span.begin, span.end, ranked.fused}, support_of(finding)};
  }
  return Ground{{ranked.passage, 0, passage.text.size(), ranked.fused}, support_of(whole)};
}

// The passages in the order in which they are tried: those that the model named, then the others.
std::vector<std::size_t> order_of(const Claim& claim, std::size_t count) {
  std::vector<std::size_t> out;
  for (const auto number : claim.cited) {
    if (number >= 1 && number <= count && std::ranges::find(out, number - 1) == out.end()) out.push_back(number - 1);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (std::ranges::find(out, i) == out.end()) out.push_back(i);
  }
  return out;
}

}  // namespace

bool ModelAnswerer::answer(const index::View& view, const Question& question, const std::vector<Ranked>& ranking,
                           const Options& options, const Live& live, Writer& writer, const Result& out) const {
  const auto count = std::min({ranking.size(), options.top_k, prompt_passages});
  std::vector<PromptPassage> passages;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& passage = view.passage(ranking[i].passage);
    passages.push_back({view.document(view.document_of(ranking[i].passage)).filename,
                        passage.table_head.empty() ? passage.text : passage.table_head + "\n" + passage.text});
  }
  auto prompt = make_prompt(question.text, passages, options.system_prompt, random_(32));
  prompt.request.model = options.model;

  ClaimReader claims([&](const Claim& claim) {
    const auto has = [&](const std::string& secret) { return claim.text.find(secret) != std::string::npos; };
    if (has(prompt.canary) || has(prompt.boundary)) return;
    for (const auto i : order_of(claim, count)) {
      const auto ground = ground_in(view, ranking[i], claim.text);
      if (!ground) continue;
      const auto join = claim.begins_line ? Join::new_line : Join::same_line;
      if (writer.add(claim.text, ground->quote, ground->support, join) && live.grown) live.grown(out);
      break;
    }
  });
  model_.chat(prompt.request, [&](std::string_view piece) { claims.feed(piece); }, live.stop);
  claims.finish();
  return out.answered;
}

}  // namespace oprag::answer
