#include "http/framing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace oprag::http {
namespace {

const std::string host = "Host: api.test\r\n";

std::expected<Head, Refusal> parse(const std::string& head) {
  const auto length = head_length(head);
  if (!length) return std::unexpected(length.error());
  EXPECT_EQ(*length, head.size()) << head;
  return parse_head(head);
}

std::expected<Head, Refusal> get_with(const std::string& fields) {
  return parse("GET / HTTP/1.1\r\n" + host + fields + "\r\n");
}

ErrorCode refusal_of(const std::string& head) {
  const auto parsed = parse(head);
  return parsed ? ErrorCode::internal : parsed.error().code;
}

TEST(Framing, ReadsAPlainHead) {
  const auto head =
      parse("POST /v1/chat?x=1 HTTP/1.1\r\n" + host + "X-Oprag-Key:  key \t\r\nContent-Length: 12\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->request.method, "POST");
  EXPECT_EQ(head->request.target, "/v1/chat?x=1");
  EXPECT_EQ(head->request.headers["x-oprag-key"], "key");
  EXPECT_EQ(head->request.content_length, 12);
  EXPECT_TRUE(head->keep_alive);
}

TEST(Framing, WaitsForTheEmptyLineAtEverySplit) {
  const std::string head = "GET / HTTP/1.1\r\n" + host + "\r\n";
  for (std::size_t size = 0; size < head.size(); ++size) {
    const auto length = head_length(head.substr(0, size));
    ASSERT_TRUE(length) << size;
    EXPECT_EQ(*length, 0U) << size;
  }
  EXPECT_EQ(head_length(head + "GET /next"), head.size());
}

TEST(Framing, RefusesWhateverTwoServersCouldReadDifferently) {
  const std::vector<std::string> attacks = {
      "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
      "Content-Length: 1\r\nContent-Length: 1\r\n",
      "Content-Length: 1, 1\r\n",
      "Content-Length: +1\r\n",
      "Content-Length: -1\r\n",
      "Content-Length: 0x1\r\n",
      "Content-Length: 1 \x0b\r\n",
      "Content-Length:\r\n",
      "Content-Length: 99999999999999999999\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding: chunked, chunked\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: chunked, identity\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
      "Transfer-Encoding: \x0b"
      "chunked\r\n",
      "Transfer-Encoding : chunked\r\n",
      "X-Folded: a\r\n b\r\n",
      " X-First: a\r\n",
      "X-Folded: a\r\n\tb\r\n",
      "No-Colon\r\n",
      ": no name\r\n",
      "Bad Name: a\r\n",
      "B\xc3\xa4"
      "d: a\r\n",
      "Host: other.test\r\n",
      "X-Nul: a" + std::string(1, '\0') + "\r\n",
      "X-Cr: a\rb\r\n",
      "X-Lf: a\nX-Other: b\r\n",
      "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n",
      "Origin: https://a\r\nOrigin: https://b\r\n",
      "Expect: 200-ok\r\n",
  };
  for (const auto& fields : attacks) {
    const auto parsed = get_with(fields);
    ASSERT_FALSE(parsed) << fields;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_request) << fields;
  }
}

TEST(Framing, RefusesBadRequestLinesAndHosts) {
  for (const std::string line :
       {"GET  / HTTP/1.1", "GET /", "GET / HTTP/2.0", "GET / http/1.1", "GET / HTTP/1.1 ", "G(T / HTTP/1.1",
        "GET /a b HTTP/1.1", "GET /\x01 HTTP/1.1", "GET /\xc3\xa9 HTTP/1.1", "GET /#f HTTP/1.1", "GET index HTTP/1.1",
        "OPTIONS * HTTP/1.1", "CONNECT api.test:443 HTTP/1.1", " GET / HTTP/1.1"}) {
    EXPECT_EQ(refusal_of(line + "\r\n" + host + "\r\n"), ErrorCode::invalid_request) << line;
  }
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), ErrorCode::invalid_request) << "no Host";
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), ErrorCode::invalid_request);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"), ErrorCode::invalid_request);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\nHost: a\n\n"), ErrorCode::invalid_request) << "bare LF";
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), ErrorCode::invalid_request);
}

TEST(Framing, TakesTheAbsoluteFormOfOurOwnHostOnly) {
  const auto own = parse("GET http://API.test/v1?a=b HTTP/1.1\r\n" + host + "\r\n");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->request.target, "/v1?a=b");
  EXPECT_EQ(parse("GET http://api.test HTTP/1.1\r\n" + host + "\r\n")->request.target, "/");
  EXPECT_EQ(refusal_of("GET http://evil.test/v1 HTTP/1.1\r\n" + host + "\r\n"), ErrorCode::invalid_request);
  EXPECT_EQ(refusal_of("GET http://u@api.test/v1 HTTP/1.1\r\n" + host + "\r\n"), ErrorCode::invalid_request);
  EXPECT_EQ(refusal_of("GET ftp://api.test/v1 HTTP/1.1\r\n" + host + "\r\n"), ErrorCode::invalid_request);
}

TEST(Framing, LimitsTheTargetTo8KiB) {
  const auto head_of = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\n" + host + "\r\n";
  };
  EXPECT_TRUE(parse(head_of(max_target)));
  EXPECT_EQ(refusal_of(head_of(max_target + 1)), ErrorCode::uri_too_long);
  const auto endless = head_length("GET /" + std::string(max_target + 100, 'a'));
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::uri_too_long);
}

TEST(Framing, LimitsTheHeaderBlockTo16KiBAndAHundredFields) {
  const auto head_of = [](std::size_t block) {
    return "GET / HTTP/1.1\r\n" + host + "X-A: " + std::string(block - host.size() - 7, 'a') + "\r\n\r\n";
  };
  EXPECT_TRUE(parse(head_of(max_header_block)));
  EXPECT_EQ(refusal_of(head_of(max_header_block + 1)), ErrorCode::headers_too_large);
  const auto endless = head_length("GET / HTTP/1.1\r\nX-A: " + std::string(max_header_block, 'a'));
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::headers_too_large);

  std::string fields;
  for (std::size_t i = 1; i < max_fields; ++i) fields += "X-A: b\r\n";
  EXPECT_TRUE(get_with(fields));
  EXPECT_EQ(get_with(fields + "X-A: b\r\n").error().code, ErrorCode::headers_too_large);
}

TEST(Framing, KeepsTheConnectionAsTheClientAsks) {
  EXPECT_FALSE(get_with("Connection: close\r\n")->keep_alive);
  EXPECT_FALSE(get_with("Connection: foo, Close\r\n")->keep_alive);
  EXPECT_TRUE(get_with("Connection: keep-alive\r\n")->keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  EXPECT_TRUE(get_with("Expect: 100-Continue\r\n")->expects_continue);
}

// Feeds `bytes` in pieces of `piece`; the body, or "refused", or "unfinished".
std::string decode(const Head& head, std::string_view bytes, std::size_t piece) {
  BodyDecoder decoder(head);
  std::string body;
  std::string waiting;
  while (!bytes.empty() && !decoder.done()) {
    waiting.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    const auto used = decoder.feed(waiting, body, 1000);
    if (!used) return "refused";
    waiting.erase(0, *used);
  }
  return decoder.done() ? body : "unfinished";
}

TEST(Framing, DecodesBodiesInPiecesOfAnySize) {
  Head chunked;
  chunked.chunked = true;
  Head plain;
  plain.request.content_length = 5;
  const std::string chunks = "3\r\nabc\r\n0a\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n";
  for (std::size_t piece = 1; piece <= chunks.size(); ++piece) {
    EXPECT_EQ(decode(chunked, chunks, piece), "abc0123456789") << piece;
    EXPECT_EQ(decode(plain, "hello", piece), "hello");
  }
  EXPECT_EQ(decode(plain, "hell", 4), "unfinished");
  EXPECT_EQ(decode(chunked, "3\r\nabc\r\n0\r\n", 99), "unfinished");
}

TEST(Framing, LeavesWhatFollowsTheBody) {
  Head plain;
  plain.request.content_length = 3;
  BodyDecoder decoder(plain);
  std::string body;
  EXPECT_EQ(decoder.feed("abcGET / HTTP/1.1", body, 1000), 3U);
  EXPECT_TRUE(decoder.done());
}

TEST(Framing, RefusesChunkTricks) {
  Head chunked;
  chunked.chunked = true;
  for (const std::string bytes :
       {"+3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n", " 3\r\nabc\r\n", "3 \r\nabc\r\n",
        "3;ext=1\r\nabc\r\n", "\r\nabc\r\n", "3\nabc\n0\n\n", "3\r\nabcd\r\n0\r\n\r\n", "3\r\nab\r\n",
        "fffffffffffffffff\r\n", "8000000000000000\r\n", "3\r\nabc\r\n0\r\n\nX\r\n", "g\r\n"}) {
    EXPECT_EQ(decode(chunked, bytes, bytes.size()), "refused") << bytes;
    EXPECT_EQ(decode(chunked, bytes, 1), "refused") << bytes;
  }
  EXPECT_EQ(decode(chunked, "0\r\nX: " + std::string(max_trailer, 'a') + "\r\n\r\n", 999), "refused");
}

}  // namespace
}  // namespace oprag::http
