#include "features/limits/rate_limits.hpp"

#include <gtest/gtest.h>

#include "db/testing.hpp"
#include "http/router.hpp"

namespace oprag::limits {
namespace {

constexpr http::Spec chat{.method = "POST", .path = "/v1/chat", .access = http::Access::chat};
constexpr http::Spec feedback{.method = "POST", .path = "/v1/chat/feedback", .access = http::Access::chat};
constexpr http::Spec widget_config{.method = "GET", .path = "/v1/widget/{id}/config"};
constexpr http::Spec projects{.method = "GET", .path = "/v1/projects", .access = http::Access::member};

class Limited : public ::testing::TestWithParam<std::string> {
 protected:
  // As many calls as are let through, up to `most`.
  std::int64_t calls(const Caller& caller, const http::Spec& spec, std::int64_t most,
                     const std::string& client = "192.0.2.1") {
    for (std::int64_t n = 0; n < most; ++n) {
      if (!take(caller, spec, client).allowed) return n;
    }
    return most;
  }
  http::RateVerdict take(const Caller& caller, const http::Spec& spec, const std::string& client = "192.0.2.1") {
    http::Request request;
    request.client = client;
    if (with_origin) request.headers.add("Origin", "https://shop.example");
    if (!limits) limits.emplace(numbers, *store, [this] { return now; });
    return limits->take(caller, request, spec);
  }

  static Caller key(const std::string& id, Environment environment = Environment::live) {
    return {.kind = CallerKind::api_key,
            .company = {"co_a"},
            .project = {"proj_a"},
            .key = {id},
            .environment = environment};
  }
  static Caller visitor(const std::string& id) {
    return {.kind = CallerKind::visitor, .company = {"co_a"}, .project = {"proj_a"}, .visitor = id};
  }
  static Caller user(const std::string& id, const std::string& company = "co_a") {
    return {.kind = CallerKind::user, .company = {company}, .user = {id}};
  }

  db::testing::Store store{GetParam()};
  Limits numbers;
  Timestamp now{1'781'006'400'000};
  bool with_origin = true;
  std::optional<RateLimits> limits;
};

TEST_P(Limited, LetsAKeyAskAsOftenAsTheLimitSaysAndNotOnceMore) {
  EXPECT_EQ(calls(key("key_1"), chat, 1000), 600);
  EXPECT_TRUE(take(key("key_2"), chat).allowed);
}

TEST_P(Limited, SaysWhatIsLeftAndWhenTheWindowRenews) {
  numbers.chat_per_key = 3;
  const auto first = take(key("key_1"), chat);
  EXPECT_EQ(first.policy, "chat-key");
  EXPECT_EQ(first.limit, 3);
  EXPECT_EQ(first.remaining, 2);
  EXPECT_EQ(first.window_seconds, 60);
  EXPECT_EQ(first.reset_seconds, 60);
  now = now + 10'500;
  EXPECT_EQ(calls(key("key_1"), chat, 10), 2);
  const auto refused = take(key("key_1"), chat);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.reset_seconds, 50);
  now = now + 49'499;
  EXPECT_FALSE(take(key("key_1"), chat).allowed);
  now = now + 1;
  EXPECT_EQ(calls(key("key_1"), chat, 10), 3);
}

TEST_P(Limited, LimitsAProjectOverAllOfItsKeysAndVisitors) {
  numbers.chat_per_project = 25;
  EXPECT_EQ(calls(key("key_1"), chat, 10), 10);
  EXPECT_EQ(calls(key("key_2"), chat, 10), 10);
  EXPECT_EQ(calls(visitor("visitor_1"), chat, 10), 5);
  EXPECT_EQ(take(key("key_3"), chat).policy, "chat-project");
  auto other = key("key_4");
  other.project = {"proj_b"};
  EXPECT_TRUE(take(other, chat).allowed);
}

TEST_P(Limited, DoesNotLetOneFloodedKeyUseUpItsProject) {
  numbers.chat_per_key = 5;
  numbers.chat_per_project = 10;
  EXPECT_EQ(calls(key("key_1"), chat, 6), 5);
  EXPECT_FALSE(take(key("key_1"), chat).allowed);
  EXPECT_EQ(calls(key("key_2"), chat, 10), 5);
}

TEST_P(Limited, LimitsAVisitorAndAllVisitorsOfOneAddress) {
  EXPECT_EQ(calls(visitor("visitor_1"), chat, 100), 20);
  EXPECT_EQ(calls(visitor("visitor_2"), chat, 100), 20);
  EXPECT_EQ(calls(visitor("visitor_3"), chat, 100), 20);
  EXPECT_EQ(take(visitor("visitor_4"), chat).policy, "chat-address");
  EXPECT_EQ(calls(visitor("visitor_4"), chat, 100, "192.0.2.2"), 19);  // the refused call was his, too
}

TEST_P(Limited, LimitsTestKeysByTheMinuteAndByTheDay) {
  EXPECT_EQ(calls(key("key_t", Environment::test), chat, 100), 60);
  std::int64_t today = 60;
  for (int minute = 1; minute < 30; ++minute) {
    now = now + minute_ms;
    today += calls(key("key_t", Environment::test), chat, 100);
  }
  EXPECT_EQ(today, 1'000);
  const auto refused = take(key("key_u", Environment::test), chat);
  EXPECT_EQ(refused.policy, "chat-test-day");
  EXPECT_EQ(refused.window_seconds, 86'400);
  EXPECT_TRUE(take(key("key_1"), chat).allowed);
  now = now + day_ms;
  EXPECT_TRUE(take(key("key_u", Environment::test), chat).allowed);
}

TEST_P(Limited, LimitsVisitorTokensByAddress) {
  EXPECT_EQ(calls({}, widget_config, 100), 30);
  EXPECT_TRUE(take({}, widget_config, "192.0.2.2").allowed);
  with_origin = false;  // no page, no token
  EXPECT_EQ(calls({}, widget_config, 100), 100);
}

TEST_P(Limited, CountsAnIpv6CustomerAsOneAddress) {
  EXPECT_EQ(calls({}, widget_config, 30, "2001:db8:1:2::1"), 30);
  EXPECT_FALSE(take({}, widget_config, "2001:db8:1:2:ffff::9").allowed);
  EXPECT_TRUE(take({}, widget_config, "2001:db8:1:3::1").allowed);
}

TEST_P(Limited, LimitsTheDashboardByUserAndByCompany) {
  numbers.requests_per_user = 6;
  numbers.requests_per_company = 15;
  EXPECT_EQ(calls(user("user_1"), projects, 100), 6);
  EXPECT_EQ(calls(user("user_2"), projects, 100), 6);
  EXPECT_EQ(calls(user("user_3"), projects, 100), 3);
  EXPECT_EQ(calls(user("user_4", "co_b"), projects, 100), 6);
  EXPECT_EQ(calls(user("user_5", ""), projects, 100), 6);
}

TEST_P(Limited, CountsFeedbackApartFromQuestions) {
  EXPECT_EQ(calls(visitor("visitor_1"), chat, 20), 20);
  EXPECT_EQ(calls(visitor("visitor_1"), feedback, 100), 20);
}

TEST_P(Limited, IsOffAtZero) {
  numbers = {.chat_per_key = 0, .chat_per_project = 0};
  EXPECT_EQ(calls(key("key_1"), chat, 2'000), 2'000);
  EXPECT_TRUE(take(key("key_1"), chat).policy.empty());
}

TEST_P(Limited, CountsOverAllNodesOfOneStore) {
  if (store->engine() == "sqlite") GTEST_SKIP() << "SQLite has one node";
  numbers.chat_per_key = 10;
  RateLimits other(numbers, *store, [this] { return now; });
  http::Request request;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(other.take(key("key_1"), request, chat).allowed);
  EXPECT_EQ(calls(key("key_1"), chat, 100), 5);
}

TEST_P(Limited, ForgetsWindowsThatAreOver) {
  if (store->engine() == "sqlite") GTEST_SKIP() << "counted in memory";
  calls(visitor("visitor_1"), chat, 5);
  now = now + 2 * minute_ms;
  take(visitor("visitor_2"), chat);
  const auto rows = store->read_system([](db::System& s) {
    return *s.scalar<std::int64_t>("SELECT COUNT(*) FROM counters WHERE lower(bucket) LIKE '%visitor_1'");
  });
  EXPECT_EQ(rows, 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, Limited, ::testing::ValuesIn(db::testing::engines()));

}  // namespace
}  // namespace oprag::limits
