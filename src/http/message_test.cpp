#include "http/message.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/address.hpp>

#include "http/proxies.hpp"
#include "http/wire.hpp"

namespace oprag::http {
namespace {

TEST(Message, HeaderNamesCompareWithoutCase) {
  Headers headers{{"Content-Type", "a"}, {"X-Two", "1"}, {"x-two", "2"}};
  EXPECT_EQ(headers["content-TYPE"], "a");
  EXPECT_EQ(headers["X-TWO"], "1");
  EXPECT_EQ(headers.count("x-Two"), 2U);
  headers.set("X-TWO", "3");
  EXPECT_EQ(headers.count("x-two"), 1U);
  EXPECT_EQ(headers["missing"], "");
}

TEST(Message, PercentDecodingRefusesWhatIsNoText) {
  EXPECT_EQ(percent_decode("a%20b+c%C3%A9"), "a b+c\xc3\xa9");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  for (const auto* bad : {"%", "%4", "%zz", "%00", "%ff", "%C3", "%-1"}) EXPECT_FALSE(percent_decode(bad)) << bad;
}

TEST(Message, TargetsAreTakenApartBeforeTheyAreDecoded) {
  Request request;
  ASSERT_TRUE(read_target(request, "/v1/a%2Fb/c?x=1&x=2&y&=z&%26=%3D"));
  EXPECT_EQ(request.segments, (std::vector<std::string>{"v1", "a/b", "c"}));
  EXPECT_EQ(request.path, "/v1/a/b/c");
  EXPECT_EQ(request.query, (QueryPairs{{"x", "1"}, {"x", "2"}, {"y", ""}, {"", "z"}, {"&", "="}}));
  EXPECT_EQ(request.query_value("x"), "1");
  EXPECT_FALSE(request.query_value("none"));
  EXPECT_FALSE(read_target(request, "relative"));
  EXPECT_FALSE(read_target(request, "/%ff"));
  EXPECT_FALSE(read_target(request, "/?a=%"));
}

TEST(Message, OnlyWhatATrustedProxyWroteNamesTheClient) {
  const auto address = [](const char* text) { return boost::asio::ip::make_address(text); };
  const Headers forwarded{{"X-Forwarded-For", "6.6.6.6, 203.0.113.9"}, {"X-Forwarded-For", "10.1.2.3"}};
  const TrustedProxies proxies({"10.0.0.0/8", "::1"});
  EXPECT_EQ(proxies.client_address(address("10.9.9.9"), forwarded), "203.0.113.9");
  EXPECT_EQ(proxies.client_address(address("::1"), forwarded), "203.0.113.9");
  EXPECT_EQ(proxies.client_address(address("::ffff:10.9.9.9"), forwarded), "203.0.113.9");
  EXPECT_EQ(proxies.client_address(address("192.0.2.1"), forwarded), "192.0.2.1");
  EXPECT_EQ(proxies.client_address(address("10.9.9.9"), {}), "10.9.9.9");
  EXPECT_EQ(proxies.client_address(address("10.9.9.9"), {{"X-Forwarded-For", "not an address"}}), "10.9.9.9");
  EXPECT_EQ(TrustedProxies().client_address(address("127.0.0.1"), forwarded), "127.0.0.1");
  for (const auto* bad : {"example.test", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", ""}) {
    EXPECT_THROW(TrustedProxies({bad}), std::invalid_argument) << bad;
  }
}

TEST(Message, HeaderValuesCannotForgeASecondAnswer) {
  Response response;
  response.headers = {{"Location", "/a\r\nSet-Cookie: x=1"}, {"X-Good", "1"}};
  const auto head = response_head(response, {.length = 0});
  EXPECT_EQ(head.find("Set-Cookie"), std::string::npos);
  EXPECT_NE(head.find("X-Good: 1\r\n"), std::string::npos);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace oprag::http
