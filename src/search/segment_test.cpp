#include "search/segment.hpp"

#include <gtest/gtest.h>

#include <random>

namespace oprag::search {
namespace {

Segment example() {
  Document document{.id = {"doc_1"},
                    .version = 3,
                    .filename = "ACME_2022-10K.pdf",
                    .key_name = "x-ACME.pdf",
                    .title = "Annual Report",
                    .text_sha256 = "ab",
                    .language = "en",
                    .attributes = {{"period", "FY2022"}}};
  std::vector<Passage> passages = {
      {.start = 0, .end = 12, .page = 1, .headings = {"Liquidity", "Debt"}, .text = "Häuser rose."},
      {.start = 12, .end = 20, .kind = PassageKind::table, .table_head = "2022 | 2021", .text = "a long-t"}};
  const std::vector<std::vector<float>> vectors = {{0.6f, -0.8f, 0}, {0, 0, 1}};
  return make_segment(std::move(document), std::move(passages), vectors);
}

TEST(Segment, survives_its_bytes) {
  const auto segment = example();
  const auto decoded = decode(encode(segment));
  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(*decoded, segment);
  EXPECT_EQ(decoded->passages[1].ordinal, 1u);
}

TEST(Segment, is_called_as_its_text_speaks_unless_its_file_is_called_so) {
  const auto names = [](const std::string& filename) {
    Document document{.filename = filename, .attributes = {{"names", "boreal dollar"}, {"period", "2021"}}};
    const auto segment = make_segment(std::move(document), {{.start = 0, .end = 1, .text = "a"}}, {});
    return std::pair(segment.names.words, segment.periods.years);
  };
  using Words = std::vector<std::string>;
  EXPECT_EQ(names("scan 17.pdf"), std::pair(Words({"boreal", "dollar", "scan"}), std::vector{2021}));
  EXPECT_EQ(names("Boreal_2020.pdf"), std::pair(Words({"boreal"}), std::vector{2020}));
  EXPECT_EQ(names("boreal.pdf"), std::pair(Words({"boreal"}), std::vector{2021}));
}

TEST(Segment, has_no_vectors_when_none_are_given) {
  const auto segment = make_segment({.language = "en"}, {{.start = 0, .end = 1, .text = "a"}}, {});
  EXPECT_EQ(segment.dimension, 0u);
  EXPECT_EQ(decode(encode(segment)).value(), segment);
}

TEST(Segment, refuses_vectors_that_do_not_fit) {
  const std::vector<std::vector<float>> one = {{1, 2}};
  const std::vector<std::vector<float>> uneven = {{1, 2}, {1}};
  const std::vector<Passage> passages = {{.end = 1, .text = "a"}, {.end = 1, .text = "b"}};
  EXPECT_THROW(make_segment({}, passages, one), std::invalid_argument);
  EXPECT_THROW(make_segment({}, passages, uneven), std::invalid_argument);
}

TEST(Segment, with_any_byte_changed_or_missing_is_refused) {
  const auto bytes = encode(example());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x20);
    EXPECT_FALSE(decode(changed)) << "byte " << i;
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, i)));
  }
  EXPECT_FALSE(decode(bytes + "x"));
}

// A checksum stops accidents, not authors: with a right one, every field is still checked.
TEST(Segment, with_a_right_checksum_and_hostile_content_is_refused_or_sound) {
  std::mt19937 random(7);
  const auto bytes = encode(example());
  constexpr std::size_t header = 32;
  std::size_t refused = 0, accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto payload = bytes.substr(header);
    for (int i = 0; i < 1 + round % 3; ++i) payload[random() % payload.size()] = static_cast<char>(random());
    if (round % 5 == 0) payload.resize(random() % payload.size());
    const auto decoded = decode(with_header(payload));
    if (!decoded) {
      ++refused;
      continue;
    }
    ++accepted;
    ASSERT_EQ(decoded->body.texts(), decoded->passages.size());
    ASSERT_EQ(decoded->vectors.size(), decoded->passages.size() * decoded->dimension);
    for (std::size_t p = 0; p < decoded->passages.size(); ++p) {
      for (const auto entry : decoded->body.text(p)) {
        ASSERT_LT(entry & ~TermStream::same_position, decoded->vocabulary.size());
      }
    }
  }
  EXPECT_GT(refused, 1000u);
  EXPECT_GT(accepted, 100u);
}

TEST(Segment, finds_the_words_of_a_file_name) {
  const auto segment = example();
  std::vector<std::string> title;
  for (const auto entry : segment.title.text(0))
    title.push_back(segment.vocabulary[entry & ~TermStream::same_position]);
  EXPECT_NE(std::ranges::find(title, "acm"), title.end());
  EXPECT_NE(std::ranges::find(title, "2022"), title.end());
  EXPECT_NE(std::ranges::find(title, "fy2022"), title.end());
  EXPECT_EQ(std::ranges::find(title, "pdf"), title.end());
}

}  // namespace
}  // namespace oprag::search
