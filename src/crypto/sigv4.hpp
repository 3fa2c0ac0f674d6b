// AWS Signature Version 4: what is signed and with which key, presigned URLs and signed headers. S3 leaves the path as
// it is; every other service normalises it and encodes it once more than the wire does.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/timestamp.hpp"

namespace oprag::crypto {

using Pairs = std::vector<std::pair<std::string, std::string>>;  // decoded names and values

struct SigningScope {
  std::string region, service;
};

struct SigningKey {
  std::string access_key, secret_key;
  std::string session_token = {};  // of temporary credentials
};

struct CanonicalRequest {
  std::string method;
  std::string path;  // beginning with '/'; encoded once: S3 takes it decoded, every other service as it is sent
  Pairs query;       // decoded, without X-Amz-Signature
  Pairs headers;     // those that are signed
  std::string payload_hash;
  bool normalise_path = false;  // true for every service but S3
};

// "20130524T000000Z"
std::string amz_time(Timestamp time);
std::optional<Timestamp> parse_amz_time(std::string_view text);

std::string canonical_text(const CanonicalRequest& request);
// "a;b;host", lower case and sorted.
std::string signed_header_names(const Pairs& headers);
std::string string_to_sign(const CanonicalRequest& request, Timestamp time, const SigningScope& scope);
std::string signature_of(const CanonicalRequest& request, Timestamp time, const SigningScope& scope,
                         std::string_view secret_key);

struct PresignRequest {
  std::string method;
  std::string base;  // "https://host[:port]" and, for a store under a prefix, its path
  std::string path;  // of the object, decoded, beginning with '/': bucket and key
  Pairs query;       // further parameters that are part of the signature
  std::int64_t expires_seconds = 900;
};
// The URL. Signs the header `host` only; the payload is UNSIGNED-PAYLOAD.
std::string presign(const PresignRequest& request, Timestamp now, const SigningScope& scope, const SigningKey& key);

// Adds x-amz-date, x-amz-content-sha256, x-amz-security-token when there is one, and Authorization to the headers of
// `request` (which hold "host"), all of which are signed.
Pairs sign_headers(CanonicalRequest request, Timestamp now, const SigningScope& scope, const SigningKey& key);

// Signatures of the pieces of an aws-chunked body, each made with the one before it; the first with the request's.
std::string chunk_signature(Timestamp time, const SigningScope& scope, std::string_view secret_key,
                            std::string_view previous, std::string_view sha256_of_chunk);
std::string trailer_signature(Timestamp time, const SigningScope& scope, std::string_view secret_key,
                              std::string_view previous, std::string_view sha256_of_trailer);

}  // namespace oprag::crypto
