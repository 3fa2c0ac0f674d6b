#include "crypto/sigv4.hpp"

#include <gtest/gtest.h>

namespace oprag::crypto {
namespace {

const SigningKey key{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const SigningScope s3{"us-east-1", "s3"};
const Timestamp day = *parse_iso8601("2013-05-24T00:00:00Z");

TEST(SigV4, PresignsTheDocumentedExample) {
  const auto url = presign({.method = "GET",
                            .base = "https://examplebucket.s3.amazonaws.com",
                            .path = "/test.txt",
                            .expires_seconds = 86400},
                           day, s3, key);
  EXPECT_TRUE(url.ends_with("X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")) << url;
}

TEST(SigV4, SignsMoreHeadersAndKeepsThePathAsItIs) {
  CanonicalRequest request{"PUT",
                           "/oprag-docs/documents/c1/p1/0f3a-billing faq (v2).pdf",
                           {{"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
                            {"X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"},
                            {"X-Amz-Date", "20130524T000000Z"},
                            {"X-Amz-Expires", "900"},
                            {"X-Amz-SignedHeaders", "content-type;host"}},
                           {{"Host", "localhost:9000"}, {"Content-Type", "application/pdf"}},
                           "UNSIGNED-PAYLOAD"};
  EXPECT_EQ(signature_of(request, day, s3, key.secret_key),
            "f800bb0c1f760eab8deabf34090a2c88b19a6da99c6b6866729e24ee95caca60");
}

Pairs query_of(const std::string& url) {
  Pairs out;
  auto rest = url.substr(url.find('?') + 1);
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const auto pair = rest.substr(0, end);
    auto value = pair.substr(pair.find('=') + 1);
    for (auto at = value.find("%2F"); at != std::string::npos; at = value.find("%2F")) value.replace(at, 3, "/");
    out.emplace_back(pair.substr(0, pair.find('=')), value);
    rest.erase(0, end + 1);
  }
  return out;
}

TEST(SigV4, AcceptsItsOwnUrlForOneMethodOneKeyAndItsTime) {
  const auto url =
      presign({.method = "PUT", .base = "https://rag.example.com/store", .path = "/b/a b.pdf"}, day, s3, key);
  PresignedCall call{"PUT", "/store/b/a b.pdf", query_of(url), "rag.example.com"};
  EXPECT_EQ(check_presigned(call, day, s3, key), std::nullopt);
  EXPECT_EQ(check_presigned(call, day + 900 * second_ms, s3, key), std::nullopt);
  EXPECT_EQ(check_presigned(call, day + 901 * second_ms, s3, key), PresignProblem::expired);
  auto other = call;
  other.method = "GET";
  EXPECT_EQ(check_presigned(other, day, s3, key), PresignProblem::bad_signature);
  other = call;
  other.path = "/store/b/c.pdf";
  EXPECT_EQ(check_presigned(other, day, s3, key), PresignProblem::bad_signature);
  other = call;
  other.host = "evil.example.com";
  EXPECT_EQ(check_presigned(other, day, s3, key), PresignProblem::bad_signature);
  other = call;
  other.query.emplace_back("X-Amz-Expires", "604800");
  EXPECT_EQ(check_presigned(other, day, s3, key), PresignProblem::malformed);
  EXPECT_EQ(check_presigned(call, day, s3, {"AKIAOTHER", key.secret_key}), PresignProblem::unknown_key);
}

}  // namespace
}  // namespace oprag::crypto
