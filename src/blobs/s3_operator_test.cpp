// Requests signed with the operator's access key, without a server. Real clients: tests/clients/objects.
#include <gtest/gtest.h>

#include "blobs/s3_requests.hpp"
#include "blobs/testing.hpp"

namespace oprag::blobs {
namespace {

struct Operator : ::testing::Test {
  TemporaryDirectory root;
  Timestamp now{1'780'000'000'000};
  const crypto::SigningKey key{"OPRAGKEY", "operator secret"};
  DiskStore store{{.root = root.path,
                   .public_base = "https://rag.example.com/prefix/_objects",
                   .key = {"oprag", "url secret"},
                   .operator_key = key},
                  [this] { return now; }};
  S3Requests face{store, "/_objects", [this] { return now; }};

  // `path` and `query` decoded.
  http::Response send(const std::string& method, const std::string& path, const crypto::Pairs& query = {},
                      const std::string& body = "", crypto::Pairs headers = {}, std::string payload = "") {
    if (payload.empty()) payload = crypto::sha256_hex(body);
    headers.emplace_back("host", "rag.example.com");
    const auto full = "/prefix/_objects/oprag-documents" + path;
    headers = crypto::sign_headers({method, full, query, headers, payload}, now, {"local", "s3"}, key);
    std::string target = "/_objects/oprag-documents" + crypto::uri_encode(path, true);
    char separator = '?';
    for (const auto& [name, value] : query) {
      target += separator + crypto::uri_encode(name) + "=" + crypto::uri_encode(value);
      separator = '&';
    }
    http::Headers sent;
    for (const auto& [name, value] : headers) sent.add(name, value);
    return response_of(face, method, target, body, sent);
  }
  static std::string between(const std::string& text, const std::string& from, const std::string& to) {
    const auto start = text.find(from) + from.size();
    return text.substr(start, text.find(to, start) - start);
  }
};

TEST_F(Operator, PutsReadsAndRemoves) {
  EXPECT_EQ(send("PUT", "/a b/ä+c", {}, "hello", {{"content-type", "text/x"}, {"x-amz-meta-who", "me"}}).status, 200);
  const auto got = send("GET", "/a b/ä+c");
  EXPECT_EQ(body_of(got), "hello");
  EXPECT_EQ(got.headers["Content-Type"], "text/x");
  EXPECT_EQ(got.headers["x-amz-meta-who"], "me");
  EXPECT_EQ(send("HEAD", "/a b/ä+c").length, 5u);
  EXPECT_EQ(body_of(send("GET", "/a b/ä+c", {}, "", {{"range", "bytes=1-2"}})), "el");
  EXPECT_EQ(send("DELETE", "/a b/ä+c").status, 204);
  EXPECT_EQ(send("GET", "/a b/ä+c").status, 404);
}

TEST_F(Operator, IsNotTheStoresOwnKeyNorAnyOther) {
  store.put("x", "hello");
  auto request = [&](const crypto::SigningKey& with) {
    const auto signed_headers = crypto::sign_headers(
        {"GET", "/prefix/_objects/oprag-documents/x", {}, {{"host", "rag.example.com"}}, "UNSIGNED-PAYLOAD"}, now,
        {"local", "s3"}, with);
    http::Headers sent;
    for (const auto& [name, value] : signed_headers) sent.add(name, value);
    return response_of(face, "GET", "/_objects/oprag-documents/x", "", sent).status;
  };
  EXPECT_EQ(request(key), 200);
  EXPECT_EQ(request({"oprag", "url secret"}), 403);
  EXPECT_EQ(request({"OPRAGKEY", "guess"}), 403);
  EXPECT_EQ(request({"", ""}), 403);
  EXPECT_EQ(response_of(face, "GET", "/_objects/oprag-documents/x").status, 403);
  now = now + 16 * minute_ms;
  EXPECT_EQ(send("GET", "/x").status, 200);
}

TEST_F(Operator, WritesOnlyUnderItsConditions) {
  EXPECT_EQ(send("PUT", "/x", {}, "one", {{"if-none-match", "*"}}).status, 200);
  EXPECT_EQ(send("PUT", "/x", {}, "two", {{"if-none-match", "*"}}).status, 412);
  const std::string etag(send("GET", "/x").headers["ETag"]);
  EXPECT_EQ(send("PUT", "/x", {}, "two", {{"if-match", "\"other\""}}).status, 412);
  EXPECT_EQ(send("PUT", "/x", {}, "two", {{"if-match", etag}}).status, 200);
  EXPECT_EQ(send("GET", "/x", {}, "", {{"if-match", etag}}).status, 412);
  EXPECT_EQ(send("GET", "/x", {}, "", {{"if-none-match", std::string(send("GET", "/x").headers["ETag"])}}).status, 304);
}

TEST_F(Operator, ListsInPagesWithPrefixesAndDelimiters) {
  for (const auto* name : {"a/1", "a/2", "a-b", "b/x/1", "b/x/2", "c"}) store.put(name, "x");
  const auto first = send("GET", "/", {{"list-type", "2"}, {"delimiter", "/"}, {"max-keys", "2"}}).body;
  EXPECT_NE(first.find("<Key>a-b</Key>"), std::string::npos);
  EXPECT_NE(first.find("<Prefix>a/</Prefix>"), std::string::npos);
  EXPECT_NE(first.find("<IsTruncated>true</IsTruncated>"), std::string::npos);
  const auto token = between(first, "<NextContinuationToken>", "<");
  const auto second =
      send("GET", "/", {{"list-type", "2"}, {"delimiter", "/"}, {"max-keys", "2"}, {"continuation-token", token}}).body;
  EXPECT_NE(second.find("<Prefix>b/</Prefix>"), std::string::npos);
  EXPECT_NE(second.find("<Key>c</Key>"), std::string::npos);
  EXPECT_NE(second.find("<IsTruncated>false</IsTruncated>"), std::string::npos);
}

TEST_F(Operator, RemovesManyButOnlyWhenTheListIsWhole) {
  store.put("a", "x");
  store.put("b", "x");
  const std::string body = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>";
  EXPECT_EQ(send("POST", "/", {{"delete", ""}}, body).status, 400);
  EXPECT_EQ(send("POST", "/", {{"delete", ""}}, body, {{"x-amz-checksum-crc32", "AAAAAA=="}}).status, 400);
  const auto done = send("POST", "/", {{"delete", ""}}, body, {{"x-amz-checksum-crc32", checksum_of("crc32", body)}});
  EXPECT_EQ(done.status, 200);
  EXPECT_TRUE(store.list("").empty());
}

TEST_F(Operator, CopiesOnTheServer) {
  store.put("a", "hello");
  EXPECT_EQ(send("PUT", "/b", {}, "", {{"x-amz-copy-source", "/oprag-documents/a"}}).status, 200);
  EXPECT_EQ(store.get("b"), "hello");
  EXPECT_EQ(send("PUT", "/c", {}, "", {{"x-amz-copy-source", "/oprag-documents/none"}}).status, 404);
  EXPECT_EQ(send("PUT", "/c", {}, "", {{"x-amz-copy-source", "/oprag-documents/..%2F..%2Fx"}}).status, 400);
}

TEST_F(Operator, JoinsPartsToOneObject) {
  const auto id = between(send("POST", "/big", {{"uploads", ""}}).body, "<UploadId>", "<");
  const std::string one(5 << 20, '1'), two = "two";
  std::string named = "<CompleteMultipartUpload>";
  int number = 0;
  for (const auto& part : {one, two}) {
    const auto n = std::to_string(++number);
    const auto put = send("PUT", "/big", {{"partNumber", n}, {"uploadId", id}}, part);
    EXPECT_EQ(put.status, 200);
    named += "<Part><PartNumber>" + n + "</PartNumber><ETag>" + std::string(put.headers["ETag"]) + "</ETag></Part>";
  }
  named += "</CompleteMultipartUpload>";
  EXPECT_EQ(send("POST", "/other", {{"uploadId", id}}, named).status, 404);
  EXPECT_EQ(send("POST", "/big", {{"uploadId", "../../data"}}, named).status, 404);
  EXPECT_EQ(send("POST", "/big", {{"uploadId", id}}, "<CompleteMultipartUpload>").status, 400);
  EXPECT_FALSE(store.get("big"));
  const auto done = send("POST", "/big", {{"uploadId", id}}, named);
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(store.get("big"), one + two);
  EXPECT_TRUE(store.head("big")->etag.ends_with("-2"));
  EXPECT_EQ(send("POST", "/big", {{"uploadId", id}}, named).status, 404);
}

std::string chunk(const std::string& bytes, const std::string& signature) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx", bytes.size());
  return size + (signature.empty() ? "" : ";chunk-signature=" + signature) + "\r\n" + bytes + "\r\n";
}

TEST_F(Operator, TakesUnsignedChunksWithATrailer) {
  const auto body = [](const std::string& checksum) {
    return chunk("hel", "") + chunk("lo", "") + "0\r\nx-amz-checksum-crc32:" + checksum + "\r\n\r\n";
  };
  const crypto::Pairs headers{{"content-encoding", "aws-chunked"},
                              {"x-amz-decoded-content-length", "5"},
                              {"x-amz-trailer", "x-amz-checksum-crc32"}};
  const auto payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  EXPECT_EQ(send("PUT", "/x", {}, body(checksum_of("crc32", "hello")), headers, payload).status, 200);
  EXPECT_EQ(store.get("x"), "hello");
  EXPECT_EQ(send("PUT", "/x", {}, body(checksum_of("crc32", "hullo")), headers, payload).status, 400);
  EXPECT_EQ(send("PUT", "/x", {}, "5\r\nhello\r\n0\r\n\r\n", headers, payload).status, 400);
  for (const auto* broken : {"5\r\nhello", "5\r\nhello\r\n", "zz\r\n", "5;x=1\r\nhelloXX0\r\n\r\n", "-1\r\n",
                             "6\r\nhello!\r\n0\r\n\r\n", "ffffffffffffffffff\r\n"}) {
    EXPECT_EQ(send("PUT", "/x", {}, broken, headers, payload).status, 400) << broken;
  }
  EXPECT_EQ(store.get("x"), "hello");
}

TEST_F(Operator, ChecksTheSignatureOfEveryChunk) {
  const crypto::Pairs headers{{"content-encoding", "aws-chunked"}, {"x-amz-decoded-content-length", "5"}};
  const std::string payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  // The seed is the signature of the head, which does not cover the body: sign the head once to learn it.
  auto signed_head = headers;
  signed_head.emplace_back("host", "rag.example.com");
  const auto authorization =
      crypto::sign_headers({"PUT", "/prefix/_objects/oprag-documents/x", {}, signed_head, payload}, now,
                           {"local", "s3"}, key)
          .back()
          .second;
  const auto sign = [&](const std::string& before, const std::string& bytes) {
    return crypto::chunk_signature(now, {"local", "s3"}, key.secret_key, before, crypto::sha256_hex(bytes));
  };
  const auto seed = authorization.substr(authorization.find("Signature=") + 10);
  const auto first = sign(seed, "hello"), last = sign(first, "");
  EXPECT_EQ(send("PUT", "/x", {}, chunk("hullo", first) + chunk("", last), headers, payload).status, 403);
  EXPECT_EQ(send("PUT", "/x", {}, chunk("hello", first) + chunk("", first), headers, payload).status, 403);
  EXPECT_EQ(send("PUT", "/x", {}, chunk("hello", "") + "0\r\n\r\n", headers, payload).status, 400);
  EXPECT_FALSE(store.get("x"));
  EXPECT_EQ(send("PUT", "/x", {}, chunk("hello", first) + chunk("", last), headers, payload).status, 200);
  EXPECT_EQ(store.get("x"), "hello");
}

TEST_F(Operator, RefusesABodyThatIsNotTheSignedOne) {
  EXPECT_EQ(send("PUT", "/x", {}, "hello", {}, crypto::sha256_hex("hullo")).status, 400);
  EXPECT_EQ(send("PUT", "/x", {}, "hello", {}, "UNSIGNED-PAYLOAD").status, 200);
}

TEST_F(Operator, SaysWhatTheStoreHasNot) {
  EXPECT_EQ(send("GET", "/", {{"acl", ""}}).status, 501);
  EXPECT_EQ(send("GET", "/x", {{"versionId", "1"}}).status, 501);
  EXPECT_EQ(send("GET", "/", {{"location", ""}}).status, 200);
  EXPECT_EQ(send("HEAD", "/").status, 200);
}

}  // namespace
}  // namespace oprag::blobs
