#include "models/sse.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::UpstreamError;

using Events = std::vector<std::string>;

// Fed in pieces of `size` bytes.
Events events(std::string_view stream, std::size_t size) {
  Events out;
  SseParser parser([&](std::string_view data) { out.emplace_back(data); });
  for (std::size_t i = 0; i < stream.size(); i += size) parser.feed(stream.substr(i, size));
  parser.finish();
  return out;
}

TEST(Sse, reads_the_same_events_however_the_stream_is_cut) {
  const std::string stream =
      "\xef\xbb\xbf: hello\r\ndata: one\r\n\r\nid: 7\nevent: x\ndata:two \xe2\x82\xac\ndata\ndata:  lines\n\n\n\rdata: "
      "three\r\rretry: 5\n\n";
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    EXPECT_EQ(events(stream, size), (Events{"one", "two \xe2\x82\xac\n\n lines", "three"})) << size;
  }
}

TEST(Sse, counts_a_last_event_only_when_its_line_is_whole) {
  EXPECT_EQ(events("data: a\n\ndata: b\n", 3), (Events{"a", "b"}));
  EXPECT_EQ(events("data: a\n\ndata: {\"cut", 3), Events{"a"});
  EXPECT_EQ(events("database: no\n\n", 3), Events{});
}

TEST(Sse, refuses_an_event_without_end) {
  SseParser parser([](std::string_view) {});
  const std::string line = "data: " + std::string(1000, 'x') + "\n";
  EXPECT_THROW(
      {
        for (int i = 0; i < 2000; ++i) parser.feed(line);
      },
      UpstreamError);
}

}  // namespace
}  // namespace oprag::models
