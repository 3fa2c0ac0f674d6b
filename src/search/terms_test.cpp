#include "search/terms.hpp"

#include <gtest/gtest.h>

#include "search/query.hpp"

namespace oprag::search {
namespace {

std::string words(std::string_view text, std::string_view language = "en") {
  std::string out;
  for (const auto& term : terms_of(text, language)) out += (out.empty() ? "" : " ") + term.text;
  return out;
}

struct Case {
  const char* text;
  const char* language;
  const char* terms;
};

class Tokenizing : public testing::TestWithParam<Case> {};

TEST_P(Tokenizing, writes_the_words_that_the_index_compares) {
  const auto& c = GetParam();
  EXPECT_EQ(words(c.text, c.language), c.terms) << c.text;
}

INSTANTIATE_TEST_SUITE_P(
    words, Tokenizing,
    testing::Values(Case{"Running the Companies' reports", "en", "run the compani report"},
                    Case{"the company's policy", "en", "the compani polici"},
                    Case{"the company\u2019s policy", "en", "the compani polici"},
                    Case{"Häuser und Straßen", "de", "haus und strass"}, Case{"H\u0061\u0308user", "de", "haus"},
                    Case{"naciones", "es", "nacion"}, Case{"nación", "es", "nacion"},
                    Case{"l'économie", "fr", "l econom"}, Case{"running", "xx", "running"},
                    Case{"running", "", "running"}, Case{"runs", "en-GB", "run"}, Case{"Ёлка", "ru", "елк"},
                    Case{"ﬁnance ＡＢＣ", "en", "financ abc"}, Case{"in\u00adfor\u00admation", "en", "inform"},
                    Case{"revenue\u00b9 rose", "en", "revenu rose"}, Case{"", "en", ""}, Case{" \n\t—…", "en", ""}));

INSTANTIATE_TEST_SUITE_P(
    numbers, Tokenizing,
    testing::Values(Case{"$1,577 (1577) 1577.00", "en", "1577 1577 1577"}, Case{"$1.5 and 1.50", "en", "1.5 and 1.5"},
                    Case{"1,234,567.80", "en", "1234567.8"}, Case{"1.577,00 €", "en", "1577"},
                    Case{"1.577", "de", "1577"}, Case{"1.577", "en", "1.577"}, Case{"3,5", "de", "3.5"},
                    Case{"1.234.567", "en", "1234567"}, Case{"12,34,567", "en", "1234567"},
                    Case{"2021,2022", "en", "2021,2022 2021 2022"}, Case{"in 2021, 2022.", "en", "in 2021 2022"},
                    Case{"5%", "en", "5"}, Case{"١٢٣ १२३", "", "123 123"}, Case{"0.05", "en", "0.05"}));

INSTANTIATE_TEST_SUITE_P(identifiers, Tokenizing,
                         testing::Values(Case{"AB-12/3", "en", "ab12/3 ab 12 3"},
                                         Case{"AB12/3", "en", "ab12/3 ab 12 3"}, Case{"FY2022", "en", "fy2022 fy 2022"},
                                         Case{"Q4", "en", "q4"}, Case{"10-K", "en", "10k 10 k"},
                                         Case{"$1.5bn", "en", "1.5bn 1.5 bn"}, Case{"v3.2.1", "en", "v3.2.1 3 2 1"},
                                         Case{"R&D", "en", "rd r d"}, Case{"long-term", "en", "longterm long term"},
                                         Case{"2022-12-31", "en", "2022-12-31 2022 12 31"},
                                         Case{"a@b.org", "en", "aborg a b org"}));

INSTANTIATE_TEST_SUITE_P(scripts_without_blanks, Tokenizing,
                         testing::Values(Case{"東京都", "ja", "東京 東 京都 京 都"}, Case{"カメラ", "ja", "カメ メラ"},
                                         Case{"서울시", "ko", "서울 울시"}, Case{"水", "zh", "水"},
                                         Case{"ｶﾒﾗ", "ja", "カメ メラ"},
                                         Case{"iPhone手机", "zh", "iphone 手机 手 机"}));

TEST(Terms, hindi_and_arabic_keep_their_vowel_signs_and_lose_their_endings) {
  EXPECT_EQ(words("लड़कियाँ", "hi"), words("लड़की", "hi"));
  EXPECT_NE(words("की", "hi"), words("का", ""));
  EXPECT_EQ(words("الكِتَاب", "ar"), words("كتاب", "ar"));
}

TEST(Terms, positions_count_words_and_offsets_are_bytes) {
  const auto terms = terms_of("é long-term debt", "en");
  ASSERT_EQ(terms.size(), 5u);
  EXPECT_EQ(terms[0].begin, 0u);
  EXPECT_EQ(terms[0].end, 2u);
  EXPECT_EQ(terms[1].text, "longterm");
  EXPECT_EQ(terms[1].position, terms[2].position);
  EXPECT_EQ(terms[2].surface, "long");
  EXPECT_EQ(terms[3].position, terms[2].position + 1);
  EXPECT_EQ(terms[4].position, 3u);
  EXPECT_EQ(terms[4].begin, 13u);
}

TEST(Terms, encoded_data_and_broken_bytes_are_no_words) {
  EXPECT_EQ(words("before " + std::string(5000, 'x') + " after"), "befor after");
  EXPECT_EQ(words("caf\xff bar\xc3"), "caf bar");
  EXPECT_EQ(words(std::string("a\0b", 3)), "a b");
}

TEST(Query, has_each_word_once_with_its_stem_in_every_language) {
  const std::vector<std::string> languages = {"de", "en"};
  const auto query = parse_query("Running running häuser", languages);
  ASSERT_EQ(query.words.size(), 2u);
  EXPECT_EQ(query.words[0], (Alternatives{"run", "running"}));
  EXPECT_EQ(query.words[1], (Alternatives{"haus", "hauser"}));
}

TEST(Query, reads_phrases_in_every_kind_of_quotation_marks) {
  const std::vector<std::string> languages = {"en"};
  for (const auto* text : {"the \"net sales\" of", "“net sales”", "„net sales“", "« net sales »", "\"net-sales\""}) {
    const auto query = parse_query(text, languages);
    ASSERT_EQ(query.phrases.size(), 1u) << text;
    EXPECT_EQ(query.phrases[0].back(), Alternatives{"sale"});
  }
  EXPECT_TRUE(parse_query("an \"unclosed phrase", languages).phrases.empty());
  EXPECT_TRUE(parse_query("one \"word\" alone", languages).phrases.empty());
}

}  // namespace
}  // namespace oprag::search
