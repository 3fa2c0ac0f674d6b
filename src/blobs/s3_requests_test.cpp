#include "blobs/s3_requests.hpp"

#include <gtest/gtest.h>

#include "blobs/testing.hpp"

namespace oprag::blobs {
namespace {

struct Presigned : ::testing::Test {
  TemporaryDirectory root;
  Timestamp now{1'780'000'000'000};
  const std::string base = "https://rag.example.com/prefix/_objects";
  DiskStore store{{.root = root.path, .public_base = base, .key = {"AKOPRAG", "secret"}}, [this] { return now; }};
  S3Requests face{store, "/_objects", [this] { return now; }};

  // As the server hands it on: the public prefix is gone from the path.
  http::Response send(const std::string& method, std::string url, const std::string& body = "",
                      const std::string& range = "") {
    url.erase(0, std::string("https://rag.example.com/prefix").size());
    http::Request request;
    request.method = method;
    EXPECT_TRUE(http::read_target(request, url)) << url;
    TextReader reader(body);
    request.incoming = &reader;
    if (!range.empty()) request.headers.set("Range", range);
    return face.answer(request);
  }
};

TEST_F(Presigned, TakesAnUploadAndGivesItBack) {
  const auto put = send("PUT", store.presign_put("d/a b.pdf", 900, 100), "hello");
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.headers["ETag"], "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(put.headers["Access-Control-Allow-Origin"], "*");
  const auto url = store.presign_get("d/a b.pdf", 300, {"application/pdf", "ä b.pdf"});
  const auto got = send("GET", url);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(body_of(got), "hello");
  EXPECT_EQ(got.headers["Content-Disposition"], "inline; filename*=UTF-8''%C3%A4%20b.pdf");
  EXPECT_EQ(got.headers["Content-Security-Policy"], "sandbox; default-src 'none'");
  const auto part = send("GET", url, "", "bytes=1-2");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(body_of(part), "el");
  EXPECT_EQ(send("GET", url, "", "bytes=9-").status, 416);
  EXPECT_EQ(body_of(send("GET", url, "", "bytes=-2")), "lo");
}

TEST_F(Presigned, RefusesAnotherMethodKeySignatureOrTime) {
  const auto url = store.presign_put("d/x", 900, 100);
  EXPECT_EQ(send("GET", url).status, 403);
  auto other = url;
  other.replace(other.find("/d/x"), 4, "/d/y");
  EXPECT_EQ(send("PUT", other, "x").status, 403);
  auto larger = url;
  larger.replace(larger.find("max-bytes=100"), 13, "max-bytes=999");
  EXPECT_EQ(send("PUT", larger, "x").status, 403);
  EXPECT_EQ(send("PUT", url.substr(0, url.find('?')), "x").status, 403);
  now = now + 901 * second_ms;
  EXPECT_EQ(send("PUT", url, "x").status, 403);
  EXPECT_FALSE(store.get("d/x"));
}

TEST_F(Presigned, HoldsTheSizeLimitToTheByte) {
  const auto url = store.presign_put("d/x", 900, 5);
  EXPECT_EQ(send("PUT", url, "12345").status, 200);
  const auto refused = send("PUT", url, "123456");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("EntityTooLarge"), std::string::npos);
  EXPECT_EQ(store.get("d/x"), "12345");
}

TEST_F(Presigned, RefusesAnUploadAfterConfirm) {
  const auto url = store.presign_put("d/x", 900, 5);
  send("PUT", url, "12345");
  store.seal("d/x");
  EXPECT_EQ(send("PUT", url, "1").status, 403);
  EXPECT_EQ(store.get("d/x"), "12345");
}

TEST_F(Presigned, CannotBeTurnedIntoACopyOfAnothersObject) {
  store.put("documents/other/secret.pdf", "secret");
  const auto url = store.presign_put("documents/mine/x", 900, 100);
  const auto target = url.substr(std::string("https://rag.example.com/prefix").size());
  const auto stolen =
      response_of(face, "PUT", target, "", {{"x-amz-copy-source", "/oprag-documents/documents/other/secret.pdf"}});
  EXPECT_EQ(stolen.status, 403);
  EXPECT_FALSE(store.get("documents/mine/x"));
  EXPECT_EQ(response_of(face, "PUT", target, "x", {{"x-amz-meta-a", "b"}}).status, 403);
  for (const auto* more :
       {"&uploads=", "&tagging=", "&versionId=1", "&partNumber=1&uploadId=x", "&X-Amz-Expires=604800"})
    EXPECT_NE(response_of(face, "PUT", target + more, "x").status, 200) << more;
  for (const auto* method : {"DELETE", "POST", "PATCH", "GET", "put"})
    EXPECT_NE(response_of(face, method, target, "x").status, 200) << method;
}

TEST_F(Presigned, RefusesPathsThatLeaveTheStore) {
  for (const auto* key : {"../x", "a/../../../etc/passwd", "./x", "a/.", "..", "a/%00b"}) {
    const auto url = store.presign_get(key, 300, {});
    const auto target = url.substr(std::string("https://rag.example.com/prefix").size());
    http::Request request;
    request.method = "GET";
    if (!http::read_target(request, target)) continue;
    const auto answer = face.answer(request);
    EXPECT_TRUE(answer.status == 400 || answer.status == 403 || answer.status == 404) << key << " " << answer.status;
  }
}

TEST_F(Presigned, ChecksWhatTheClientSaysOfItsBytes) {
  const auto target = store.presign_put("d/x", 900, 100).substr(std::string("https://rag.example.com/prefix").size());
  for (const auto name : checksum_names) {
    const auto header = "x-amz-checksum-" + std::string(name);
    EXPECT_EQ(response_of(face, "PUT", target, "hello", {{header, checksum_of(name, "hello")}}).status, 200) << name;
    const auto wrong = response_of(face, "PUT", target, "hello", {{header, checksum_of(name, "")}});
    EXPECT_EQ(wrong.status, 400);
    EXPECT_NE(wrong.body.find("BadDigest"), std::string::npos);
  }
  EXPECT_EQ(response_of(face, "PUT", target, "hello", {{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}}).status, 200);
  EXPECT_EQ(response_of(face, "PUT", target, "hullo", {{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}}).status, 400);
}

TEST_F(Presigned, AnswersABrowsersPreflight) {
  const auto answer = send("OPTIONS", store.presign_put("d/x", 900, 5));
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.headers["Access-Control-Allow-Methods"].find("PUT"), std::string_view::npos);
}

}  // namespace
}  // namespace oprag::blobs
