// Segments merged into one inverted index and one table of vectors, so that five thousand short documents are searched
// like one long one. Immutable; built in one pass.
#pragma once
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "search/segment.hpp"
#include "search/vectors.hpp"

namespace oprag::search {

// How often a term stands in each field of a passage; counts stop at the type's largest value.
struct Posting {
  std::uint32_t row = 0;
  std::uint16_t body = 0;
  std::uint8_t headings = 0;
  std::uint8_t title = 0;
};

// Words by field: of one passage, or of many together.
struct Lengths {
  std::uint64_t body = 0, headings = 0, title = 0;
  Lengths& operator+=(const Lengths& other);
};

// A passage is a row: the segments' passages, one segment after the other.
class Run {
 public:
  Run(std::vector<std::shared_ptr<const Segment>> segments, std::size_t dimension);

  std::span<const std::shared_ptr<const Segment>> segments() const noexcept { return segments_; }
  std::size_t rows() const noexcept { return places_.size(); }
  std::uint32_t first_row(std::size_t segment) const { return first_rows_[segment]; }
  std::size_t segment_of(std::uint32_t row) const { return places_[row].segment; }
  const Passage& passage(std::uint32_t row) const;
  const Lengths& lengths(std::uint32_t row) const { return lengths_[row]; }
  const Lengths& total_lengths() const noexcept { return total_lengths_; }
  const std::set<std::string>& languages() const noexcept { return languages_; }

  // By row; empty for a term that does not occur.
  std::span<const Posting> postings(std::string_view term) const;
  // Whether the body holds the phrase: for each position, the terms that may stand there.
  bool holds(std::uint32_t row, std::span<const std::vector<std::string>> phrase) const;
  // Segments of another dimension have rows without vectors.
  const VectorTable& vectors() const noexcept { return vectors_; }

 private:
  struct Place {
    std::uint32_t segment, ordinal;
  };
  struct Occurrence {
    std::uint32_t term;
    Posting posting;
  };

  void add_words(const Segment& segment);
  void count_terms(const Segment& segment, std::uint32_t first_row, std::vector<Occurrence>& out);
  void sort_by_term(const std::vector<Occurrence>& occurrences);
  void add_vectors(const Segment& segment);

  std::vector<std::shared_ptr<const Segment>> segments_;
  std::vector<std::uint32_t> first_rows_;
  std::vector<Place> places_;
  std::vector<Lengths> lengths_;
  Lengths total_lengths_;
  std::set<std::string> languages_;
  std::unordered_map<std::string_view, std::uint32_t> terms_;  // keys lie in the segments' vocabularies
  std::vector<std::vector<std::uint32_t>> terms_of_segment_;   // vocabulary index -> term
  std::vector<Posting> postings_;
  std::vector<std::size_t> ends_;  // of each term's postings
  VectorTable vectors_;
};

}  // namespace oprag::search
