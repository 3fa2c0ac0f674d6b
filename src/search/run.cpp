#include "search/run.hpp"

#include <algorithm>
#include <limits>

namespace oprag::search {
namespace {

template <class T>
void count_up(T& counter) {
  if (counter < std::numeric_limits<T>::max()) ++counter;
}

std::uint64_t positions(std::span<const std::uint32_t> entries) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(entries, [](auto e) { return !(e & TermStream::same_position); }));
}

std::uint32_t word(std::uint32_t entry) {
  return entry & ~TermStream::same_position;
}

}  // namespace

Lengths& Lengths::operator+=(const Lengths& other) {
  body += other.body;
  headings += other.headings;
  title += other.title;
  return *this;
}

Run::Run(std::vector<std::shared_ptr<const Segment>> segments, std::size_t dimension)
    : segments_(std::move(segments)), vectors_(dimension) {
  std::size_t rows = 0;
  for (const auto& segment : segments_) {
    first_rows_.push_back(static_cast<std::uint32_t>(rows));
    rows += segment->passages.size();
  }
  places_.reserve(rows);
  lengths_.reserve(rows);
  if (dimension > 0) vectors_.reserve(rows);
  std::vector<Occurrence> occurrences;
  for (std::size_t s = 0; s < segments_.size(); ++s) {
    add_words(*segments_[s]);
    count_terms(*segments_[s], first_rows_[s], occurrences);
    if (dimension > 0) add_vectors(*segments_[s]);
    for (std::uint32_t i = 0; i < segments_[s]->passages.size(); ++i)
      places_.push_back({static_cast<std::uint32_t>(s), i});
  }
  sort_by_term(occurrences);
  for (const auto& lengths : lengths_) total_lengths_ += lengths;
  for (const auto& segment : segments_) languages_.insert(segment->document.language);
}

void Run::add_words(const Segment& segment) {
  auto& numbers = terms_of_segment_.emplace_back();
  numbers.reserve(segment.vocabulary.size());
  for (const auto& term : segment.vocabulary) {
    numbers.push_back(terms_.try_emplace(term, static_cast<std::uint32_t>(terms_.size())).first->second);
  }
}

void Run::count_terms(const Segment& segment, std::uint32_t first_row, std::vector<Occurrence>& out) {
  const auto& numbers = terms_of_segment_.back();
  std::vector<Posting> counts(segment.vocabulary.size());
  std::vector<std::uint32_t> touched;
  const auto counter = [&](std::uint32_t entry) -> Posting& {
    auto& count = counts[word(entry)];
    if (count.body == 0 && count.headings == 0 && count.title == 0) touched.push_back(word(entry));
    return count;
  };
  const auto title = segment.title.text(0);
  for (std::size_t i = 0; i < segment.passages.size(); ++i) {
    const auto body = segment.body.text(i), headings = segment.headings.text(i);
    for (const auto entry : body) count_up(counter(entry).body);
    for (const auto entry : headings) count_up(counter(entry).headings);
    for (const auto entry : title) count_up(counter(entry).title);
    for (const auto t : touched) {
      counts[t].row = first_row + static_cast<std::uint32_t>(i);
      out.push_back({numbers[t], counts[t]});
      counts[t] = {};
    }
    touched.clear();
    lengths_.push_back({positions(body), positions(headings), positions(title)});
  }
}

// A counting sort: keeps rows in order within a term.
void Run::sort_by_term(const std::vector<Occurrence>& occurrences) {
  std::vector<std::size_t> next(terms_.size() + 1);
  for (const auto& o : occurrences) ++next[o.term + 1];
  for (std::size_t t = 1; t < next.size(); ++t) next[t] += next[t - 1];
  ends_.assign(next.begin() + 1, next.end());
  postings_.resize(occurrences.size());
  for (const auto& o : occurrences) postings_[next[o.term]++] = o.posting;
}

void Run::add_vectors(const Segment& segment) {
  const bool fits = segment.dimension == vectors_.dimension();
  for (std::size_t i = 0; i < segment.passages.size(); ++i) {
    if (fits) {
      vectors_.add(std::span(segment.vectors).subspan(i * segment.dimension, segment.dimension), segment.scales[i]);
    } else {
      vectors_.add({}, 0);
    }
  }
}

const Passage& Run::passage(std::uint32_t row) const {
  const auto [segment, ordinal] = places_[row];
  return segments_[segment]->passages[ordinal];
}

std::span<const Posting> Run::postings(std::string_view term) const {
  const auto found = terms_.find(term);
  if (found == terms_.end()) return {};
  const auto begin = found->second == 0 ? 0 : ends_[found->second - 1];
  return std::span(postings_).subspan(begin, ends_[found->second] - begin);
}

bool Run::holds(std::uint32_t row, std::span<const std::vector<std::string>> phrase) const {
  const auto [segment, ordinal] = places_[row];
  const auto& numbers = terms_of_segment_[segment];
  std::vector<std::vector<std::uint32_t>> wanted;
  for (const auto& alternatives : phrase) {
    auto& terms = wanted.emplace_back();
    for (const auto& term : alternatives) {
      if (const auto found = terms_.find(term); found != terms_.end()) terms.push_back(found->second);
    }
    if (terms.empty()) return false;
  }
  // reached[i]: the last position read ends the first i + 1 positions of the phrase.
  std::vector<bool> reached(phrase.size()), before(phrase.size());
  for (const auto entry : segments_[segment]->body.text(ordinal)) {
    if (!(entry & TermStream::same_position)) {
      std::swap(before, reached);
      reached.assign(phrase.size(), false);
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const bool continues = i == 0 || before[i - 1];
      if (continues && std::ranges::find(wanted[i], numbers[word(entry)]) != wanted[i].end()) reached[i] = true;
    }
    if (reached.back()) return true;
  }
  return false;
}

}  // namespace oprag::search
