// A text as the checker sees it: words, amounts and dates in order, with the clause and sentence that each stands in.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "verify/lexicon.hpp"
#include "verify/quantity.hpp"

namespace oprag::verify {

enum class TokenKind { word, quantity, date };

struct Token {
  TokenKind kind = TokenKind::word;
  WordClass word_class = WordClass::content;
  std::string form, stem;  // folded, without accents; an amount or date has no stem
  Quantity quantity;
  Date date;
  bool name = false;  // capitalised without beginning a sentence
  bool in_brackets = false;
  bool after_mark = false;   // a comma, bracket or the like stands before it: it may begin an insertion
  std::size_t order = 0;     // among the tokens as written
  std::size_t sentence = 0;  // counted from 0
  std::size_t clause = 0;    // between two such marks

  bool carries() const { return kind != TokenKind::word || word_class == WordClass::content; }
};

struct Reading {
  const Lexicon* lexicon = nullptr;
  std::vector<Token> tokens;
  std::size_t sentences = 0;
};

// The items of "Norway, Denmark and Iceland" come in one order, however written, unless "respectively" counts on it.
// `lexicon`: that of the text when a statement about it is read; nothing: chosen by the text's own words.
Reading read(std::string_view text, const Lexicon* lexicon = nullptr);

}  // namespace oprag::verify
