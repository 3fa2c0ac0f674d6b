// AWS Signature Version 4: what is signed, the key, and presigned URLs. S3 encodes the path once and leaves it as it
// is; every other service normalises and encodes it twice.
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
};

struct CanonicalRequest {
  std::string method;
  std::string path;  // decoded, beginning with '/'
  Pairs query;       // without X-Amz-Signature
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

enum class PresignProblem { malformed, unknown_key, expired, bad_signature };
struct PresignedCall {
  std::string method;
  std::string path;  // decoded, with the prefix of the store's base
  Pairs query;       // decoded, in order, all of it
  std::string host;  // of the store's base: never what the client's Host header says
};
// What is wrong with a presigned request, or nothing.
std::optional<PresignProblem> check_presigned(const PresignedCall& call, Timestamp now, const SigningScope& scope,
                                              const SigningKey& key);

}  // namespace oprag::crypto
