#include "index/embedded_index.hpp"

#include <gtest/gtest.h>

#include "index/testing_history.hpp"

namespace oprag::index {
namespace {

using testing::History;
using testing::World;

// A passage by what it is, not by its ids and references, which differ between indexes.
using Place = std::tuple<std::string, std::string, std::uint32_t>;
Place place_of(const View& view, PassageRef ref) {
  const auto& document = view.document(view.document_of(ref));
  return {document.text_sha256, document.filename, view.passage(ref).ordinal};
}

using Seen = std::vector<std::pair<Place, double>>;
Seen seen(const View& view, const std::vector<Candidate>& candidates) {
  Seen out;
  for (const auto& [passage, score] : candidates) out.emplace_back(place_of(view, passage), score);
  return out;
}

std::vector<std::tuple<std::string, std::string, std::string>> documents_of(const View& view) {
  std::vector<std::tuple<std::string, std::string, std::string>> out;
  for (std::size_t i = 0; i < view.document_count(); ++i) {
    const auto& document = view.document(i);
    out.emplace_back(document.text_sha256, document.filename, document.title);
  }
  return out;
}

void expect_same(const View& a, const View& b, std::span<const std::string> questions) {
  ASSERT_EQ(a.passage_count(), b.passage_count());
  ASSERT_EQ(documents_of(a), documents_of(b));
  for (const auto& question : questions) {
    const auto vector = testing::embedding(question);
    for (const std::size_t count : {3u, 1000u}) {
      ASSERT_EQ(seen(a, a.keyword(question, count)), seen(b, b.keyword(question, count))) << question;
      ASSERT_EQ(seen(a, a.semantic(vector, count)), seen(b, b.semantic(vector, count))) << question;
    }
    for (const auto& term : search::terms_of(question, "en")) {
      ASSERT_EQ(a.rarity(term.text), b.rarity(term.text)) << term.text;
      ASSERT_EQ(a.spread(term.text), b.spread(term.text)) << term.text;
      ASSERT_EQ(a.catalogue().called_by_word(term.text), b.catalogue().called_by_word(term.text)) << term.text;
    }
  }
}

std::vector<std::string> questions_of(History& history) {
  std::vector<std::string> out;
  for (int i = 0; i < 6; ++i) out.push_back(history.writer().question());
  return out;
}

struct Embedded : ::testing::TestWithParam<std::string> {
  World world{GetParam()};
};

TEST_P(Embedded, index_of_any_history_equals_one_of_the_same_documents_made_afresh) {
  std::size_t passages = 0;
  for (unsigned seed = 0; seed < testing::sequences(); ++seed) {
    SCOPED_TRACE("history " + std::to_string(seed));
    History history(world, seed);
    history.go_on(24);
    const auto questions = questions_of(history);
    const auto fresh = history.rebuilt();
    passages += fresh->passage_count();
    for (std::size_t node = 0; node < world.nodes.size(); ++node) {
      ASSERT_NO_FATAL_FAILURE(expect_same(*history.view(node), *fresh, questions)) << "node " << node;
    }
    ASSERT_NO_FATAL_FAILURE(expect_same(*history.rebuilt(), *fresh, questions)) << "in another order";
  }
  EXPECT_GT(passages, 20 * testing::sequences()) << "histories that end with hardly anything show nothing";
}

TEST_P(Embedded, index_is_the_same_after_a_restart_in_the_midst_of_its_history) {
  for (unsigned seed = 0; seed < std::max(1u, testing::sequences() / 10); ++seed) {
    SCOPED_TRACE("history " + std::to_string(seed));
    History history(world, seed);
    history.go_on(12);
    const auto questions = questions_of(history);
    const auto before = history.view();
    world.restart();
    ASSERT_NO_FATAL_FAILURE(expect_same(*before, *history.view(), questions));
    history.go_on(12);
    ASSERT_NO_FATAL_FAILURE(expect_same(*history.view(), *history.rebuilt(), questions));
  }
}

TEST_P(Embedded, index_takes_its_dimension_from_the_first_document_that_has_vectors) {
  const auto scope = world.project(random_base62);
  world.put(scope, {"doc_a"}, 1, {"empty.txt", ""});
  ASSERT_EQ(world.nodes[0]->open(scope)->passage_count(), 0u);
  world.put(scope, {"doc_b"}, 1, {"notes.txt", "The lithium battery."});
  for (const auto& node : world.nodes) {
    const auto found = node->open(scope)->semantic(testing::embedding("lithium"), 5);
    EXPECT_EQ(found.size(), 1u);
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, Embedded, ::testing::ValuesIn(db::testing::engines()));

}  // namespace
}  // namespace oprag::index
