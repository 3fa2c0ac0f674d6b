#include "search/project_index.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <random>
#include <thread>

#include "search/terms.hpp"

namespace oprag::search {
namespace {

constexpr std::size_t dimension = 8;

using SegmentPointer = std::shared_ptr<const Segment>;

SegmentPointer document(const std::string& id, const std::vector<std::string>& texts, const std::string& title = "",
                        const std::string& language = "en", const std::string& hash = "") {
  Document d{.id = {id},
             .filename = id + ".txt",
             .title = title,
             .text_sha256 = hash.empty() ? id : hash,
             .language = language};
  std::vector<Passage> passages;
  for (const auto& text : texts) passages.push_back({.text = text});
  return std::make_shared<const Segment>(make_segment(std::move(d), std::move(passages), {}));
}

std::vector<float> unit(std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> out(dimension);
  float squares = 0;
  for (auto& v : out) {
    v = normal(random);
    squares += v * v;
  }
  for (auto& v : out) v /= std::sqrt(squares);
  return out;
}

// Words by a power law, so that some are in every passage and some in one.
SegmentPointer random_document(int number, std::mt19937& random) {
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<Passage> passages(1 + random() % 6);
  std::vector<std::vector<float>> vectors;
  for (auto& passage : passages) {
    const auto words = 5 + random() % 40;
    for (std::size_t i = 0; i < words; ++i) {
      passage.text +=
          "w" + std::string(1, static_cast<char>('a' + static_cast<int>(26 * std::pow(uniform(random), 3)))) + " ";
    }
    passage.headings = {"w" + std::string(1, static_cast<char>('a' + random() % 26))};
    vectors.push_back(unit(random));
  }
  Document d{.id = {"doc_" + std::to_string(number)},
             .filename = "f.txt",
             .title = "wa wb",
             .text_sha256 = std::to_string(number % 50),
             .language = number % 3 ? "en" : "de"};
  return std::make_shared<const Segment>(make_segment(std::move(d), std::move(passages), vectors));
}

// What a caller sees of a ranking, without the references, which differ between snapshots.
using Seen = std::vector<std::tuple<std::string, std::uint32_t, double>>;
Seen seen(const Snapshot& snapshot, const std::vector<Candidate>& candidates) {
  Seen out;
  for (const auto& c : candidates) {
    const auto& segment = *snapshot.documents()[snapshot.document_of(c.passage)].segment;
    out.emplace_back(segment.document.id.value, snapshot.passage(c.passage).ordinal, c.score);
  }
  return out;
}

std::vector<std::string> found(const Snapshot& snapshot, std::string_view question) {
  std::vector<std::string> out;
  for (const auto& [id, ordinal, score] : seen(snapshot, snapshot.keyword(question, 10))) out.push_back(id);
  return out;
}

using Found = std::vector<std::string>;

TEST(Keyword, puts_rare_words_before_frequent_ones) {
  ProjectIndex index;
  index.update({document("a", {"the the the the report"}), document("b", {"the lithium supply"}),
                document("c", {"the the end of the report"})},
               {});
  EXPECT_EQ(found(*index.snapshot(), "the lithium").front(), "b");
  EXPECT_EQ(found(*index.snapshot(), "reports"), (Found{"a", "c"}));
  EXPECT_EQ(found(*index.snapshot(), "uranium"), Found{});
  EXPECT_EQ(found(*index.snapshot(), ""), Found{});
}

TEST(Keyword, scores_as_the_formula_says) {
  ProjectIndex index;
  index.update({document("a", {"lithium lithium"}), document("b", {"one two three four"})}, {});
  const auto hits = index.snapshot()->keyword("lithium", 1);
  ASSERT_EQ(hits.size(), 1u);
  const double idf = std::log(1 + (2 - 1 + 0.5) / (1 + 0.5));
  const double count = 2 / (0.5 + 0.5 * 2 / 3.0);  // mean length 3
  EXPECT_DOUBLE_EQ(hits[0].score, idf * count * 1.9 / (0.9 + count));
  EXPECT_DOUBLE_EQ(index.snapshot()->rarity("lithium"), idf);
}

TEST(Keyword, finds_by_title_heading_number_and_identifier) {
  ProjectIndex index;
  index.update(
      {document("a", {"net sales of $1,577 million"}, "Corning annual report"), document("b", {"part AB-12/3"})}, {});
  EXPECT_EQ(found(*index.snapshot(), "corning"), Found{"a"});
  EXPECT_EQ(found(*index.snapshot(), "1577"), Found{"a"});
  EXPECT_EQ(found(*index.snapshot(), "ab12/3"), Found{"b"});
}

TEST(Keyword, stems_each_document_in_its_own_language) {
  ProjectIndex index;
  index.update({document("a", {"running costs"}), document("b", {"alte Häuser"}, "", "de")}, {});
  EXPECT_EQ(found(*index.snapshot(), "runs"), Found{"a"});
  EXPECT_EQ(found(*index.snapshot(), "Haus"), Found{"b"});
}

TEST(Keyword, takes_a_quoted_phrase_at_its_word_unless_nothing_holds_it) {
  ProjectIndex index;
  index.update({document("a", {"net sales grew"}), document("b", {"sales net of tax: sales, net"}),
                document("c", {"long-term debt"}), document("d", {"debt over a long term"})},
               {});
  EXPECT_EQ(found(*index.snapshot(), "\"net sales\""), Found{"a"});
  EXPECT_EQ(found(*index.snapshot(), "net sales").size(), 2u);
  EXPECT_EQ(found(*index.snapshot(), "\"long term debt\""), Found{"c"});
  EXPECT_EQ(found(*index.snapshot(), "\"sales debt\"").size(), 4u);
}

TEST(Keyword, breaks_ties_by_content_then_name_then_reading_order) {
  ProjectIndex index;
  index.add(document("z", {"same words", "same words"}, "", "en", "hash1"));
  index.add(document("y", {"same words"}, "", "en", "hash0"));
  index.add(document("x", {"same words"}, "", "en", "hash1"));
  const auto snapshot = index.snapshot();
  const auto hits = seen(*snapshot, snapshot->keyword("same words", 10));
  ASSERT_EQ(hits.size(), 4u);
  EXPECT_EQ(std::get<0>(hits[0]), "y");
  EXPECT_EQ(std::get<0>(hits[1]), "x");
  EXPECT_EQ(std::get<0>(hits[2]), "z");
  EXPECT_EQ(std::get<1>(hits[2]), 0u);
  EXPECT_EQ(std::get<1>(hits[3]), 1u);
  // The cut keeps the same ones.
  EXPECT_EQ(seen(*snapshot, snapshot->keyword("same words", 3)), Seen(hits.begin(), hits.begin() + 3));
}

TEST(Keyword, knows_the_terms_of_a_passages_own_text) {
  ProjectIndex index;
  std::mt19937 random(11);
  for (int i = 0; i < 20; ++i) index.add(random_document(i, random));
  index.remove({"doc_3"});
  const auto snapshot = index.snapshot();
  for (PassageRef ref = 0; ref < snapshot->passage_count(); ++ref) {
    const auto& language = snapshot->documents()[snapshot->document_of(ref)].segment->document.language;
    std::set<std::string> own;
    for (const auto& term : terms_of(snapshot->passage(ref).text, language)) own.insert(term.text);
    for (char c = 'a'; c <= 'z'; ++c) {
      const auto word = std::string("w") + c;
      EXPECT_EQ(snapshot->contains(ref, word), own.contains(word)) << ref << " " << word;
    }
  }
}

TEST(Keyword, knows_how_many_passages_of_each_live_document_have_a_term) {
  ProjectIndex index;
  index.add(document("a", {"lithium supply", "no such word", "lithium"}, "lithium"));
  index.add(document("b", {"cobalt"}, "lithium"));
  index.add(document("c", {"lithium"}));
  index.remove({"c"});
  using Spread = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  EXPECT_EQ(index.snapshot()->spread("lithium"), (Spread{{0, 2}})) << "a title is no use of the word";
  EXPECT_EQ(index.snapshot()->spread("uranium"), Spread{});
}

TEST(Semantic, finds_the_nearest_and_says_the_cosine) {
  std::mt19937 random(3);
  std::vector<SegmentPointer> documents;
  for (int i = 0; i < 200; ++i) documents.push_back(random_document(i, random));
  ProjectIndex index;
  index.update(documents, {});
  const auto snapshot = index.snapshot();
  const auto query = unit(random);
  const auto hits = snapshot->semantic(query, snapshot->passage_count());
  ASSERT_EQ(hits.size(), snapshot->passage_count());
  for (std::size_t i = 0; i < hits.size(); ++i) {
    EXPECT_EQ(snapshot->similarity(query, hits[i].passage), hits[i].score);
    if (i > 0) {
      EXPECT_GE(hits[i - 1].score, hits[i].score);
    }
  }
  const auto self = snapshot->semantic(query, 1).front().score;
  EXPECT_LE(self, 1.01);
  EXPECT_TRUE(snapshot->semantic(std::vector<float>(3, 1.0f), 5).empty());
}

TEST(Semantic, leaves_out_passages_without_a_vector) {
  std::mt19937 random(3);
  ProjectIndex index;
  index.add(document("a", {"no vector here"}));
  EXPECT_TRUE(index.snapshot()->semantic(unit(random), 5).empty());
  EXPECT_EQ(index.snapshot()->similarity(unit(random), 0), 0);
}

TEST(Index, that_grew_and_shrank_answers_exactly_like_one_built_at_once) {
  std::mt19937 random(11);
  std::map<int, SegmentPointer> live;
  ProjectIndex grown;
  for (int step = 0; step < 400; ++step) {
    const int number = static_cast<int>(random() % 150);
    if (random() % 3 == 0) {
      grown.remove({"doc_" + std::to_string(number)});
      live.erase(number);
    } else {
      live[number] = random_document(number, random);
      grown.add(live[number]);
    }
    if (step % 40 != 39) continue;
    std::vector<SegmentPointer> documents;
    for (const auto& [n, segment] : live) documents.push_back(segment);
    std::ranges::shuffle(documents, random);
    ProjectIndex built;
    built.update(documents, {});
    const auto a = grown.snapshot(), b = built.snapshot();
    ASSERT_EQ(a->passage_count(), b->passage_count());
    ASSERT_EQ(a->documents().size(), live.size());
    for (const auto* question : {"wa", "wz wy", "wa wb wc wd we", "\"wa wb\" wk"}) {
      for (const std::size_t count : {1u, 7u, 1000u}) {
        ASSERT_EQ(seen(*a, a->keyword(question, count)), seen(*b, b->keyword(question, count))) << step;
      }
      ASSERT_EQ(a->rarity(question), b->rarity(question));
    }
    const auto query = unit(random);
    ASSERT_EQ(seen(*a, a->semantic(query, 50)), seen(*b, b->semantic(query, 50)));
  }
}

TEST(Index, replaces_the_older_version_of_a_document) {
  ProjectIndex index;
  index.add(document("a", {"lithium"}));
  auto newer = std::make_shared<Segment>(*document("a", {"cobalt"}));
  newer->document.version = 2;
  const auto before = index.snapshot();
  index.add(newer);
  EXPECT_EQ(found(*before, "lithium"), Found{"a"}) << "a snapshot in use does not change";
  EXPECT_EQ(found(*index.snapshot(), "lithium"), Found{});
  EXPECT_EQ(found(*index.snapshot(), "cobalt"), Found{"a"});
  index.update({document("b", {"nickel"}), newer, document("a", {"old again"})}, {});
  EXPECT_EQ(found(*index.snapshot(), "cobalt"), Found{"a"});
  index.remove({"a"});
  index.remove({"b"});
  index.remove({"never there"});
  EXPECT_EQ(index.snapshot()->passage_count(), 0u);
  EXPECT_TRUE(index.snapshot()->documents().empty());
  EXPECT_EQ(found(*index.snapshot(), "cobalt"), Found{});
}

TEST(Index, is_read_while_it_is_written) {
  ProjectIndex index;
  std::mt19937 random(5);
  index.add(random_document(1000, random));
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      while (!done) {
        const auto snapshot = index.snapshot();
        for (const auto& hit : snapshot->keyword("wa wb", 20)) {
          if (snapshot->document_of(hit.passage) >= snapshot->documents().size()) ++wrong;
        }
        if (snapshot->keyword("wa", 5).empty()) ++wrong;
      }
    });
  }
  for (int i = 0; i < 300; ++i) index.add(random_document(i % 60, random));
  done = true;
  readers.clear();
  EXPECT_EQ(wrong, 0);
}

TEST(ProjectIndexTest, DocumentsWithoutVectorsAreJoinedByThemLater) {
  std::mt19937 random(11);
  const auto full = random_document(1, random), other = random_document(2, random);
  auto words = std::make_shared<Segment>(*full);
  words->vectors.clear(), words->scales.clear(), words->dimension = 0;
  ProjectIndex index;
  index.add(words);
  EXPECT_EQ(index.snapshot()->dimension(), 0u);
  EXPECT_FALSE(index.snapshot()->has_vector(0));
  EXPECT_FALSE(index.snapshot()->keyword("wa", 9).empty());
  index.add(other);  // the first vectors
  const auto query = unit(random);
  EXPECT_EQ(index.snapshot()->dimension(), dimension);
  EXPECT_EQ(index.snapshot()->semantic(query, 99).size(), other->passages.size());
  index.add(full);
  ProjectIndex fresh;
  fresh.update({full, other}, {});
  EXPECT_EQ(index.snapshot()->semantic(query, 99).size(), full->passages.size() + other->passages.size());
  const auto scores = [&](const ProjectIndex& i) {
    std::vector<double> out;
    for (const auto& c : i.snapshot()->semantic(query, 99)) out.push_back(c.score);
    for (const auto& c : i.snapshot()->keyword("wa wb wc", 99)) out.push_back(c.score);
    return out;
  };
  EXPECT_EQ(scores(index), scores(fresh));
}

}  // namespace
}  // namespace oprag::search
