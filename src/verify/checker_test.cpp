#include "verify/checker.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

#include "verify/corpus.hpp"

namespace oprag::verify {
namespace {

struct Case {
  const char* statement;
  const char* text;
  Verdict verdict;
};

class Checking : public testing::TestWithParam<Case> {};

TEST_P(Checking, decides_what_the_text_says) {
  const auto& c = GetParam();
  EXPECT_EQ(check(c.statement, c.text).verdict, c.verdict) << c.statement << " | " << c.text;
}

using enum Verdict;
constexpr auto plan = "The plan held 5.2 million euros at the end of 2023. It is not open to visitors.";
constexpr auto sale = "On 14 June 2022, Ines Ferreira sold the Lower Weir to the River Trust for $48,500.";
constexpr auto lease = "If the repair takes longer than 90 days, the tenant may end the lease.";
constexpr auto founded = "The abbey was founded by Anna Keller, and it may have burned twice.";

INSTANTIATE_TEST_SUITE_P(
    english, Checking,
    testing::Values(
        Case{"The plan held 5.2 million euros at the end of 2023.", plan, verbatim},
        Case{"The plan held 5,200,000 euros at the end of 2023.", plan, supported},
        Case{"The plan held \u20ac5.2m at the end of 2023.", plan, supported},
        Case{"The plan held 5.3 million euros at the end of 2023.", plan, contradicted},
        Case{"The plan held 5.2 billion euros at the end of 2023.", plan, contradicted},
        Case{"The plan held 5.2 million dollars at the end of 2023.", plan, contradicted},
        Case{"It is open to visitors.", plan, contradicted}, Case{"It isn't open to visitors.", plan, verbatim},
        Case{"Ines Ferreira sold the Lower Weir to the River Trust on 2022-06-14.", sale, supported},
        Case{"Ines Ferreira sold the Lower Weir to the River Trust in June 2022.", sale, supported},
        Case{"Ines Ferreira sold the Lower Weir to the River Trust in May 2022.", sale, contradicted},
        Case{"On 14 June 2022, the River Trust sold the Lower Weir to Ines Ferreira for $48,500.", sale, contradicted},
        Case{"Marta Novak sold the Lower Weir to the River Trust for $48,500.", sale, contradicted},
        Case{"The tenant may end the lease.", lease, unverified},
        Case{"If the repair takes shorter than 90 days, the tenant may end the lease.", lease, contradicted},
        Case{"The abbey was founded by Anna Keller.", founded, verbatim},
        Case{"Anna Keller was founded by the abbey.", founded, unverified},
        Case{"The abbey burned twice.", founded, unverified}, Case{"Rents in Paris are rising.", founded, unverified},
        Case{"Yes.", founded, unverified}, Case{"The value is > 5.", "The value is < 5.", unverified},
        Case{"", founded, unverified}, Case{"The abbey was founded by Anna Keller.", "", unverified}));

INSTANTIATE_TEST_SUITE_P(
    other_languages, Checking,
    testing::Values(Case{"Der Plan enthielt 5.200.000 Euro.", "Der Plan enthielt 5,2 Millionen Euro.", supported},
                    Case{"Die Anlage ist nicht in Betrieb.", "Die Anlage ist in Betrieb.", contradicted},
                    Case{"Le contrat a pris fin le 2019-05-02.", "Le contrat a pris fin le 2 mai 2019.", supported},
                    Case{"El contrato no es válido.", "El contrato es válido.", contradicted},
                    Case{"合同于2019年生效。", "合同于2019年生效。", verbatim},
                    Case{"合同不生效。", "合同生效。", unverified},
                    Case{"Договор не действует.", "Договор действует.", unverified}));

// How the checker does on statements that a generator older than it makes of our own texts.
TEST(Checker, tells_true_statements_from_corrupted_ones) {
  std::vector<corpus::Text> texts;
  for (const auto* name : {"handbook", "lease", "station"}) {
    std::ifstream file("src/verify/samples/" + std::string(name) + ".txt");
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    for (std::size_t at = 0; at < content.size();) {
      const auto end = std::min(content.find("\n\n", at), content.size());
      corpus::Text text{.text = content.substr(at, end - at), .sentences = {}, .questions = {}};
      for (std::size_t from = 0; from < text.text.size();) {
        const auto stop = std::min(text.text.find(". ", from), text.text.size() - 1);
        text.sentences.push_back(text.text.substr(from, stop + 1 - from));
        from = stop + 2;
      }
      texts.push_back(std::move(text));
      at = end + 2;
    }
  }
  std::map<corpus::Kind, std::pair<int, int>> counts;
  for (const std::uint64_t seed : {1, 2, 3}) {
    for (const auto& sample : corpus::generate(texts, seed, 400)) {
      auto& [right, all] = counts[sample.kind];
      ++all;
      right += check(sample.statement, texts[sample.text].text).holds() == corpus::is_true(sample.kind);
    }
  }
  ASSERT_GE(counts.size(), 12U);
  for (const auto& [kind, count] : counts) {
    EXPECT_GE(count.first, (kind == corpus::Kind::reordered ? 0.9 : 0.95) * count.second)
        << corpus::name_of(kind) << " " << count.first << "/" << count.second;
  }
}

TEST(Checker, takes_hostile_text_for_what_it_is) {
  const std::string long_text(200'000, 'a'), brackets(10'000, '('), broken("\xff\xfe\xc3");
  for (const auto& text : {long_text, brackets, broken, std::string("1e999 9999999999999999999999 -- .. ,,")}) {
    EXPECT_EQ(check("The plan held 5 euros.", text).verdict, unverified);
    EXPECT_FALSE(check(text, plan).holds());
  }
}

}  // namespace
}  // namespace oprag::verify
