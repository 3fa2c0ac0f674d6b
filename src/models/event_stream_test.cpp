#include "models/event_stream.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"
#include "models/event_stream_frames.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::models {
namespace {

using outbound::UpstreamError;
using outbound::UpstreamFailure;

// As botocore frames it.
const std::string known = crypto::hex_decode(
                              "0000009400000057b4ab9aee0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c7461"
                              "0d3a636f6e74656e742d74797065"
                              "0700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b2263"
                              "6f6e74656e74426c6f636b496e64"
                              "6578223a302c2264656c7461223a7b2274657874223a224869227d7d1f944657")
                              .value();

std::vector<std::string> read(std::string_view bytes, std::size_t piece = 1 << 20) {
  std::vector<std::string> out;
  EventStreamParser parser(
      [&](const EventMessage& m) { out.push_back(m.type + " " + m.name + " " + std::string(m.payload)); });
  for (std::size_t at = 0; at < bytes.size(); at += piece) parser.feed(bytes.substr(at, piece));
  parser.finish();
  return out;
}

TEST(EventStream, reads_a_known_message_in_whatever_pieces_it_comes) {
  const std::string text = R"(event contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Hi"}})";
  for (std::size_t piece = 1; piece <= known.size(); ++piece) EXPECT_EQ(read(known, piece), std::vector{text});
  EXPECT_EQ(read(known + testing::frame("exception", "throttlingException", "{}") + known, 7),
            (std::vector<std::string>{text, "exception throttlingException {}", text}));
}

TEST(EventStream, takes_no_message_of_which_a_bit_is_wrong) {
  for (std::size_t bit = 0; bit < 8 * known.size(); ++bit) {
    auto damaged = known;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_THROW(read(damaged), UpstreamError) << bit;
  }
}

TEST(EventStream, notices_that_it_ends_within_a_message) {
  for (std::size_t length = 1; length < known.size(); ++length) {
    try {
      read(known.substr(0, length));
      ADD_FAILURE() << length;
    } catch (const UpstreamError& error) {
      EXPECT_EQ(error.failure(), UpstreamFailure::cut_off);
    }
  }
}

TEST(EventStream, has_a_longest_message) {
  const auto overhead = testing::frame("event", "x", "").size();
  const auto most = (std::size_t{1} << 20) - overhead;
  EXPECT_EQ(read(testing::frame("event", "x", std::string(most, 'a'))).size(), 1u);
  EXPECT_THROW(read(testing::frame("event", "x", std::string(most + 1, 'a'))), UpstreamError);
}

TEST(EventStream, steps_over_headers_of_every_type_and_refuses_an_unknown_one) {
  using namespace std::string_literals;
  const auto typed = [](char type, const std::string& value) { return "\1h"s + type + value; };
  const auto all = typed(0, "") + typed(1, "") + typed(2, "a") + typed(3, "ab") + typed(4, "abcd") +
                   typed(5, "abcdefgh") + typed(6, "\0\2ab"s) + typed(7, "\0\2ab"s) + typed(8, "abcdefgh") +
                   typed(9, "abcdefghijklmnop");
  EXPECT_EQ(read(testing::frame("event", "x", "{}", all)), std::vector<std::string>{"event x {}"});
  EXPECT_THROW(read(testing::frame("event", "x", "{}", typed(10, "a"))), UpstreamError);
  EXPECT_THROW(read(testing::frame("event", "x", "{}", typed(7, "\0\3ab"s))), UpstreamError);
}

}  // namespace
}  // namespace oprag::models
