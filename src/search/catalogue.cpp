#include "search/catalogue.hpp"

#include <algorithm>

namespace oprag::search {
namespace {

constexpr std::size_t shortest_beginning = 3;

std::vector<std::uint32_t> each_once(std::vector<std::uint32_t> documents) {
  std::ranges::sort(documents);
  documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
  return documents;
}

}  // namespace

Catalogue::Catalogue(std::span<const Segment* const> segments) : segments_(segments.begin(), segments.end()) {
  for (std::uint32_t d = 0; d < segments_.size(); ++d) {
    for (const auto& word : segments_[d]->names.words) words_.emplace_back(word, d);
    for (const auto& pair : segments_[d]->names.pairs) pairs_.emplace_back(pair, d);
  }
  std::ranges::sort(words_);
  std::ranges::sort(pairs_);
}

void Catalogue::add_named(const Entries& entries, std::string_view asked, std::vector<std::uint32_t>& out) {
  for (auto found = std::ranges::lower_bound(entries, asked, {}, &Entries::value_type::first);
       found != entries.end() && found->first.starts_with(asked); ++found) {
    if (found->first == asked || asked.size() >= shortest_beginning) out.push_back(found->second);
  }
}

std::vector<std::uint32_t> Catalogue::called_by_word(std::string_view word) const {
  std::vector<std::uint32_t> out;
  add_named(words_, word, out);
  add_named(pairs_, word, out);
  return each_once(std::move(out));
}

// Of two pairs each word is looked at by itself: "of the" is in many a name.
std::vector<std::uint32_t> Catalogue::called_by_pair(std::string_view pair) const {
  std::vector<std::uint32_t> out;
  add_named(words_, pair, out);
  return each_once(std::move(out));
}

}  // namespace oprag::search
