#include "http/assets.hpp"

#include <gtest/gtest.h>

#include <array>

namespace oprag::assets {
std::span<const http::Asset> http_test();  // made from src/http/testdata by tools/embed_assets
}

namespace oprag::http {
namespace {

TEST(Assets, EmbeddedFilesAreFoundByPathWithTypeAndCaching) {
  const Assets assets(oprag::assets::http_test());
  const auto* page = assets.find("/page.html");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->bytes, "<!doctype html>\n<title>t</title>\n");
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  EXPECT_FALSE(page->immutable);
  EXPECT_TRUE(page->gzip.empty()) << "too small to gain";
  const auto* script = assets.find("/assets/app-Bk3W_x9Q.js");
  ASSERT_TRUE(script);
  EXPECT_TRUE(script->immutable);
  EXPECT_LT(script->gzip.size(), script->bytes.size());
  EXPECT_EQ(assets.find("/nothing"), nullptr);
  EXPECT_EQ(assets.find("/../page.html"), nullptr);
}

TEST(Assets, AnswersAreCompressedAndNotRepeated) {
  const Asset asset{"/a.js", "text/javascript; charset=utf-8", "plain", "packed", "W/\"tag\"", true};
  Request request{.method = "GET"};
  const auto plain = asset_response(request, asset);
  EXPECT_EQ(plain.static_body, "plain");
  EXPECT_EQ(plain.headers["Cache-Control"], "public, max-age=31536000, immutable");
  EXPECT_EQ(plain.headers["Vary"], "Accept-Encoding");

  request.headers.set("Accept-Encoding", "br, gzip;q=0.5");
  const auto packed = asset_response(request, asset);
  EXPECT_EQ(packed.static_body, "packed");
  EXPECT_EQ(packed.headers["Content-Encoding"], "gzip");
  request.headers.set("Accept-Encoding", "gzip;q=0");
  EXPECT_EQ(asset_response(request, asset).static_body, "plain");

  request.headers.set("If-None-Match", "W/\"other\", W/\"tag\"");
  const auto unchanged = asset_response(request, asset);
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_TRUE(unchanged.static_body.empty());
}

}  // namespace
}  // namespace oprag::http
