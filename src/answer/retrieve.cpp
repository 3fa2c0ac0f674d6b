#include "answer/retrieve.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>
#include <unordered_map>

#include "answer/route.hpp"

namespace oprag::answer {
namespace {

constexpr std::size_t list_length = 400;
constexpr std::size_t near_the_top = 100;
constexpr double dense_in_figures = 0.2;  // share of digits from which on a passage is one of figures
constexpr std::size_t worth_repeating =
    120;  // letters and figures: a shorter text may stand in several places for a reason
constexpr index::PassageRef neighbourhood = 2;  // passages to either side, in texts without pages

// A ranked passage with what the steps ask of it again and again.
struct Entry {
  Ranked ranked;
  std::size_t document = 0;
  const index::Passage* passage = nullptr;
};

// 0 to 1. `nothing`: the score of what has nothing to do with the question.
double share(double score, double nothing, double best) {
  return best > nothing ? (score - nothing) / (best - nothing) : 1.0;
}

// Both lists on one scale, in the order of reading.
std::vector<Entry> fused(const index::View& view, const std::vector<index::Candidate>& keyword,
                         const std::vector<index::Candidate>& semantic, double dense_weight) {
  const double dense = keyword.empty() ? 1 : semantic.empty() ? 0 : dense_weight;
  // Without a word in common there is no score; every pair of texts has a cosine.
  const double best_keyword = keyword.empty() ? 0 : keyword.front().score;
  const double best_cosine = semantic.empty() ? 0 : semantic.front().score;
  const double no_cosine = semantic.empty() ? 0 : semantic.back().score;
  std::vector<Ranked> all;
  all.reserve(keyword.size() + semantic.size());
  for (const auto& c : keyword)
    all.push_back({.passage = c.passage, .keyword = c.score, .fused = (1 - dense) * share(c.score, 0, best_keyword)});
  for (const auto& c : semantic)
    all.push_back({.passage = c.passage, .semantic = c.score, .fused = dense * share(c.score, no_cosine, best_cosine)});
  std::ranges::stable_sort(all, {}, &Ranked::passage);
  std::vector<Entry> out;
  out.reserve(all.size());
  for (auto& one : all) {
    if (!out.empty() && out.back().ranked.passage == one.passage) {
      out.back().ranked.semantic = one.semantic;
      out.back().ranked.fused += one.fused;
      continue;
    }
    // Not embedded yet: its words speak for the whole.
    if (dense > 0 && one.keyword && !view.has_vector(one.passage)) one.fused = share(*one.keyword, 0, best_keyword);
    out.push_back({one, view.document_of(one.passage), &view.passage(one.passage)});
  }
  return out;
}

// A page is as good as its best passage, and better when its other passages speak of the question too.
void add_page_score(std::span<Entry> page, const Tuning& tuning) {
  double best = 0, sum = 0;
  for (const auto& entry : page) best = std::max(best, entry.ranked.fused), sum += entry.ranked.fused;
  const auto score =
      tuning.best_passage_weight * best + (1 - tuning.best_passage_weight) * sum / static_cast<double>(page.size());
  for (auto& [ranked, document, passage] : page)
    ranked.fused = (1 - tuning.page_weight) * ranked.fused + tuning.page_weight * score;
}

// In a text without pages the passages just before and behind speak for one, the nearer the more: one that was not
// found says nothing, and one beyond the document's `passages` is not asked.
void add_neighbours(std::span<Entry> document, std::size_t passages, const Tuning& tuning) {
  std::vector<double> own;
  for (const auto& entry : document) own.push_back(entry.ranked.fused);
  for (std::size_t i = 0; i < document.size(); ++i) {
    double sum = 0, weights = 0;
    const auto ordinal = document[i].passage->ordinal;
    for (index::PassageRef distance = 1; distance <= neighbourhood; ++distance) {
      if (ordinal >= distance) weights += 1.0 / distance;
      if (ordinal + distance < passages) weights += 1.0 / distance;
    }
    if (weights == 0) continue;
    const auto add = [&](std::size_t other) {
      const auto there = document[other].ranked.passage, here = document[i].ranked.passage;
      const auto distance = there < here ? here - there : there - here;
      if (distance <= neighbourhood) sum += own[other] / distance;
      return distance < neighbourhood;
    };
    for (auto other = i; other-- > 0 && add(other);) {
    }
    for (auto other = i + 1; other < document.size() && add(other); ++other) {
    }
    document[i].ranked.fused = (1 - tuning.page_weight) * own[i] + tuning.page_weight * sum / weights;
  }
}

// What stands around a passage says for it.
void add_surroundings(const index::View& view, std::vector<Entry>& entries, const Tuning& tuning) {
  for (auto begin = entries.begin(); begin != entries.end();) {
    const auto& first = *begin;
    const auto end = std::find_if(begin, entries.end(), [&](const Entry& e) {
      return e.document != first.document || e.passage->page != first.passage->page;
    });
    if (begin->passage->page)
      add_page_score({begin, end}, tuning);
    else
      add_neighbours({begin, end}, view.catalogue().passages(begin->document), tuning);
    begin = end;
  }
}

// Nudges passages of the documents that the question means, and passages of figures when it asks for one.
void add_features(const index::View& view, const Question& question, std::vector<Entry>& entries,
                  const Tuning& tuning) {
  std::vector<std::size_t> documents;
  for (const auto& entry : entries) documents.push_back(entry.document);
  const auto routes = route(view, question.text, documents);
  const auto routed = tuning.route_weight * routes.strength;
  for (auto& [ranked, document, passage] : entries) {
    if (!routes.fits.empty()) ranked.fused = (1 - routed) * ranked.fused + routed * routes.fits.at(document);
    if (!question.wants_figure) continue;
    const auto& text = passage->text;
    const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
    const auto part = static_cast<double>(digits) / static_cast<double>(std::max<std::size_t>(1, text.size()));
    ranked.fused =
        (1 - tuning.figure_weight) * ranked.fused + tuning.figure_weight * std::min(1.0, part / dense_in_figures);
  }
}

// Nudges passages by what they stand under.
void add_headings(const index::View& view, const Question& question, std::vector<Entry>& entries,
                  const Tuning& tuning) {
  for (auto& [ranked, document, passage] : entries) {
    ranked.fused = (1 - tuning.heading_weight) * ranked.fused +
                   tuning.heading_weight * heading_coverage(question, view, ranked.passage);
  }
}

// Ties by what the passage is, never by when it came: the view orders its documents so.
bool before(const Entry& a, const Entry& b) {
  if (a.ranked.fused != b.ranked.fused) return a.ranked.fused > b.ranked.fused;
  return std::tie(a.document, a.passage->ordinal) < std::tie(b.document, b.passage->ordinal);
}

// The letters and figures of a text: what stays when it is typeset otherwise.
std::string wording(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte)) out += static_cast<char>(std::tolower(byte));
  }
  return out;
}

// What another document says in the same words adds nothing. A document that repeats itself keeps both places, since
// each has its own surroundings. Looks as far as `count` others.
void drop_repetitions(std::vector<Entry>& entries, std::size_t count) {
  std::unordered_map<std::string, std::size_t> said_by;
  std::size_t kept = 0;
  std::erase_if(entries, [&](const Entry& entry) {
    if (kept == count) return false;
    if (auto words = wording(entry.passage->text);
        words.size() >= worth_repeating &&
        said_by.try_emplace(std::move(words), entry.document).first->second != entry.document)
      return true;
    ++kept;
    return false;
  });
}

}  // namespace

std::vector<Ranked> retrieve(const index::View& view, const Question& question, std::span<const float> vector,
                             const Options& options, std::size_t count) {
  const auto length = std::max(list_length, 2 * count);
  const auto keyword = options.use_keyword ? view.keyword(question.keywords, length) : std::vector<index::Candidate>();
  const auto semantic =
      options.use_semantic && !vector.empty() ? view.semantic(vector, length) : std::vector<index::Candidate>();
  auto entries = fused(view, keyword, semantic,
                       question.foreign ? options.tuning.foreign_dense_weight : options.tuning.dense_weight);
  add_surroundings(view, entries, options.tuning);
  add_features(view, question, entries, options.tuning);
  // What is far from the top is not looked at again.
  if (const auto near = std::max(near_the_top, count); near < entries.size()) {
    std::ranges::nth_element(entries, entries.begin() + static_cast<std::ptrdiff_t>(near), before);
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(near), entries.end());
  }
  add_headings(view, question, entries, options.tuning);
  std::ranges::sort(entries, before);
  drop_repetitions(entries, count);
  std::vector<Ranked> out;
  out.reserve(entries.size());
  for (const auto& entry : entries) out.push_back(entry.ranked);
  return out;
}

}  // namespace oprag::answer
