#include "search/vectors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace oprag::search {
namespace {

TEST(Quantise, keeps_every_value_within_half_a_step) {
  const std::vector<float> vector = {0.5f, -0.25f, 0.1f, 0};
  const auto q = quantise(vector);
  EXPECT_EQ(q.values.front(), 127);
  for (std::size_t i = 0; i < vector.size(); ++i) {
    EXPECT_NEAR(static_cast<float>(q.values[i]) * q.scale, vector[i], q.scale / 2 + 1e-7f);
  }
}

TEST(Quantise, gives_no_vector_for_zero_and_for_values_that_are_not_finite) {
  EXPECT_EQ(quantise(std::vector<float>{0, 0}).scale, 0);
  EXPECT_EQ(quantise(std::vector<float>{1, std::numeric_limits<float>::quiet_NaN()}).scale, 0);
  EXPECT_EQ(quantise(std::vector<float>{1, std::numeric_limits<float>::infinity()}).scale, 0);
}

class Kernels : public testing::TestWithParam<Kernel> {};

TEST_P(Kernels, give_the_exact_product_for_every_dimension_and_row_count) {
  if (!is_supported(GetParam())) GTEST_SKIP() << "this processor lacks the instructions";
  std::mt19937 random(1);
  std::uniform_int_distribution<int> value(-128, 127);
  for (const std::size_t dimension : {1u, 63u, 64u, 65u, 384u, 1024u}) {
    VectorTable table(dimension);
    std::vector<std::vector<std::int8_t>> rows(7, std::vector<std::int8_t>(dimension));
    for (auto& row : rows) {
      for (auto& v : row) v = static_cast<std::int8_t>(value(random));
      table.add(row, 1);
    }
    std::vector<std::int8_t> query(dimension);
    for (auto& v : query) v = static_cast<std::int8_t>(std::max(-127, value(random)));
    for (std::size_t from = 0; from < rows.size(); ++from) {
      std::vector<std::int32_t> out(rows.size() - from);
      table.dot(query, from, out, GetParam());
      for (std::size_t i = 0; i < out.size(); ++i) {
        std::int32_t expected = 0;
        for (std::size_t d = 0; d < dimension; ++d) expected += query[d] * rows[from + i][d];
        EXPECT_EQ(out[i], expected) << "dimension " << dimension << " row " << from + i;
      }
    }
  }
}

TEST_P(Kernels, do_not_saturate) {
  if (!is_supported(GetParam())) GTEST_SKIP() << "this processor lacks the instructions";
  VectorTable table(384);
  table.add(std::vector<std::int8_t>(384, -128), 1);
  table.add(std::vector<std::int8_t>(384, 127), 1);
  std::vector<std::int32_t> out(2);
  table.dot(std::vector<std::int8_t>(384, 127), 0, out, GetParam());
  EXPECT_EQ(out[0], -128 * 127 * 384);
  EXPECT_EQ(out[1], 127 * 127 * 384);
}

INSTANTIATE_TEST_SUITE_P(all, Kernels, testing::Values(Kernel::plain, Kernel::avx2, Kernel::avx512_vnni));

TEST(Quantise, gives_back_what_was_restored) {
  std::mt19937 dice(5);
  std::normal_distribution<float> value;
  for (int round = 0; round < 2'000; ++round) {
    std::vector<float> vector(48);
    for (auto& v : vector) v = value(dice) / 7;
    const auto once = quantise(vector);
    const auto twice = quantise(restored(once.values, once.scale));
    ASSERT_EQ(twice.values, once.values);
    ASSERT_EQ(twice.scale, once.scale) << round;
  }
}

}  // namespace
}  // namespace oprag::search
