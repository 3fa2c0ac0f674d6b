#include "json/codec.hpp"

#include <gtest/gtest.h>

#include "json/parse.hpp"

namespace oprag::json {
namespace {

enum class Mode { light, auto_ };
BOOST_DESCRIBE_ENUM(Mode, light, auto_)

struct Inner {
  Whole<1, 5> top_k;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (top_k))

struct Sample {
  Text<1, 4> name;
  std::optional<Mode> mode;
  std::optional<Inner> inner;
  Omittable<std::string> note;
  Patch<Text<0, 3>> prompt;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (name, mode, inner, note, prompt))

std::string refusal(const std::string& body) {
  try {
    decode<Sample>(parse(body));
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Codec, RefusesInTheContractsWords) {
  EXPECT_EQ(refusal("[]"), "Request body must be an object");
  EXPECT_EQ(refusal("{}"), "name is required");
  EXPECT_EQ(refusal(R"({"name":null})"), "name is required");
  EXPECT_EQ(refusal(R"({"name":"  "})"), "name is required");
  EXPECT_EQ(refusal(R"({"name":5})"), "name must be a string");
  EXPECT_EQ(refusal(R"({"name":"abcde"})"), "name must have at most 4 characters");
  EXPECT_EQ(refusal(R"({"name":"äöüß"})"), "accepted");
  EXPECT_EQ(refusal(R"({"name":"a","mode":"dark"})"), "mode must be one of light, auto");
  EXPECT_EQ(refusal(R"({"name":"a","inner":{"topK":6}})"), "inner.topK must be between 1 and 5");
  EXPECT_EQ(refusal(R"({"name":"a","inner":{"topK":1.5}})"), "inner.topK must be a whole number");
  EXPECT_EQ(refusal(R"({"name":"a","companyId":"x"})"), "companyId is not a member of this request");
}

TEST(Codec, KeepsAbsentNullAndSetApartInAPatch) {
  EXPECT_FALSE(decode<Sample>(parse(R"({"name":"a"})")).prompt.present());
  EXPECT_EQ(decode<Sample>(parse(R"({"name":"a","prompt":null})")).prompt.applied_to<std::string>("old", "default"),
            "default");
  EXPECT_EQ(decode<Sample>(parse(R"({"name":"a","prompt":"new"})")).prompt.applied_to<std::string>("old", "default"),
            "new");
}

TEST(Codec, WritesOptionalsAsNullAndLeavesOmittablesOut) {
  EXPECT_EQ(to_text(Sample{{"a"}, Mode::auto_, {}, {}, {}}),
            R"({"name":"a","mode":"auto","inner":null,"prompt":null})");
}

TEST(Codec, DescribesItsBounds) {
  Components components;
  const auto reference = Codec<Sample>::schema(components);
  EXPECT_EQ(reference.at("$ref"), "#/components/schemas/Sample");
  const auto schemas = components.release();
  EXPECT_EQ(schemas.at("Sample").at("properties").at("name").at("maxLength").to_number<int>(), 4);
  EXPECT_EQ(schemas.at("Inner").at("required").as_array().size(), 1u);
}

}  // namespace
}  // namespace oprag::json
