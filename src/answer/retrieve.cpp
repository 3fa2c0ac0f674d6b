#include "answer/retrieve.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "answer/route.hpp"

namespace oprag::answer {
namespace {

constexpr std::size_t list_length = 400;
constexpr double dense_in_figures = 0.2;  // share of digits from which on a passage is one of figures

// 0 to 1 over the list: its lowest score counts as nothing.
std::map<index::PassageRef, double> normalised(const std::vector<index::Candidate>& list) {
  std::map<index::PassageRef, double> out;
  if (list.empty()) return out;
  const auto high = list.front().score, low = list.back().score;
  for (const auto& candidate : list) {
    out[candidate.passage] = high > low ? (candidate.score - low) / (high - low) : 1.0;
  }
  return out;
}

// A page is as good as its best passage, and better when its other passages speak of the question too.
void add_page_score(const index::View& view, std::vector<Ranked>& ranking, const Tuning& tuning) {
  struct Page {
    double best = 0, sum = 0;
    std::size_t count = 0;
  };
  std::map<std::pair<std::size_t, std::int64_t>, Page> pages;
  const auto key = [&](const Ranked& r) {
    const auto& p = view.passage(r.passage);
    return std::pair(view.document_of(r.passage), p.page.value_or(-1 - static_cast<std::int64_t>(p.ordinal)));
  };
  for (const auto& r : ranking) {
    auto& page = pages[key(r)];
    page.best = std::max(page.best, r.fused);
    page.sum += r.fused;
    ++page.count;
  }
  for (auto& r : ranking) {
    const auto& page = pages[key(r)];
    const auto score = tuning.best_passage_weight * page.best +
                       (1 - tuning.best_passage_weight) * page.sum / static_cast<double>(page.count);
    r.fused = (1 - tuning.page_weight) * r.fused + tuning.page_weight * score;
  }
}

// Nudges passages of the documents that the question means, and passages of figures when it asks for one.
void add_features(const index::View& view, const Question& question, std::vector<Ranked>& ranking,
                  const Tuning& tuning) {
  std::set<std::size_t> documents;
  for (const auto& r : ranking) documents.insert(view.document_of(r.passage));
  const auto routes = route(view, question.text, {documents.begin(), documents.end()});
  for (auto& r : ranking) {
    if (!routes.empty())
      r.fused = (1 - tuning.route_weight) * r.fused + tuning.route_weight * routes.at(view.document_of(r.passage));
    if (!question.wants_figure) continue;
    const auto& text = view.passage(r.passage).text;
    const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
    const auto share = static_cast<double>(digits) / static_cast<double>(std::max<std::size_t>(1, text.size()));
    r.fused = (1 - tuning.figure_weight) * r.fused + tuning.figure_weight * std::min(1.0, share / dense_in_figures);
  }
}

// Ties by what the passage is, never by when it came.
bool before(const index::View& view, const Ranked& a, const Ranked& b) {
  if (a.fused != b.fused) return a.fused > b.fused;
  const auto& pa = view.passage(a.passage);
  const auto& pb = view.passage(b.passage);
  const auto& da = view.document(view.document_of(a.passage));
  const auto& db = view.document(view.document_of(b.passage));
  return std::tie(da.text_sha256, da.filename, pa.ordinal) < std::tie(db.text_sha256, db.filename, pb.ordinal);
}

}  // namespace

std::vector<Ranked> retrieve(const index::View& view, const Question& question, std::span<const float> vector,
                             const Options& options, std::size_t count) {
  const auto length = std::max(list_length, 2 * count);
  const auto keyword = options.use_keyword ? view.keyword(question.text, length) : std::vector<index::Candidate>();
  const auto semantic =
      options.use_semantic && !vector.empty() ? view.semantic(vector, length) : std::vector<index::Candidate>();
  const auto keyword_share = normalised(keyword), semantic_share = normalised(semantic);
  const double dense = keyword.empty() ? 1 : semantic.empty() ? 0 : options.tuning.dense_weight;

  std::map<index::PassageRef, Ranked> merged;
  for (const auto& c : keyword) {
    merged[c.passage].keyword = c.score;
    merged[c.passage].fused += (1 - dense) * keyword_share.at(c.passage);
  }
  for (const auto& c : semantic) {
    merged[c.passage].semantic = c.score;
    merged[c.passage].fused += dense * semantic_share.at(c.passage);
  }
  std::vector<Ranked> out;
  out.reserve(merged.size());
  for (auto& [ref, ranked] : merged) {
    ranked.passage = ref;
    out.push_back(ranked);
  }
  add_page_score(view, out, options.tuning);
  add_features(view, question, out, options.tuning);
  std::ranges::sort(out, [&](const Ranked& a, const Ranked& b) { return before(view, a, b); });
  const auto judged = std::min(out.size(), std::max<std::size_t>(count, 20));
  for (std::size_t i = 0; i < judged; ++i) {
    const auto covered = coverage(question, view, out[i].passage);
    const auto cosine = vector.empty() ? covered : out[i].semantic.value_or(view.similarity(vector, out[i].passage));
    out[i].confidence = (std::clamp(cosine, 0.0, 1.0) + covered) / 2;
  }
  return out;
}

}  // namespace oprag::answer
