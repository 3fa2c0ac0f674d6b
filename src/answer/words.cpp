#include "answer/words.hpp"

#include <algorithm>

#include "search/terms.hpp"

namespace oprag::answer {
namespace {

constexpr std::uint32_t near = 3;  // words further on

}  // namespace

Words::Words(const Question& question, std::string_view text, std::string_view language) {
  for (const auto& token : search::terms_of(text, language)) {
    const auto found = std::ranges::find(question.terms, token.text, &WeightedTerm::term);
    if (found != question.terms.end()) {
      found_.push_back(
          {token.begin, token.end, static_cast<std::size_t>(found - question.terms.begin()), token.position});
    }
  }
}

std::span<const Words::Place> Words::within(const Span& span) const {
  const auto from = std::ranges::lower_bound(found_, span.begin, {}, &Place::begin);
  const auto to = std::find_if(from, found_.end(), [&](const Place& place) { return place.end > span.end; });
  return {from, to};
}

double weight_of(const Question& question, std::span<const Words::Place> places, std::span<const Words::Place> more) {
  std::vector<bool> counted(question.terms.size());
  double out = 0;
  for (const auto list : {places, more}) {
    for (const auto& place : list) {
      if (!counted[place.term]) out += question.terms[place.term].weight;
      counted[place.term] = true;
    }
  }
  return out;
}

const Reading& Readings::of(index::PassageRef ref) {
  const auto known = read_.find(ref);
  if (known != read_.end()) return known->second;
  const auto& passage = view_.passage(ref);
  Words words(question_, passage.text, view_.document(view_.document_of(ref)).language);
  return read_.emplace(ref, Reading{std::move(words), sentences_of(passage.text, passage.kind)}).first->second;
}

double weight_of_pairs(const Question& question, std::span<const Words::Place> places) {
  const auto& terms = question.terms;
  if (terms.size() < 2) return weight_of(question, places);
  std::vector<bool> together(terms.size());  // with the next one
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (auto j = i + 1; j < places.size() && places[j].position <= places[i].position + near; ++j) {
      if (places[j].term == places[i].term + 1) together[places[i].term] = true;
    }
  }
  double out = 0;
  for (std::size_t i = 0; i + 1 < terms.size(); ++i) {
    if (together[i]) out += (terms[i].weight + terms[i + 1].weight) / 2;
  }
  return out;
}

}  // namespace oprag::answer
