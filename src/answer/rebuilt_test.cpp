// The same documents and question give the same answer: whatever came before, in whichever order, after a restart.
#include <gtest/gtest.h>

#include "answer/engine.hpp"
#include "index/testing_history.hpp"

namespace oprag::answer {
namespace {

using index::testing::History;
using index::testing::World;

const Engine& engine() {
  static const Engine out([](const std::string& question) { return index::testing::embedding(question); });
  return out;
}

// What a caller sees of a place; without ids and versions where indexes of different uploads are compared.
enum class With { ids, contents };
std::string seen(const Source& source, With with) {
  std::ostringstream out;
  if (with == With::ids) out << source.document_id.value << " v" << source.version << " ";
  out << source.text_sha256 << " " << source.filename << " p" << source.page_number.value.value_or(0) << " ["
      << source.start << "," << source.end << ") " << std::hexfloat << source.score << " " << source.excerpt;
  return out.str();
}

std::string seen(const SearchResult& result, With with) {
  std::ostringstream out;
  const auto& scores = result.scores;
  out << seen(static_cast<const Source&>(result), with) << std::hexfloat << " " << scores.keyword.value_or(-1) << " "
      << scores.semantic.value_or(-1) << " " << scores.fused.value_or(-1);
  return out.str();
}

// A line a place.
std::string seen(const index::View& view, const std::string& question, With with) {
  std::ostringstream out;
  for (const auto& result : engine().search(view, question, {.top_k = 50})) out << seen(result, with) << "\n";
  const auto answer = engine().answer(view, question, {}, {.min_score = 0.3});
  out << answer.answered << std::hexfloat << " " << answer.explanation.best_score << " " << answer.answer << "\n";
  for (const auto& source : answer.sources) out << seen(source, with) << "\n";
  return out.str();
}

struct Rebuilt : ::testing::TestWithParam<std::string> {
  World world{GetParam()};
};

TEST_P(Rebuilt, index_gives_the_answers_of_the_one_that_grew) {
  int answered = 0;
  for (unsigned seed = 0; seed < index::testing::sequences(); ++seed) {
    SCOPED_TRACE("history " + std::to_string(seed));
    History history(world, seed);
    history.go_on(24);
    const auto grown = history.view(), fresh = history.rebuilt(), shuffled = history.rebuilt();
    for (int i = 0; i < 6; ++i) {
      const auto question = history.writer().question();
      const auto expected = seen(*fresh, question, With::contents);
      ASSERT_EQ(seen(*grown, question, With::contents), expected) << question;
      ASSERT_EQ(seen(*shuffled, question, With::contents), expected) << question << " in another order";
      answered += engine().answer(*fresh, question, {}, {.min_score = 0.3}).answered;
    }
  }
  EXPECT_GT(answered, 2 * static_cast<int>(index::testing::sequences()));
}

TEST_P(Rebuilt, memory_after_a_restart_cites_the_same_documents) {
  for (unsigned seed = 0; seed < std::max(1u, index::testing::sequences() / 4); ++seed) {
    SCOPED_TRACE("history " + std::to_string(seed));
    History history(world, seed);
    history.go_on(24);
    const auto before = history.view();
    world.restart();
    const auto after = history.view();
    for (int i = 0; i < 6; ++i) {
      const auto question = history.writer().question();
      ASSERT_EQ(seen(*after, question, With::ids), seen(*before, question, With::ids)) << question;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, Rebuilt, ::testing::ValuesIn(db::testing::engines()));

}  // namespace
}  // namespace oprag::answer
