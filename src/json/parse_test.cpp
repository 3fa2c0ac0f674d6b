#include "json/parse.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace oprag::json {
namespace {

TEST(Parse, RefusesRepeatedMembersAtEveryDepth) {
  EXPECT_THROW(parse(R"({"a":1,"a":2})"), DuplicateMember);
  EXPECT_THROW(parse(R"({"x":[{"a":1,"\u0061":2}]})"), DuplicateMember);
  EXPECT_NO_THROW(parse(R"({"a":{"a":1},"b":{"a":2}})"));
}

TEST(Parse, BoundsTheDepth) {
  EXPECT_NO_THROW(parse(std::string(64, '[') + std::string(64, ']')));
  EXPECT_THROW(parse(std::string(65, '[') + std::string(65, ']')), SyntaxError);
}

TEST(Parse, RefusesBrokenUtf8AndTrailingData) {
  EXPECT_THROW(parse("\"\xff\""), SyntaxError);
  EXPECT_THROW(parse("\"\xed\xa0\x80\""), SyntaxError);
  EXPECT_THROW(parse("{} {}"), SyntaxError);
  EXPECT_THROW(parse(""), SyntaxError);
  EXPECT_THROW(parse("   "), SyntaxError);
  EXPECT_NO_THROW(parse(" {} \r\n"));
}

TEST(Parse, AgreesWithJsonTestSuite) {
  const auto* shared = std::getenv("OPRAG_SHARED");
  const std::filesystem::path folder = std::filesystem::path(shared ? shared : "../shared") / "vectors" / "json";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no JSONTestSuite beside the checkout";
  int checked = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    if (!name.ends_with(".json") || (name[0] != 'y' && name[0] != 'n')) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    bool accepted = true;
    try {
      parse(text, 600);
    } catch (const DuplicateMember&) {  // valid JSON, refused by us by name
    } catch (const SyntaxError&) {
      accepted = false;
    }
    EXPECT_EQ(accepted, name[0] == 'y') << name;
    ++checked;
  }
  EXPECT_GT(checked, 250);
}

}  // namespace
}  // namespace oprag::json
