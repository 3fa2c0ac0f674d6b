// A snapshot's documents by what they are called and when they are of. Built once a snapshot, asked by every question.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search/names.hpp"
#include "search/segment.hpp"

namespace oprag::search {

class Catalogue {
 public:
  Catalogue() = default;
  // The segments outlive the catalogue; documents are indexes into them.
  explicit Catalogue(std::span<const Segment* const> segments);

  // Documents that the word, or its beginning's long form ("JPM" of "JPMORGAN"), names. Ascending, each once.
  std::vector<std::uint32_t> called_by_word(std::string_view word) const;
  // Documents that two words written together name.
  std::vector<std::uint32_t> called_by_pair(std::string_view pair) const;
  const Periods& periods(std::size_t document) const { return segments_[document]->periods; }
  std::size_t passages(std::size_t document) const { return segments_[document]->passages.size(); }
  std::size_t documents() const noexcept { return segments_.size(); }

 private:
  using Entries = std::vector<std::pair<std::string_view, std::uint32_t>>;  // by name, then document
  static void add_named(const Entries& entries, std::string_view asked, std::vector<std::uint32_t>& out);

  std::vector<const Segment*> segments_;
  Entries words_, pairs_;
};

}  // namespace oprag::search
