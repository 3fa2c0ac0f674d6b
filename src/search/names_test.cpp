#include "search/names.hpp"

#include <gtest/gtest.h>

namespace oprag::search {
namespace {

TEST(Periods, are_read_in_their_usual_spellings) {
  EXPECT_EQ(periods_of("ACME_2022Q2_10Q").years, std::vector{2022});
  EXPECT_EQ(periods_of("ACME 2022Q2 10Q").quarters, std::vector{2});
  EXPECT_EQ(periods_of("from FY19 to FY2021").years, (std::vector{2019, 2021}));
  EXPECT_EQ(periods_of("in the second fiscal quarter of 2023").quarters, std::vector{2});
  EXPECT_EQ(periods_of("FY '22 and 3Q23").years, std::vector{2022});
  EXPECT_EQ(periods_of("FY '22 and 3Q23").quarters, std::vector{3});
  EXPECT_EQ(periods_of("between 2021 and 2022?").years, (std::vector{2021, 2022}));
}

TEST(Periods, are_not_seen_in_amounts) {
  EXPECT_TRUE(periods_of("it cost $2,022 or 2022.50 or 12022 crowns").years.empty());
  EXPECT_TRUE(periods_of("a quarter of the members").quarters.empty());
}

constexpr std::array<std::string_view, 6> report = {"Boreal grew in 2021. The sales of 3M fell.",
                                                    "In 2021 the sales of Boreal rose; its debts fell in 2019.",
                                                    "Debts are due in 2030. The sales of 3M rose.",
                                                    "3M and BOREAL agreed in 2019.",
                                                    "Boreal paid in January.",
                                                    "the sales of 2021"};

TEST(Names, of_a_text_are_the_words_it_always_writes_with_a_capital_and_comes_back_to) {
  EXPECT_EQ(own_names(report), (std::vector<std::string>{"boreal", "3m"}));
  EXPECT_TRUE(own_names(std::span(report).first(2)).empty()) << "too short to dwell on anything";
}

TEST(Names, have_the_year_that_a_text_speaks_of_most) {
  EXPECT_EQ(own_year(report), 2021);
  EXPECT_EQ(own_year(std::span(report).first(2)), std::nullopt);
}

}  // namespace
}  // namespace oprag::search
