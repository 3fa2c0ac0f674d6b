// True and corrupted statements over given texts, made by rule, against which the checker is measured. Frozen: it came
// before the checker, and the two share no code and no word lists.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oprag::verify::corpus {

// What a statement is made of.
struct Text {
  std::string text;
  std::vector<std::string> sentences;                          // of `text`
  std::vector<std::pair<std::string, std::string>> questions;  // with answers that the text holds
};

enum class Kind {
  // True.
  verbatim,
  reordered,  // a phrase or a list in another order
  rescaled,   // the same quantity in another unit or spelling
  redated,    // the same date in another form
  shortened,  // without a parenthesis or a trailing clause
  answered,   // a question and its answer as a statement
  // False.
  number,
  unit,
  date,
  name,
  negation,
  comparison,
  role,       // who did it to whom
  elsewhere,  // said, but by another text
};
bool is_true(Kind kind);
bool is_paraphrase(Kind kind);
std::string_view name_of(Kind kind);

struct Sample {
  Kind kind = Kind::verbatim;
  std::string statement;
  std::size_t text = 0;  // the one that is cited
};

// At most `per_kind` of each kind, spread over the texts; the same texts and seed give the same samples.
std::vector<Sample> generate(std::span<const Text> texts, std::uint64_t seed, std::size_t per_kind);

// SplitMix64: the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::size_t below(std::size_t count) { return count == 0 ? 0 : static_cast<std::size_t>(next() % count); }

 private:
  std::uint64_t state_;
};

// The steps, each nothing when the sentence has nothing to work on.
std::optional<std::string> paraphrase(Kind kind, const std::string& sentence, Random& random);
std::optional<std::string> statement_of(const std::string& question, const std::string& answer);
// `other_names`: what may stand in a name's place.
std::optional<std::string> corrupt(Kind kind, const std::string& sentence, std::span<const std::string> other_names,
                                   Random& random);

struct Place {
  std::size_t begin = 0, end = 0;  // bytes
};
// Runs of capitalised words that do not merely begin the sentence.
std::vector<Place> names_in(const std::string& sentence);

}  // namespace oprag::verify::corpus
