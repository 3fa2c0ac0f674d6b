#include "eval/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace oprag::eval {
namespace {

TEST(Interval, holds_the_mean_and_narrows_with_more_values) {
  std::vector<double> few, many;
  for (int i = 0; i < 1000; ++i) (i < 20 ? few : many).push_back(i % 4 == 0);
  const auto wide = interval_of(few), narrow = interval_of(many);
  EXPECT_DOUBLE_EQ(wide.mean, 0.25);
  EXPECT_LT(wide.low, 0.25);
  EXPECT_GT(wide.high, 0.25);
  EXPECT_LT(narrow.high - narrow.low, (wide.high - wide.low) / 3);
  EXPECT_NEAR(narrow.high - narrow.low, 2 * 1.96 * std::sqrt(0.25 * 0.75 / 980), 0.005);
}

TEST(Interval, is_wider_when_values_come_in_groups) {
  std::vector<double> values;
  std::vector<std::string> groups;
  for (int group = 0; group < 20; ++group) {
    for (int i = 0; i < 5; ++i) values.push_back(group % 2), groups.push_back(std::to_string(group));
  }
  const auto single = interval_of(values), grouped = interval_of(values, groups);
  EXPECT_GT(grouped.high - grouped.low, 1.8 * (single.high - single.low));
}

TEST(Area, counts_pairs_in_the_right_order_and_ties_as_half) {
  EXPECT_DOUBLE_EQ(area_under_roc(std::vector{3.0, 4.0}, std::vector{1.0, 2.0}), 1);
  EXPECT_DOUBLE_EQ(area_under_roc(std::vector{1.0, 4.0}, std::vector{1.0, 2.0}), 0.625);
  EXPECT_DOUBLE_EQ(area_under_roc(std::vector{1.0}, std::vector{1.0}), 0.5);
}

TEST(Ndcg, discounts_by_rank_and_stops_at_the_depth) {
  const std::vector<double> one{1.0};
  EXPECT_DOUBLE_EQ(ndcg(std::vector{1.0, 0.0}, one, 10), 1);
  EXPECT_DOUBLE_EQ(ndcg(std::vector{0.0, 1.0}, one, 10), 1 / std::log2(3.0));
  EXPECT_DOUBLE_EQ(ndcg(std::vector{0.0, 1.0}, one, 1), 0);
  EXPECT_DOUBLE_EQ(ndcg(std::vector{1.0}, std::vector{1.0, 1.0}, 10), 1 / (1 + 1 / std::log2(3.0)));
}

}  // namespace
}  // namespace oprag::eval
