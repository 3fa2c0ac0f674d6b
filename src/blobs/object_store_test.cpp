// What every ObjectStore does, tried on each: the directory, and a bucket when OPRAG_TEST_S3 names one
// ("http://ACCESS:SECRET@127.0.0.1:PORT/BUCKET", as `scripts/services` names it).
#include "blobs/object_store.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "blobs/s3_requests.hpp"
#include "blobs/s3_store.hpp"
#include "blobs/testing.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::blobs {
namespace {

struct Backend {
  virtual ~Backend() = default;
  virtual ObjectStore& store() = 0;
  // The status of a presigned request, and the body of its answer.
  virtual std::pair<int, std::string> send(const std::string& method, const std::string& url,
                                           const std::string& body) = 0;
  Timestamp now = system_now();
};

struct OnDisk : Backend {
  TemporaryDirectory root;
  DiskStore disk{{.root = root.path, .public_base = "http://127.0.0.1:8080/_objects", .key = {"AKOPRAG", "secret"}},
                 [this] { return now; }};
  S3Requests face{disk, "/_objects", [this] { return now; }};

  ObjectStore& store() override { return disk; }
  std::pair<int, std::string> send(const std::string& method, const std::string& url,
                                   const std::string& body) override {
    return answer_of(face, method, url.substr(std::string("http://127.0.0.1:8080").size()), body);
  }
};

std::optional<BucketSettings> test_bucket() {
  const char* given = std::getenv("OPRAG_TEST_S3");
  if (!given) return {};
  const std::string url(given);
  const auto start = url.find("://") + 3, colon = url.find(':', start), at = url.find('@'), slash = url.find('/', at);
  BucketSettings out{.endpoint = url.substr(0, start) + url.substr(at + 1, slash - at - 1),
                     .bucket = url.substr(slash + 1),
                     .prefix = "below/here/",
                     .access_key = Secret(url.substr(start, colon - start)),
                     .secret_key = Secret(url.substr(colon + 1, at - colon - 1))};
  return out;
}

struct InBucket : Backend {
  S3Store bucket{*test_bucket(), [this] { return now; }, [](auto time) { std::this_thread::sleep_for(time); }};
  outbound::Client client{"The bucket"};

  ObjectStore& store() override { return bucket; }
  std::pair<int, std::string> send(const std::string& method, const std::string& url,
                                   const std::string& body) override {
    const auto response = client.send({.method = method, .url = url, .body = body});
    return {response.status, response.body};
  }
};

struct EveryStore : ::testing::TestWithParam<std::string> {
  std::unique_ptr<Backend> backend;
  const std::string root = "test-" + random_base62(10) + "/";  // of this test's keys

  void SetUp() override {
    if (GetParam() == "bucket" && !test_bucket()) GTEST_SKIP() << "OPRAG_TEST_S3 names no bucket";
    if (GetParam() == "bucket")
      backend = std::make_unique<InBucket>();
    else
      backend = std::make_unique<OnDisk>();
  }
  void TearDown() override {
    if (!backend) return;
    for (const auto& key : store().list(root)) store().remove(key);
  }
  ObjectStore& store() { return backend->store(); }
  int upload(const std::string& key, const std::string& bytes) {
    return backend->send("PUT", store().presign_put(key, 900, 1000), bytes).first;
  }
};

TEST_P(EveryStore, GivesBackTheBytesAndTheirDigest) {
  const std::string bytes("a\0\xff\r\n", 5);
  for (const auto& name : {"x.pdf", "a b+c.pdf", "\xc3\xa4.pdf", "100%.pdf"}) {
    store().put(root + name, bytes);
    EXPECT_EQ(store().get(root + name), bytes) << name;
    const auto info = store().head(root + name);
    ASSERT_TRUE(info) << name;
    EXPECT_EQ(info->size, 5);
    EXPECT_EQ(info->sha256, crypto::sha256_hex(bytes));
    EXPECT_EQ(info->etag, crypto::hex_encode(crypto::md5(bytes)));
  }
}

TEST_P(EveryStore, ReplacesAndRemoves) {
  store().put(root + "x", "first");
  store().put(root + "x", "second one");
  EXPECT_EQ(store().get(root + "x"), "second one");
  EXPECT_EQ(store().head(root + "x")->size, 10);
  store().remove(root + "x");
  EXPECT_FALSE(store().get(root + "x"));
  EXPECT_FALSE(store().head(root + "x"));
  EXPECT_NO_THROW(store().remove(root + "x"));
}

TEST_P(EveryStore, KeepsAnEmptyObjectAndALargeOne) {
  store().put(root + "empty", "");
  EXPECT_EQ(store().get(root + "empty"), "");
  const std::string large(20 << 20, 'x');
  store().put(root + "large", large);
  EXPECT_EQ(store().get(root + "large"), large);
}

TEST_P(EveryStore, ListsByPrefixInOrder) {
  for (const auto* key : {"b/2", "b/1", "a/1", "bb/1", "b/sub/3 ä"}) store().put(root + key, "x");
  EXPECT_EQ(store().list(root + "b/"), (std::vector<std::string>{root + "b/1", root + "b/2", root + "b/sub/3 ä"}));
  EXPECT_EQ(store().list(root).size(), 5u);
  EXPECT_EQ(store().list(root + "b").size(), 4u);
  EXPECT_TRUE(store().list(root + "none/").empty());
}

TEST_P(EveryStore, TakesAnUploadThroughItsUrl) {
  EXPECT_EQ(upload(root + "d.pdf", "hello"), 200);
  EXPECT_EQ(store().get(root + "d.pdf"), "hello");
  EXPECT_EQ(store().head(root + "d.pdf")->sha256, crypto::sha256_hex("hello"));
  EXPECT_EQ(store().list(root), std::vector<std::string>{root + "d.pdf"});
  EXPECT_EQ(upload(root + "d.pdf", "hello again"), 200);
  EXPECT_EQ(store().get(root + "d.pdf"), "hello again");
}

TEST_P(EveryStore, KeepsWhatIsSealedWhateverTheOldUrlIsSent) {
  const auto url = store().presign_put(root + "d.pdf", 900, 1000);
  ASSERT_EQ(backend->send("PUT", url, "confirmed").first, 200);
  const auto sealed = store().seal(root + "d.pdf");
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->sha256, crypto::sha256_hex("confirmed"));
  EXPECT_EQ(sealed->size, 9);
  backend->send("PUT", url, "swapped!!");
  EXPECT_EQ(store().get(root + "d.pdf"), "confirmed");
  EXPECT_EQ(store().head(root + "d.pdf")->sha256, sealed->sha256);
  EXPECT_EQ(store().seal(root + "d.pdf")->sha256, sealed->sha256);
  store().remove(root + "d.pdf");
  EXPECT_FALSE(store().get(root + "d.pdf"));
}

TEST_P(EveryStore, TakesAnotherUploadOnceUnsealed) {
  ASSERT_EQ(upload(root + "d.pdf", "wrong"), 200);
  store().seal(root + "d.pdf");
  store().unseal(root + "d.pdf");
  EXPECT_EQ(store().get(root + "d.pdf"), "wrong");
  ASSERT_EQ(upload(root + "d.pdf", "right"), 200);
  EXPECT_EQ(store().seal(root + "d.pdf")->sha256, crypto::sha256_hex("right"));
}

TEST_P(EveryStore, SealsNothingWhereNothingIs) {
  EXPECT_FALSE(store().seal(root + "none"));
  EXPECT_NO_THROW(store().unseal(root + "none"));
}

TEST_P(EveryStore, ShowsAnObjectThroughItsUrl) {
  store().put(root + "d.pdf", "hello");
  const auto url = store().presign_get(root + "d.pdf", 300, {"application/pdf", "ä b.pdf"});
  EXPECT_EQ(backend->send("GET", url, ""), std::pair(200, std::string("hello")));
  auto tampered = url;
  tampered.replace(tampered.find("d.pdf"), 5, "e.pdf");
  EXPECT_EQ(backend->send("GET", tampered, "").first, 403);
  EXPECT_EQ(backend->send("PUT", url, "x").first, 403);
  EXPECT_EQ(backend->send("GET", url.substr(0, url.find('?')), "").first, 403);
}

TEST_P(EveryStore, RefusesAUrlAfterItsTime) {
  store().put(root + "d.pdf", "hello");
  backend->now = backend->now - 3600 * second_ms;
  const auto put = store().presign_put(root + "e.pdf", 900, 1000);
  const auto get = store().presign_get(root + "d.pdf", 300, {"application/pdf", "d.pdf"});
  backend->now = backend->now + 3600 * second_ms;
  EXPECT_EQ(backend->send("PUT", put, "x").first, 403);
  EXPECT_EQ(backend->send("GET", get, "").first, 403);
}

TEST_P(EveryStore, RefusesWhatIsNoKey) {
  for (const auto* key : {"", "/etc/passwd"}) EXPECT_THROW(store().put(key, "x"), std::invalid_argument) << key;
}

INSTANTIATE_TEST_SUITE_P(Stores, EveryStore, ::testing::Values("disk", "bucket"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace oprag::blobs
