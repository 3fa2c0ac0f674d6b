#include "answer/confidence.hpp"

#include <algorithm>
#include <cmath>

namespace oprag::answer {
namespace {

constexpr std::size_t judged = 10;  // passages, of the best
constexpr double many_passages = 400;

// least + chance / sqrt(terms) * (log(1 + n) / log(1 + many_passages)) ^ growth. A question of few words is covered by
// chance more often than one of many, as a mean of few values strays further; and the best of many passages' chance
// scores is higher than the best of few. Read off other sets than the goals' (`eval_local --sets calibration`,
// docs/quality.md).
struct Curve {
  double least, chance, growth;
};
constexpr Curve with_vectors{0.18, 0.4, 1};
constexpr Curve words_alone{-0.04, 0.8, 0.5};

// How much of the question its words say: all of them, those of one sentence, and neighbours that stay together.
double by_words(const Question& question, const Reading& reading) {
  const auto& words = reading.words;
  double sentence = 0;
  for (const auto& span : reading.sentences) {
    sentence = std::max(sentence, weight_of(question, words.within(span)));
  }
  return (weight_of(question, words.all()) + sentence + weight_of_pairs(question, words.all())) / 3;
}

}  // namespace

double confidence(const index::View& view, const Question& question, std::span<const float> vector,
                  const std::vector<Ranked>& ranking, Readings& readings) {
  double out = 0;
  for (const auto& ranked : std::span(ranking).first(std::min(ranking.size(), judged))) {
    auto score = by_words(question, readings.of(ranked.passage));
    if (!vector.empty() && view.has_vector(ranked.passage)) {
      const auto cosine = ranked.semantic.value_or(view.similarity(vector, ranked.passage));
      score = (std::clamp(cosine, 0.0, 1.0) + score) / 2;
    }
    out = std::max(out, score);
  }
  return out;
}

double shipped_threshold(const index::View& view, const Question& question, bool embedded) {
  const auto [least, chance, growth] = embedded ? with_vectors : words_alone;
  const auto terms = static_cast<double>(std::max<std::size_t>(1, question.terms.size()));
  const auto n = std::min(static_cast<double>(view.passage_count()), many_passages);
  return least + chance / std::sqrt(terms) * std::pow(std::log1p(n) / std::log1p(many_passages), growth);
}

}  // namespace oprag::answer
