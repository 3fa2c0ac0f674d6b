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

}  // namespace
}  // namespace oprag::search
