#include "models/wordpiece.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

namespace oprag::models {
namespace {

const std::filesystem::path model = "third_party/prefix/model";

using Ids = std::vector<std::int64_t>;

WordPiece small(WordPiece::Case letter_case = WordPiece::Case::fold) {
  return WordPiece(
      {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##want", "##ed", "want", "[", "]", "cl", "##s", "Want", "e"},
      letter_case);
}

TEST(WordPiece, takes_the_longest_piece_first) {
  EXPECT_EQ(small().encode("unwanted WANT", 99), (Ids{2, 4, 5, 6, 7, 3}));
}

TEST(WordPiece, calls_a_word_unknown_when_any_piece_is) {
  EXPECT_EQ(small().encode("unwantedx want", 99), (Ids{2, 1, 7, 3}));
  EXPECT_EQ(small().encode(std::string(101, 'e'), 99), (Ids{2, 1, 3}));
}

TEST(WordPiece, cuts_to_the_limit_and_keeps_the_last_special_token) {
  EXPECT_EQ(small().encode("want want want want", 4), (Ids{2, 7, 7, 3}));
  EXPECT_EQ(small().encode("unwanted", 3), (Ids{2, 4, 3}));
  EXPECT_EQ(small().encode("", 4), (Ids{2, 3}));
}

TEST(WordPiece, reads_special_tokens_in_the_text_as_text) {
  EXPECT_EQ(small().encode("[CLS]", 99), (Ids{2, 8, 10, 11, 9, 3}));
}

TEST(WordPiece, keeps_case_for_a_cased_model) {
  EXPECT_EQ(small(WordPiece::Case::keep).encode("Want want \u00e9", 99), (Ids{2, 12, 7, 1, 3}));
  EXPECT_EQ(small().encode("\u00e9", 99), (Ids{2, 13, 3}));
}

TEST(WordPiece, refuses_a_vocabulary_without_its_special_tokens) {
  EXPECT_THROW(WordPiece({"a", "b"}, WordPiece::Case::fold), std::runtime_error);
}

TEST(WordPiece, drops_malformed_bytes) {
  EXPECT_EQ(small().encode("wa\xffnt\xc3", 99), (Ids{2, 7, 3}));
}

class TokenizerFile : public testing::Test {
 protected:
  void write(std::string_view text) const { std::ofstream(directory_ / "tokenizer.json") << text; }
  void SetUp() override { std::filesystem::create_directories(directory_); }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path directory_ = std::filesystem::temp_directory_path() / ("wordpiece_" + std::to_string(getpid()));
};

TEST_F(TokenizerFile, gives_the_vocabulary_and_the_case) {
  write(
      R"({"normalizer":{"lowercase":false},"model":{"type":"WordPiece","vocab":{"[CLS]":0,"[SEP]":1,"[UNK]":2,"A":3}}})");
  EXPECT_EQ(WordPiece::from_directory(directory_).encode("A a", 9), (Ids{0, 3, 2, 1}));
}

TEST_F(TokenizerFile, of_another_kind_or_broken_is_refused) {
  for (const auto* text :
       {R"({"model":{"type":"Unigram"}})", "[]", "{", R"({"model":{"type":"WordPiece","vocab":{"a":7}}})",
        R"({"normalizer":{},"model":{"type":"WordPiece","vocab":{"a":"x"}}})"}) {
    write(text);
    EXPECT_THROW(WordPiece::from_directory(directory_), std::runtime_error) << text;
  }
}

// The golden file was written by the Python package `tokenizers` 0.23 (BertNormalizer, BertPreTokenizer, WordPiece).
TEST(WordPiece, agrees_with_the_reference_tokenizer) {
  if (!std::filesystem::exists(model / "vocab.txt")) GTEST_SKIP() << "no model in " << model << ": run scripts/setup";
  const auto tokenizer = WordPiece::from_directory(model);
  std::ifstream golden("src/models/golden/wordpiece.jsonl");
  int lines = 0;
  for (std::string line; std::getline(golden, line); ++lines) {
    const auto expected = boost::json::parse(line);
    const std::string text(expected.at("text").as_string());
    EXPECT_EQ(tokenizer.encode(text, 512), boost::json::value_to<Ids>(expected.at("ids"))) << text;
  }
  EXPECT_GT(lines, 40);
}

}  // namespace
}  // namespace oprag::models
