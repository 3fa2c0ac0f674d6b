#include "answer/route.hpp"

#include <gtest/gtest.h>

#include "answer/testing_view.hpp"

namespace oprag::answer {
namespace {

TEST(Route, prefers_the_document_whose_name_and_year_are_asked_for) {
  const auto view = testing::view_of({{"ACMEWORKS_2021_REPORT.pdf", {"Turnover rose."}},
                                      {"ACMEWORKS_2022_REPORT.pdf", {"Turnover fell."}},
                                      {"BOREAL_2022_REPORT.pdf", {"Turnover stood still."}}});
  const auto by_name = [&](std::string_view question) {
    std::map<std::string, double> out;
    for (const auto& [d, score] : route(*view, question, {0, 1, 2}).fits) out[view->document(d).filename] = score;
    return out;
  };
  auto scores = by_name("What was the turnover of Acme Works in FY2022?");
  EXPECT_GT(scores.at("ACMEWORKS_2022_REPORT.pdf"), scores.at("ACMEWORKS_2021_REPORT.pdf"));
  EXPECT_GT(scores.at("ACMEWORKS_2022_REPORT.pdf"), scores.at("BOREAL_2022_REPORT.pdf"));
  scores = by_name("How did Boreal do?");
  EXPECT_GT(scores.at("BOREAL_2022_REPORT.pdf"), scores.at("ACMEWORKS_2022_REPORT.pdf"));
  EXPECT_TRUE(by_name("What rose?").empty()) << "no document is named";
}

TEST(Route, takes_no_word_for_a_name_that_all_documents_use) {
  const auto view = testing::view_of({{"lamps.html", {"The denim lamp needs 36 volts."}},
                                      {"a.txt", {"The amber lamp needs 12 volts."}},
                                      {"d.csv", {"The emerald lamp needs 48 volts."}}});
  EXPECT_TRUE(route(*view, "How many volts does the emerald lamp need?", {0, 1, 2}).fits.empty());
}

TEST(Route, takes_a_name_for_one_though_another_document_mentions_it) {
  const auto view = testing::view_of({{"boreal.pdf", {"Boreal grew.", "Boreal paid.", "Boreal shrank."}},
                                      {"acme.pdf", {"Acme bought from Boreal.", "Acme sold."}}});
  const auto routes = route(*view, "What did Boreal pay?", {0, 1});
  for (const auto& [d, fit] : routes.fits)
    EXPECT_NEAR(fit, view->document(d).filename == "boreal.pdf" ? 1.0 / 3 : 0, 1e-9);
  EXPECT_EQ(routes.fits.size(), 2u);
}

TEST(Route, takes_no_pair_of_common_words_for_a_name) {
  const auto view = testing::view_of({{"state_of_the_union.txt", {"The chamber is full of guests."}},
                                      {"arsenal.txt", {"The walls fell in the spring of the second year."}}});
  EXPECT_TRUE(route(*view, "When did the walls of the fort fall?", {0, 1}).fits.empty());
}

TEST(Route, decides_less_where_the_named_documents_are_short) {
  const std::vector<std::string> pages(40, "Turnover rose.");
  const auto view = testing::view_of({{"boreal.pdf", {"Turnover rose."}}, {"acme.pdf", pages}});
  const auto short_one = route(*view, "Boreal's turnover", {0, 1}), long_one = route(*view, "Acme's turnover", {0, 1});
  EXPECT_LT(short_one.strength, 0.1);
  EXPECT_DOUBLE_EQ(long_one.strength, 0.8);
}

TEST(Route, takes_the_period_from_what_an_unnamed_document_says) {
  const auto view = testing::view_of(
      {{"x7.pdf", {"Turnover rose."}, {{"period", "2021"}}}, {"k2.pdf", {"Turnover fell."}, {{"period", "2022"}}}});
  const auto routes = route(*view, "What was the turnover in 2022?", {0, 1});
  for (const auto& [d, score] : routes.fits) EXPECT_EQ(score > 0.5, view->document(d).filename == "k2.pdf");
}

}  // namespace
}  // namespace oprag::answer
