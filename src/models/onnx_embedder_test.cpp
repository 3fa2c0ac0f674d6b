#include "models/onnx_embedder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <thread>

namespace oprag::models {
namespace {

const std::filesystem::path prefix = "third_party/prefix";

OnnxOptions options() {
  return {.library = prefix / "lib/libonnxruntime.so", .directory = prefix / "model"};
}

class Onnx : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(options().library) || !std::filesystem::exists(options().directory / "model.onnx")) {
      GTEST_SKIP() << "no model in " << prefix << ": run scripts/setup";
    }
    static OnnxEmbedder shared(options());  // loading takes longer than any test
    embedder_ = &shared;
  }
  std::vector<float> vector(const std::string& text) {
    return embedder_->embed(std::span(&text, 1), Purpose::query).front();
  }
  double cosine(const std::string& a, const std::string& b) {
    const auto x = vector(a), y = vector(b);
    return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
  }
  OnnxEmbedder* embedder_ = nullptr;
};

// The similarities that the model's authors print for their example; int8 weights move them a little.
TEST_F(Onnx, gives_the_published_similarities) {
  EXPECT_NEAR(cosine("A man is eating pasta.", "A man is eating food."), 0.7035, 0.03);
  EXPECT_NEAR(cosine("A man is eating pasta.", "A man is eating a piece of bread."), 0.5272, 0.03);
  EXPECT_NEAR(cosine("A man is eating pasta.", "A man is riding a horse."), 0.1889, 0.03);
}

TEST_F(Onnx, gives_unit_vectors_of_one_dimension) {
  EXPECT_EQ(embedder_->dimension(), 384u);
  for (const auto* text : {"", "a", "net sales rose"}) {
    const auto v = vector(text);
    ASSERT_EQ(v.size(), 384u);
    EXPECT_NEAR(std::inner_product(v.begin(), v.end(), v.begin(), 0.0), 1, 1e-5);
  }
}

TEST_F(Onnx, gives_a_text_the_same_vector_alone_in_company_and_on_many_threads) {
  std::vector<std::string> texts;
  for (int i = 0; i < 24; ++i)
    texts.push_back(std::string(static_cast<std::size_t>(i), 'a') + " and some words " + std::to_string(i));
  const auto together = embedder_->embed(texts, Purpose::passage);
  std::vector<std::vector<float>> alone(texts.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (auto i = t; i < texts.size(); i += 4) alone[i] = vector(texts[i]);
      });
    }
  }
  EXPECT_EQ(together, alone);
}

TEST_F(Onnx, cuts_a_long_text_at_its_limit) {
  std::string words;
  for (int i = 0; i < 1000; ++i) words += "word ";
  EXPECT_EQ(vector(words), vector(words + " and an end that is never read"));
}

TEST_F(Onnx, is_named_after_what_decides_its_vectors) {
  EXPECT_TRUE(embedder_->name().starts_with("onnx-"));
  auto shorter = options();
  shorter.max_tokens = 128;
  EXPECT_NE(OnnxEmbedder(shorter).name(), embedder_->name());
}

TEST_F(Onnx, says_what_is_missing) {
  auto wrong = options();
  wrong.directory = "/nonexistent";
  EXPECT_THROW(OnnxEmbedder{wrong}, std::runtime_error);
  wrong = options();
  wrong.library = "/nonexistent.so";
  EXPECT_THROW(OnnxEmbedder{wrong}, std::runtime_error);
}

}  // namespace
}  // namespace oprag::models
