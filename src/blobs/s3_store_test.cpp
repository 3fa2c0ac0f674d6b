// The bucket client against a server that is busy, broken, or lies. What a good bucket does is object_store_test.cpp.
#include "blobs/s3_store.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "outbound/fake_server.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::blobs {
namespace {

using outbound::FakeServer;
using outbound::UpstreamError;
using outbound::UpstreamFailure;
using std::chrono::milliseconds;

struct Bucket {
  explicit Bucket(FakeServer::Handler handler, BucketSettings change = {}) : server(std::move(handler)) {
    settings = std::move(change);
    settings.endpoint = server.url();
    settings.bucket = "docs";
    settings.access_key = Secret("AK");
    settings.secret_key = Secret("sk-hidden");
    settings.timeouts.idle = milliseconds(200);
  }
  S3Store store() {
    return S3Store(
        settings, [] { return Timestamp{1'780'000'000'000}; }, [this](milliseconds time) { pauses.push_back(time); });
  }
  FakeServer server;
  BucketSettings settings;
  std::vector<milliseconds> pauses;
};

std::string failure_of(S3Store&& store) {
  try {
    store.get("k");
  } catch (const UpstreamError& error) {
    EXPECT_EQ(std::string(error.what()).find("hidden"), std::string::npos);
    return error.what();
  }
  return "no failure";
}

TEST(S3Store, AsksABusyBucketAgainAfterAPause) {
  int asked = 0;
  Bucket busy([&](const FakeServer::Exchange& e) {
    if (++asked < 4)
      e.respond("503 Slow Down", "application/xml", "<Error><Code>SlowDown</Code></Error>", "Retry-After: 2\r\n");
    else
      e.respond("200 OK", "text/plain", "bytes");
  });
  EXPECT_EQ(busy.store().get("k"), "bytes");
  EXPECT_EQ(busy.pauses, (std::vector<milliseconds>{milliseconds(2000), milliseconds(2000), milliseconds(2000)}));
}

TEST(S3Store, GivesUpWithTheBucketsCode) {
  Bucket busy([](const FakeServer::Exchange& e) {
    e.respond("503 Slow Down", "application/xml", "<Error><Code>SlowDown</Code></Error>");
  });
  EXPECT_EQ(failure_of(busy.store()), "The bucket answered 503 SlowDown");
  EXPECT_EQ(busy.pauses, (std::vector<milliseconds>{milliseconds(200), milliseconds(400), milliseconds(800)}));
}

TEST(S3Store, SaysWhatToCheckWhenItIsRefused) {
  Bucket denied([](const FakeServer::Exchange& e) {
    e.respond("403 Forbidden", "application/xml",
              "<Error><Code>SignatureDoesNotMatch</Code><Message>sk-hidden</Message></Error>");
  });
  EXPECT_EQ(failure_of(denied.store()),
            "The bucket answered 403 SignatureDoesNotMatch: check the access key, its secret, its permissions and the "
            "region");
  EXPECT_TRUE(denied.pauses.empty());
}

TEST(S3Store, KnowsABucketThatIsNotThereFromAnObjectThatIsNot) {
  Bucket absent([](const FakeServer::Exchange& e) {
    e.respond("404 Not Found", "application/xml", "<Error><Code>NoSuchKey</Code></Error>");
  });
  EXPECT_EQ(absent.store().get("k"), std::nullopt);
  Bucket nowhere([](const FakeServer::Exchange& e) {
    e.respond("404 Not Found", "application/xml", "<Error><Code>NoSuchBucket</Code></Error>");
  });
  EXPECT_EQ(failure_of(nowhere.store()), "The bucket answered 404 NoSuchBucket: check the bucket's name");
}

TEST(S3Store, DoesNotReadAnUploadThatIsLargerThanItMayBe) {
  std::vector<std::string> asked;
  Bucket full(
      [&](const FakeServer::Exchange& e) {
        asked.push_back(e.request().substr(0, e.request().find(" HTTP")));
        if (e.request().starts_with("HEAD /docs/uploads/"))
          e.send("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n");
        else
          e.respond("404 Not Found", "application/xml", "<Error><Code>NoSuchKey</Code></Error>");
      },
      {.largest = 1000});
  EXPECT_EQ(full.store().seal("k")->size, 1001);
  EXPECT_EQ(full.store().head("k")->size, 1001);
  for (const auto& request : asked) EXPECT_FALSE(request.starts_with("GET /docs/uploads/")) << request;
}

TEST(S3Store, SaysWhenTheBucketIsSilentOrCutsItsAnswer) {
  Bucket silent([](const FakeServer::Exchange& e) { e.wait_for_close(); }, {.attempts = 2});
  EXPECT_EQ(failure_of(silent.store()), "The bucket did not answer in time");
  EXPECT_EQ(silent.pauses.size(), 1u);
  Bucket cut([](const FakeServer::Exchange& e) { e.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal"); },
             {.attempts = 2});
  EXPECT_EQ(failure_of(cut.store()), "The bucket closed the connection before it had answered");
}

TEST(S3Store, RefusesBytesThatAreNotThoseThatWereStored) {
  Bucket rotten([](const FakeServer::Exchange& e) {
    e.respond("200 OK", "text/plain", "other", "x-amz-meta-oprag-sha256: " + crypto::sha256_hex("bytes") + "\r\n");
  });
  EXPECT_EQ(failure_of(rotten.store()), "The bucket gives other bytes than were stored");
}

TEST(S3Store, FollowsAListOverItsPagesAndNotInACircle) {
  Bucket paged([](const FakeServer::Exchange& e) {
    const bool second = e.request().find("continuation-token=t%2B1") != std::string::npos;
    const bool uploads = e.request().find("prefix=uploads") != std::string::npos;
    e.respond("200 OK", "application/xml",
              uploads  ? "<ListBucketResult/>"
              : second ? "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>b</Key></Contents>"
                         "</ListBucketResult>"
                       : "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t+1"
                         "</NextContinuationToken><Contents><Key>a%2Bx</Key></Contents></ListBucketResult>");
  });
  EXPECT_EQ(paged.store().list(""), (std::vector<std::string>{"a+x", "b"}));
  Bucket circle([](const FakeServer::Exchange& e) {
    e.respond("200 OK", "application/xml",
              "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
              "</ListBucketResult>");
  });
  EXPECT_THROW(circle.store().list(""), UpstreamError);
}

TEST(S3Store, SaysWhyAPageCannotSendAFile) {
  const std::string origin = "https://oprag.example.com";
  const auto problem_with = [&](const std::string& status, const std::string& headers) {
    Bucket bucket([&](const FakeServer::Exchange& e) { e.respond(status, "text/plain", "", headers); });
    const auto problem = bucket.store().upload_problem(origin);
    const auto asked = bucket.server.requests().front();
    EXPECT_TRUE(asked.starts_with("OPTIONS /docs/uploads/")) << asked;
    EXPECT_NE(asked.find("Origin: " + origin + "\r\nAccess-Control-Request-Method: PUT\r\n"), std::string::npos)
        << asked;
    return problem.value_or("none");
  };
  const std::string ours = "Access-Control-Allow-Origin: " + origin + "\r\n";
  const std::string put = "Access-Control-Allow-Methods: GET, PUT\r\n", any = "Access-Control-Allow-Headers: *\r\n";
  const std::string type = "Access-Control-Allow-Headers: X-A,Content-Type\r\n";
  EXPECT_EQ(problem_with("200 OK", ours + put + type), "none");
  EXPECT_EQ(problem_with("204 No Content", "Access-Control-Allow-Origin: *\r\n" + put + any), "none");
  const auto refused = "its CORS rules do not allow PUT with Content-Type from " + origin;
  EXPECT_EQ(problem_with("403 Forbidden", ours + put + any), refused);
  EXPECT_EQ(problem_with("200 OK", put + any), refused);
  EXPECT_EQ(problem_with("200 OK", "Access-Control-Allow-Origin: https://example.com\r\n" + put + any), refused);
  EXPECT_EQ(problem_with("200 OK", ours + "Access-Control-Allow-Methods: GET, HEAD\r\n" + any), refused);
  EXPECT_EQ(problem_with("200 OK", ours + put), refused);
  Bucket silent([](const FakeServer::Exchange& e) { e.send("nonsense"); });
  EXPECT_TRUE(
      silent.store().upload_problem(origin).value_or("").starts_with("its CORS rules cannot be seen: The bucket"));
}

TEST(S3Store, NamesTheBucketInThePathOrInTheHost) {
  const auto now = [] { return Timestamp{1'780'000'000'000}; };
  BucketSettings settings{.endpoint = "https://s3.example.com/",
                          .bucket = "docs",
                          .access_key = Secret("AK"),
                          .secret_key = Secret("s"),
                          .session_token = Secret("token/1")};
  const auto by_path = S3Store(settings, now, {}).presign_put("a b", 60, 1);
  EXPECT_TRUE(by_path.starts_with("https://s3.example.com/docs/uploads/a%20b?")) << by_path;
  EXPECT_NE(by_path.find("&X-Amz-Security-Token=token%2F1&"), std::string::npos);
  settings.path_style = false;
  settings.public_endpoint = "https://files.example.com";
  EXPECT_TRUE(
      S3Store(settings, now, {}).presign_get("a b", 60, {}).starts_with("https://docs.files.example.com/a%20b?"));
}

}  // namespace
}  // namespace oprag::blobs
