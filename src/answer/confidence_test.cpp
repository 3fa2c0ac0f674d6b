#include "answer/confidence.hpp"

#include <gtest/gtest.h>

#include "answer/engine.hpp"
#include "answer/testing_view.hpp"

namespace oprag::answer {
namespace {

const std::string question = "How many pallets does the delivery van hold?";

double confidence_of(const index::View& view, const Question& read, std::span<const float> vector) {
  Readings readings(view, read);
  return confidence(view, read, vector, retrieve(view, read, vector, {}, 1), readings);
}

double confidence_in(const std::string& text, const std::string& asked = question) {
  const auto view = testing::view_of({{"a.txt", {text}}});
  const auto read = read_question(*view, asked);
  return confidence_of(*view, read, {});
}

const auto many_passages =
    testing::view_of({{"a.txt", std::vector<std::string>(500, "The delivery van has a battery.")}});

TEST(Confidence, is_greater_when_one_sentence_says_it_all) {
  EXPECT_GT(confidence_in("The gate is blue. The van may hold, at delivery, pallets."),
            confidence_in("The van is blue. It may hold it. At delivery, pallets."));
}

TEST(Confidence, is_greater_when_neighbours_stay_together) {
  EXPECT_GT(confidence_in("Pallets that the delivery van can hold."),
            confidence_in("Pallets of the van hold a delivery."));
  EXPECT_GT(confidence_in("Pallets that the delivery van can hold."),
            confidence_in("Pallets that hold the van delivery."));
  EXPECT_EQ(confidence_in("The battery.", "Battery?"), 1);
}

TEST(Confidence, is_a_mean_with_the_cosine_where_there_is_one) {
  testing::Made made{"a.txt", {"The delivery van holds twelve pallets."}};
  made.vectors = {{0.6f, 0.8f}};
  const auto view = testing::view_of({made});
  const auto read = read_question(*view, question);
  const auto words = confidence_of(*view, read, {});
  const std::vector<float> vector{0.8f, 0.6f};
  EXPECT_NEAR(confidence_of(*view, read, vector), (words + 0.96) / 2, 0.01);
}

TEST(Threshold, is_higher_for_few_words_and_in_many_passages) {
  const auto one = testing::view_of({{"a.txt", {"The delivery van has a battery."}}});
  const auto few = read_question(*many_passages, "Which battery?"), more = read_question(*many_passages, question);
  for (const bool embedded : {false, true}) {
    EXPECT_GT(shipped_threshold(*many_passages, few, embedded), shipped_threshold(*many_passages, more, embedded));
    EXPECT_GT(shipped_threshold(*many_passages, more, embedded), shipped_threshold(*one, more, embedded));
  }
}

TEST(Threshold, lets_a_single_word_be_asked_for_without_embedder) {
  const Engine engine([](const std::string&) { return std::vector<float>(); });
  EXPECT_TRUE(engine.answer(*many_passages, "Battery?", {}, {}).answered);
  EXPECT_FALSE(engine.answer(*many_passages, "Engine?", {}, {}).answered);
}

}  // namespace
}  // namespace oprag::answer
