#include "outbound/client.hpp"

#include <gtest/gtest.h>

#include "outbound/fake_server.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::outbound {
namespace {

TEST(Client, SendsTheMethodAndThePathAsTheyAreWritten) {
  FakeServer server([](const FakeServer::Exchange& e) { e.respond("200 OK", "text/plain", "x", "ETag: \"1\"\r\n"); });
  Client client("The bucket");
  for (const std::string method : {"GET", "PUT", "DELETE", "POST"}) {
    const auto response = client.send({.method = method, .url = server.url() + "/a/../b%20c?x=%2F"});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.header("etag"), "\"1\"");
    EXPECT_TRUE(server.requests().back().starts_with(method + " /a/../b%20c?x=%2F HTTP/1.1\r\n"));
  }
  EXPECT_NE(server.requests().at(1).find("Content-Length: 0\r\n"), std::string::npos);
  EXPECT_EQ(server.requests().at(0).find("Content-Length"), std::string::npos);
}

TEST(Client, SendsBytesThatAreNotItsOwn) {
  FakeServer server([](const FakeServer::Exchange& e) { e.respond("200 OK", "text/plain", ""); });
  const std::string bytes(100'000, 'b');
  Client client("The bucket");
  client.send({.method = "PUT", .url = server.url(), .borrowed_body = bytes});
  EXPECT_TRUE(server.requests().back().ends_with("\r\n\r\n" + bytes));
}

TEST(Client, EndsAHeadAtItsHeaders) {
  FakeServer server([](const FakeServer::Exchange& e) { e.send("HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n"); });
  Client client("The bucket");
  const auto response = client.send({.method = "HEAD", .url = server.url()});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.header("content-length"), "9");
}

TEST(Client, NamesItsPeerWhenItFails) {
  Client client("The bucket");
  FakeServer server(
      [](const FakeServer::Exchange& e) { e.respond("503 Busy", "text/plain", "", "Retry-After: 7\r\n"); });
  try {
    client.require_success(client.send({.method = "GET", .url = server.url()}));
    FAIL();
  } catch (const UpstreamError& error) {
    EXPECT_STREQ(error.what(), "The bucket answered 503");
    EXPECT_EQ(error.status(), 503);
    EXPECT_EQ(error.retry_after(), std::chrono::seconds(7));
  }
}

TEST(Client, DoesNotFollowARedirect) {
  FakeServer server(
      [](const FakeServer::Exchange& e) { e.respond("302 Found", "", "", "Location: http://169.254.169.254/\r\n"); });
  EXPECT_EQ(Client("x").send({.method = "GET", .url = server.url()}).status, 302);
  EXPECT_EQ(server.requests().size(), 1u);
}

}  // namespace
}  // namespace oprag::outbound
