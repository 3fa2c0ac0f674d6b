// The question's words in a text.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "answer/question.hpp"
#include "answer/sentences.hpp"

namespace oprag::answer {

// Where they stand, told once for all sentences of a passage.
class Words {
 public:
  Words(const Question& question, std::string_view text, std::string_view language);

  struct Place {
    std::size_t begin, end;  // bytes of the text
    std::size_t term;        // of the question's
    std::uint32_t position;  // counts the text's words
  };
  std::span<const Place> all() const { return found_; }
  // Those inside the stretch, in the order of reading.
  std::span<const Place> within(const Span& span) const;

 private:
  std::vector<Place> found_;
};

// The share of the question's weight that they have, each word counted once.
double weight_of(const Question& question, std::span<const Words::Place> places,
                 std::span<const Words::Place> more = {});
// The same of its words by their neighbours: a half for each that stands beside them in the text, too, in the same
// order. A single word has none and counts whole.
double weight_of_pairs(const Question& question, std::span<const Words::Place> places);

// A passage as the question reads it.
struct Reading {
  Words words;
  std::vector<Span> sentences;
};

// Each read once, for who judges and for who quotes.
class Readings {
 public:
  Readings(const index::View& view, const Question& question) : view_(view), question_(question) {}
  const Reading& of(index::PassageRef passage);

 private:
  const index::View& view_;
  const Question& question_;
  std::map<index::PassageRef, Reading> read_;
};

}  // namespace oprag::answer
