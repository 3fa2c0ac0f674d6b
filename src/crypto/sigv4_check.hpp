// The other side of SigV4: whether a request that came in is signed, by a presigned URL or by its Authorization header.
#pragma once
#include "crypto/sigv4.hpp"

namespace oprag::crypto {

enum class SignatureProblem {
  malformed,      // parameters or header are not those of SigV4
  unknown_key,    // or of another region or service
  expired,        // a presigned URL after its time, or before it
  skewed,         // a signed request whose clock is more than 15 minutes off
  bad_signature,  // also an x-amz-* header that was sent and is not signed
};

struct SignedCall {
  std::string method;
  std::string path;  // decoded, as the signer saw it
  Pairs query;       // decoded, in order, all of it
  Pairs headers;     // all of them; of these `host` counts as it stands here
};

// Whose key a request says it is signed with; empty when it is not signed. A query wins over a header.
std::string access_key_of(const SignedCall& call);
bool is_presigned(const SignedCall& call);

// What was signed, for the signatures of chunks.
struct CheckedSignature {
  Timestamp time;
  std::string signature;
};

// What is wrong with a presigned request, or nothing.
std::optional<SignatureProblem> check_presigned(const SignedCall& call, Timestamp now, const SigningScope& scope,
                                                const SigningKey& key);
// The same for the Authorization header; `payload_hash` is what x-amz-content-sha256 says. Fills `checked` when good.
std::optional<SignatureProblem> check_signed_headers(const SignedCall& call, Timestamp now, const SigningScope& scope,
                                                     const SigningKey& key, CheckedSignature& checked);

}  // namespace oprag::crypto
