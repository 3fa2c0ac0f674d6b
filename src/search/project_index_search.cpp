// The questions a snapshot answers; project_index.cpp makes snapshots.
#include <algorithm>
#include <cmath>

#include "search/project_index.hpp"
#include "search/top_k.hpp"

namespace oprag::search {
namespace {

// BM25F. A field's count weighs less in a passage whose field is longer than the mean, by `length`; `weight` says how
// much one occurrence is worth beside one in the body.
constexpr double saturation = 0.9;
struct Field {
  double weight, length;
};
constexpr Field body_field{1.0, 0.5}, headings_field{1.0, 0.5}, title_field{0.5, 0.5};

// length share = constant + slope * words
struct LengthShare {
  double constant, slope;
  double operator()(std::uint64_t words) const { return constant + slope * static_cast<double>(words); }
};

LengthShare length_share(const Field& field, std::uint64_t words, std::size_t passages) {
  if (words == 0) return {1, 0};
  return {1 - field.length, field.length * static_cast<double>(passages) / static_cast<double>(words)};
}

}  // namespace

bool Snapshot::ranks_before(const Candidate& a, const Candidate& b) const {
  if (a.score != b.score) return a.score > b.score;
  if (parts_.size() == 1) return a.passage < b.passage;  // a run's documents are in order
  const auto document_a = document_of(a.passage), document_b = document_of(b.passage);
  return document_a != document_b ? document_a < document_b : a.passage < b.passage;
}

double Snapshot::idf(const Alternatives& word) const {
  std::size_t found = 0;
  for (const auto& part : parts_) {
    for (const auto& term : word) {
      const auto postings = part.run->postings(term);
      found += part.live ? static_cast<std::size_t>(
                               std::ranges::count_if(postings, [&](const auto& p) { return part.is_live(p.row); }))
                         : postings.size();
    }
  }
  // Two languages may write one passage's word alike; no word is in more passages than there are.
  const auto n = static_cast<double>(std::min(found, passages_)), all = static_cast<double>(passages_);
  return std::log(1 + (all - n + 0.5) / (n + 0.5));
}

double Snapshot::rarity(std::string_view term) const {
  return idf({std::string(term)});
}

// One sum a row, always added up in the order of the question's words.
std::vector<double> Snapshot::scores(const Part& part, const Query& query, std::span<const double> idfs) const {
  const auto body = length_share(body_field, lengths_.body, passages_);
  const auto headings = length_share(headings_field, lengths_.headings, passages_);
  const auto title = length_share(title_field, lengths_.title, passages_);
  std::vector<double> out(part.run->rows());
  for (std::size_t w = 0; w < query.words.size(); ++w) {
    for (const auto& term : query.words[w]) {
      for (const auto& posting : part.run->postings(term)) {
        const auto& lengths = part.run->lengths(posting.row);
        double count = body_field.weight * posting.body / body(lengths.body);
        if (posting.headings) count += headings_field.weight * posting.headings / headings(lengths.headings);
        if (posting.title) count += title_field.weight * posting.title / title(lengths.title);
        out[posting.row] += idfs[w] * count * (saturation + 1) / (saturation + count);
      }
    }
  }
  return out;
}

std::vector<Candidate> Snapshot::ranked(const Query& query, std::size_t count, bool with_phrases) const {
  std::vector<double> idfs;
  for (const auto& word : query.words) idfs.push_back(idf(word));
  const auto before = [this](const Candidate& a, const Candidate& b) { return ranks_before(a, b); };
  TopK<Candidate, decltype(before)> best(count, before);
  for (const auto& part : parts_) {
    const auto sums = scores(part, query, idfs);
    for (std::uint32_t row = 0; row < sums.size(); ++row) {
      if (sums[row] <= 0 || !part.is_live(row)) continue;
      if (best.full() && sums[row] < best.worst().score) continue;
      const auto holds = [&](const auto& phrase) { return part.run->holds(row, phrase); };
      if (with_phrases && !std::ranges::all_of(query.phrases, holds)) continue;
      best.offer(Candidate{part.first + row, sums[row]});
    }
  }
  return best.take();
}

std::vector<Candidate> Snapshot::keyword(std::string_view question, std::size_t count) const {
  if (count == 0) return {};
  const auto query = parse_query(question, languages_);
  if (!query.phrases.empty()) {
    if (auto exact = ranked(query, count, true); !exact.empty()) return exact;
  }
  return ranked(query, count, false);
}

std::vector<Candidate> Snapshot::semantic(std::span<const float> vector, std::size_t count) const {
  if (count == 0 || dimension_ == 0 || vector.size() != dimension_) return {};
  const auto query = quantise(vector);
  if (query.scale == 0) return {};
  constexpr std::size_t block = 1024;
  std::array<std::int32_t, block> dots;
  const auto before = [this](const Candidate& a, const Candidate& b) { return ranks_before(a, b); };
  TopK<Candidate, decltype(before)> best(count, before);
  for (const auto& part : parts_) {
    const auto& vectors = part.run->vectors();
    for (std::size_t from = 0; from < vectors.size(); from += block) {
      const auto rows = std::min(block, vectors.size() - from);
      vectors.dot(query.values, from, std::span(dots).first(rows));
      for (std::size_t i = 0; i < rows; ++i) {
        const auto row = static_cast<std::uint32_t>(from + i);
        const auto score = static_cast<double>(dots[i]) * vectors.scale(row) * query.scale;
        if (best.full() && score < best.worst().score) continue;
        if (vectors.has_vector(row) && part.is_live(row)) best.offer(Candidate{part.first + row, score});
      }
    }
  }
  return best.take();
}

bool Snapshot::has_vector(PassageRef ref) const {
  if (dimension_ == 0) return false;
  const auto& part = parts_[part_index(ref)];
  return part.run->vectors().has_vector(ref - part.first);
}

double Snapshot::similarity(std::span<const float> vector, PassageRef ref) const {
  if (dimension_ == 0 || vector.size() != dimension_) return 0;
  const auto query = quantise(vector);
  const auto& part = parts_[part_index(ref)];
  const auto row = ref - part.first;
  std::int32_t dot = 0;
  part.run->vectors().dot(query.values, row, std::span(&dot, 1));
  return static_cast<double>(dot) * part.run->vectors().scale(row) * query.scale;
}

const Posting* Snapshot::posting(PassageRef ref, std::string_view term) const {
  const auto& part = parts_[part_index(ref)];
  const auto postings = part.run->postings(term);
  const auto row = ref - part.first;
  const auto found = std::ranges::lower_bound(postings, row, {}, &Posting::row);
  return found != postings.end() && found->row == row ? &*found : nullptr;
}

bool Snapshot::contains(PassageRef ref, std::string_view term) const {
  const auto* found = posting(ref, term);
  return found != nullptr && found->body > 0;
}

bool Snapshot::is_headed(PassageRef ref, std::string_view term) const {
  const auto* found = posting(ref, term);
  return found != nullptr && found->headings > 0;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> Snapshot::spread(std::string_view term) const {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  for (const auto& part : parts_) {
    for (const auto& posting : part.run->postings(term)) {
      if (posting.body == 0 || !part.is_live(posting.row)) continue;
      const auto document = part.documents[part.run->segment_of(posting.row)];
      if (out.empty() || out.back().first != document) out.emplace_back(document, 0);
      ++out.back().second;
    }
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace oprag::search
