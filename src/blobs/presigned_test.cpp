#include "blobs/presigned.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace oprag::blobs {
namespace {

struct TextReader : http::BodyReader {
  std::string text;
  explicit TextReader(std::string t) : text(std::move(t)) {}
  std::size_t read(std::span<char> into) override {
    const auto count = std::min(into.size(), text.size());
    std::memcpy(into.data(), text.data(), count);
    text.erase(0, count);
    return count;
  }
};

struct TextWriter : http::BodyWriter {
  std::string text;
  void write(std::string_view bytes) override { text += bytes; }
  bool gone() const noexcept override { return false; }
};

struct Presigned : ::testing::Test {
  std::filesystem::path root = std::filesystem::temp_directory_path() / ("oprag_presigned_" + random_base62(12));
  Timestamp now{1'780'000'000'000};
  const std::string base = "https://rag.example.com/prefix/_objects";
  DiskStore store{{.root = root, .public_base = base, .key = {"AKOPRAG", "secret"}}, [this] { return now; }};
  PresignedRequests face{store, "/_objects", [this] { return now; }};
  ~Presigned() override { std::filesystem::remove_all(root); }

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
  static std::string body_of(const http::Response& response) {
    TextWriter out;
    response.stream(out);
    return out.text;
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

TEST_F(Presigned, AnswersABrowsersPreflight) {
  const auto answer = send("OPTIONS", store.presign_put("d/x", 900, 5));
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.headers["Access-Control-Allow-Methods"].find("PUT"), std::string_view::npos);
}

}  // namespace
}  // namespace oprag::blobs
