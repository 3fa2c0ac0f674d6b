#include "base/timestamp.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/environment.hpp"

namespace oprag {
namespace {

TEST(Timestamp, WritesTheContractsForm) {
  EXPECT_EQ(to_iso8601({1'781'006'400'000}), "2026-06-09T12:00:00.000Z");
  EXPECT_EQ(to_iso8601({-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_iso_date({1'781'006'400'000}), "2026-06-09");
}

TEST(Timestamp, ReadsWhatItWritesAndOffsets) {
  EXPECT_EQ(parse_iso8601("2026-06-09T12:00:00.000Z")->ms, 1'781'006'400'000);
  EXPECT_EQ(parse_iso8601("2026-06-09T14:00:00+02:00")->ms, 1'781'006'400'000);
  EXPECT_EQ(parse_iso8601("2026-06-09")->ms, 1'780'963'200'000);
}

TEST(Timestamp, RefusesAnythingElse) {
  for (const auto* bad : {"", "2026", "2026-13-01", "2026-02-30", "2026-06-09T", "2026-06-09T25:00:00Z",
                          "2026-06-09T12:00:00", "2026-06-09T12:00:00.Z", "2026-06-09T12:00:00Zx", "20260609"}) {
    EXPECT_FALSE(parse_iso8601(bad)) << bad;
  }
}

TEST(Random, Base62HasTheLengthAndDoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto text = random_base62(22);
    EXPECT_EQ(text.size(), 22u);
    EXPECT_EQ(text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), text.npos);
    EXPECT_TRUE(seen.insert(text).second);
  }
}

TEST(Random, UuidIsVersionFour) {
  const auto uuid = random_uuid();
  ASSERT_EQ(uuid.size(), 36u);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
}

}  // namespace
}  // namespace oprag
