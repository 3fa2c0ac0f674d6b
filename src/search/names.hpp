// What a document is called and which times it speaks of, as a question would name it.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oprag::search {

struct Periods {
  std::vector<int> years, quarters;  // ascending, each once
  bool operator==(const Periods&) const = default;
};
// "2022", "FY22", "2023Q1", "Q2 of 2022", "second quarter".
Periods periods_of(std::string_view text);

// A name is one word here and two there ("Kraft Heinz", "KRAFTHEINZ"): so neighbours are kept written together, too.
// Ascending, each once.
struct Names {
  std::vector<std::string> words, pairs;
  bool operator==(const Names&) const = default;
};
Names names_in(std::string_view text);

// What a text calls its subject: the words that it writes with a capital wherever they stand and comes back to in
// passage after passage. Most frequent first.
std::vector<std::string> own_names(std::span<const std::string_view> passages);
// The year that it speaks of in most passages, the later of two; nothing when it dwells on none.
std::optional<int> own_year(std::span<const std::string_view> passages);

}  // namespace oprag::search
