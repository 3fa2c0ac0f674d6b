// JSONTestSuite as the body of every route that takes one. Its files are not part of the source tree: OPRAG_SHARED
// names the folder that holds vectors/json, otherwise ../shared.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "api/installation.hpp"

namespace oprag::testing {
namespace {

struct Vector {
  std::string name;  // n_… is no JSON, y_… is, i_… may be either
  std::string bytes;
};

std::vector<Vector> suite() {
  const auto* shared = std::getenv("OPRAG_SHARED");
  const auto folder = std::filesystem::path(shared ? shared : "../shared") / "vectors" / "json";
  std::vector<Vector> out;
  if (!std::filesystem::exists(folder)) return out;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    std::ostringstream bytes;
    bytes << std::ifstream(file.path(), std::ios::binary).rdbuf();
    out.push_back({file.path().stem().string(), bytes.str()});
  }
  return out;
}

struct JsonSuite : ::testing::TestWithParam<std::string> {};

TEST_P(JsonSuite, IsToldFromWhatIsNoJsonByEveryRoute) {
  const auto vectors = suite();
  if (vectors.empty()) GTEST_SKIP() << "no vectors: set OPRAG_SHARED";
  Installation app(GetParam());
  const auto owner = app.found_company("owner");
  auto ids = app.make_project(owner);
  ids["userId"] = app.invite(owner, "invited", "member").user_id;
  std::size_t routes = 0, cases = 0;
  for (const auto& route : app.program.router.routes()) {
    if (!route->operation.body_schema) continue;
    ++routes;
    const auto& spec = route->spec;
    const auto caller = spec.access == http::Access::chat ? Credential{ids.at("apiKey"), {}} : owner;
    const bool may_be_empty = route->operation.body_optional && spec.method != "PATCH";
    for (const auto& [name, bytes] : vectors) {
      // n_structure_no_data: the contract's "a body of zero bytes equals {}".
      if (bytes.empty() && may_be_empty) continue;
      const auto answer = app.send(caller, std::string(spec.method), fill(spec.path, ids), bytes);
      ++cases;
      const auto where = std::string(spec.method) + " " + std::string(spec.path) + " " + name;
      const bool refused = answer.status == 400 && answer.text("/code") == "invalid_json";
      EXPECT_LT(answer.status, 500) << where;
      if (name.starts_with("n_")) EXPECT_TRUE(refused) << where << " answered " << answer.status << answer.body;
      if (name.starts_with("y_")) EXPECT_FALSE(refused) << where;
      if (spec.path.ends_with("/deploy") && answer.is_success()) ids["apiKey"] = answer.text("/apiKey");
    }
  }
  std::cout << GetParam() << ": " << cases << " bodies on " << routes << " routes\n";
  EXPECT_GT(routes, 20u);
}

INSTANTIATE_TEST_SUITE_P(Databases, JsonSuite, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace oprag::testing
