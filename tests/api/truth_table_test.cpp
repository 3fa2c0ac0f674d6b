// tests/api/truth_table.txt is what every caller is answered on every route. UPDATE_GOLDEN=1 writes it anew: read the
// difference against the contract before committing it.
#include "api/truth_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "api/contract.hpp"

namespace oprag::testing {
namespace {

constexpr const char* golden = "tests/api/truth_table.txt";

struct TruthTable : ::testing::TestWithParam<std::string> {
  // Asked once for each engine.
  static const std::vector<Row>& of(const std::string& engine) {
    static std::map<std::string, std::vector<Row>> tables;
    auto& table = tables[engine];
    if (table.empty()) {
      Installation installation(engine);
      table = ask_everything(installation);
      std::cout << engine << ": " << table.size() * callers.size() << " cases, " << table.size() << " rows\n";
    }
    return table;
  }
  const std::vector<Row>& table = of(GetParam());
};

std::string text_at(const char* path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

// The rule of the contract's Auth column, for a row whose ids are the company's own.
void expect_access(const Row& row) {
  const auto expect = [&](std::initializer_list<std::string_view> who, const char* what, auto holds) {
    for (const auto caller : who) {
      const auto& answer = row.of(caller);
      EXPECT_TRUE(holds(answer.status)) << row.route << " (" << row.ids << ") answers " << caller << " with "
                                        << answer.status << ", not " << what << ": " << answer.body.substr(0, 300);
    }
  };
  const auto is = [](int wanted) { return [wanted](int status) { return status == wanted; }; };
  const auto passes = [](int status) { return status >= 200 && status < 400; };
  const auto admitted = [](int status) { return status != 401 && status != 403 && status < 500; };
  using enum http::Access;
  if (row.access == open) {
    for (const auto caller : callers) expect({caller}, "success", passes);
    return;
  }
  if (row.access == chat) {
    expect({"nobody", "member", "admin", "owner", "foreign", "no-company", "revoked"}, "401", is(401));
    expect({"live", "test", "visitor"}, "success", passes);
    return;
  }
  expect({"nobody", "live", "test", "revoked", "visitor"}, "401", is(401));
  if (row.access == signed_in) {
    expect({"no-company"}, "success", passes);
    expect({"member", "admin", "owner", "foreign"}, "an admission", admitted);
    return;
  }
  expect({"no-company"}, "403", is(403));
  expect({"admin", "owner"}, "success", passes);
  if (row.access == admin) expect({"member"}, "403", is(403));
  if (row.access == member) expect({"member"}, "success", passes);
  if (row.ids == "own") expect({"foreign"}, "404", is(404));
}

TEST_P(TruthTable, HasEveryRouteOfTheContractUnderTheContractsAccess) {
  for (const auto& [route, access] : contract) {
    const auto row = std::ranges::find(table, route, &Row::route);
    ASSERT_NE(row, table.end()) << route;
    EXPECT_EQ(row->access, access) << route;
  }
}

TEST_P(TruthTable, AdmitsToOnesOwnWhomTheRouteIsForAndNobodyElse) {
  for (const auto& row : table) {
    if (!row.is_refusal_of_ids()) expect_access(row);
  }
}

TEST_P(TruthTable, ForeignAbsentAndMalformedIdsAreAnsweredAlike) {
  std::map<std::string, const Row*> first;  // by route and by which of its ids is not the caller's
  std::size_t compared = 0;
  for (const auto& row : table) {
    if (!row.is_refusal_of_ids() || row.access == http::Access::open) continue;
    const auto aim = row.ids.substr(row.ids.find(' ') + 1);
    const auto outermost = aim == "all" ? std::string("id") : aim;
    const auto& [at, is_first] = first.try_emplace(row.route + " " + outermost, &row);
    for (std::size_t i = 0; i < callers.size(); ++i, ++compared) {
      EXPECT_GE(row.answers[i].status, 400) << row.route << " " << row.ids << " " << callers[i];
      EXPECT_EQ(row.answers[i].status, at->second->answers[i].status)
          << row.route << " " << row.ids << " " << callers[i];
      EXPECT_EQ(row.answers[i].body, at->second->answers[i].body) << row.route << " " << row.ids << " " << callers[i];
    }
  }
  EXPECT_GT(compared, 1000u);
  for (const auto& row : table) {
    if (row.ids != "own" || row.access == http::Access::open) continue;
    const auto& absent = *std::ranges::find_if(
        table, [&](const Row& other) { return other.route == row.route && other.ids.starts_with("absent "); });
    EXPECT_EQ(row.of("foreign").body, absent.of("foreign").body) << row.route;
  }
}

TEST_P(TruthTable, IsTheOneThatIsWrittenDown) {
  const auto now = text_of(table);
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(golden) << now;
  std::istringstream got(now), wanted(text_at(golden));
  for (std::string line, expected; std::getline(got, line);) {
    std::getline(wanted, expected);
    EXPECT_EQ(line, expected);
  }
  EXPECT_EQ(now.size(), text_at(golden).size());
}

INSTANTIATE_TEST_SUITE_P(Databases, TruthTable, ::testing::ValuesIn(db::testing::engines()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace oprag::testing
