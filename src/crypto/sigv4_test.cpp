#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "crypto/sigv4_check.hpp"

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
  SignedCall call{"PUT", "/store/b/a b.pdf", query_of(url), {{"Host", "rag.example.com"}}};
  EXPECT_EQ(check_presigned(call, day, s3, key), std::nullopt);
  EXPECT_EQ(check_presigned(call, day + 900 * second_ms, s3, key), std::nullopt);
  EXPECT_EQ(check_presigned(call, day + 901 * second_ms, s3, key), SignatureProblem::expired);
  auto other = call;
  other.method = "GET";
  EXPECT_EQ(check_presigned(other, day, s3, key), SignatureProblem::bad_signature);
  other = call;
  other.path = "/store/b/c.pdf";
  EXPECT_EQ(check_presigned(other, day, s3, key), SignatureProblem::bad_signature);
  other = call;
  other.headers = {{"Host", "evil.example.com"}};
  EXPECT_EQ(check_presigned(other, day, s3, key), SignatureProblem::bad_signature);
  other = call;
  other.query.emplace_back("X-Amz-Expires", "604800");
  EXPECT_EQ(check_presigned(other, day, s3, key), SignatureProblem::malformed);
  EXPECT_EQ(check_presigned(call, day, s3, {"AKIAOTHER", key.secret_key}), SignatureProblem::unknown_key);
}

TEST(SigV4, AcceptsItsOwnHeadersAndNoOther) {
  CanonicalRequest request{"GET", "/b/a b", {{"list-type", "2"}}, {{"host", "h:1"}}, "UNSIGNED-PAYLOAD"};
  SignedCall call{"GET", "/b/a b", request.query, sign_headers(request, day, s3, key)};
  CheckedSignature checked;
  EXPECT_EQ(access_key_of(call), key.access_key);
  EXPECT_EQ(check_signed_headers(call, day, s3, key, checked), std::nullopt);
  EXPECT_EQ(check_signed_headers(call, day + 16 * minute_ms, s3, key, checked), SignatureProblem::skewed);
  EXPECT_EQ(check_signed_headers(call, day, {"eu-west-1", "s3"}, key, checked), SignatureProblem::unknown_key);
  auto other = call;
  other.query = {};
  EXPECT_EQ(check_signed_headers(other, day, s3, key, checked), SignatureProblem::bad_signature);
  other = call;
  other.headers.emplace_back("x-amz-copy-source", "/b/secret");
  EXPECT_EQ(check_signed_headers(other, day, s3, key, checked), SignatureProblem::bad_signature);
  other = call;
  other.headers.pop_back();
  EXPECT_EQ(access_key_of(other), "");
  EXPECT_EQ(check_signed_headers(other, day, s3, key, checked), SignatureProblem::malformed);
}

TEST(SigV4, SignsChunksAsTheDocumentedExample) {
  const auto seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  const auto first = chunk_signature(day, s3, key.secret_key, seed, sha256_hex(std::string(65536, 'a')));
  EXPECT_EQ(first, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
  const auto second = chunk_signature(day, s3, key.secret_key, first, sha256_hex(std::string(1024, 'a')));
  EXPECT_EQ(second, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
  EXPECT_EQ(chunk_signature(day, s3, key.secret_key, second, sha256_hex("")),
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
}

}  // namespace
}  // namespace oprag::crypto
