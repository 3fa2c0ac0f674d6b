// Whether a call of an administrator is signed (SigV4, service cognito-idp) with the installation's own key.
#pragma once
#include "crypto/sigv4.hpp"
#include "http/message.hpp"

namespace oprag::identity {

inline constexpr std::int64_t signature_age_ms = 5 * minute_ms;

// Throws IncompleteSignatureException, UnrecognizedClientException or InvalidSignatureException. The scope's region is
// whichever the client signs for: there is one.
void require_signature(const http::Request& request, Timestamp now, const crypto::SigningKey& key);

}  // namespace oprag::identity
