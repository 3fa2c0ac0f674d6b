// The closed classes of a few languages: words that carry no claim, words that turn one round, names of numbers and
// months. A language without a lexicon has none of them, so that there every word of a statement must be found.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace oprag::verify {

enum class WordClass {
  content,
  light,        // articles, forms of "be" and "have", pronouns: may come and go
  preposition,  // says which part a name plays
  joint,        // "and", "or"
  weighty,      // may not be left out: "if", "only", "may", "said", "half"
  negation,
};

class Lexicon {
 public:
  struct Words {
    WordClass kind;
    std::string_view words;  // folded, without accents, between blanks
  };
  struct Number {
    std::string_view word;
    std::int64_t value = 0;
  };

  // That of the language whose light words `words` has most of; one without entries when there are too few.
  static const Lexicon& of(std::span<const std::string_view> words);

  std::string_view language() const { return language_; }
  WordClass class_of(std::string_view word) const;
  std::optional<std::int64_t> number(std::string_view word) const;   // "seven"
  std::optional<std::int64_t> ordinal(std::string_view word) const;  // "third"
  std::optional<int> month(std::string_view word) const;             // 1 to 12
  bool is_passive_by(std::string_view word) const { return !word.empty() && word == by_; }
  // "in 2004", "on Monday": which one is a matter of grammar.
  bool says_where(std::string_view word) const {
    return language_ == "en" && (word == "in" || word == "on" || word == "at" || word == "of");
  }
  // "rose" and "fell": which way something goes or compares.
  bool are_opposites(std::string_view a, std::string_view b) const;

  Lexicon(std::string_view language, std::string_view by, std::span<const Words> words, std::span<const Number> numbers,
          std::span<const Number> ordinals, std::span<const std::string_view> months, std::string_view opposites)
      : language_(language),
        by_(by),
        words_(words),
        numbers_(numbers),
        ordinals_(ordinals),
        months_(months),
        opposites_(opposites) {}

 private:
  std::string_view language_, by_;
  std::span<const Words> words_;
  std::span<const Number> numbers_, ordinals_;
  std::span<const std::string_view> months_;
  std::string_view opposites_;
};

}  // namespace oprag::verify
