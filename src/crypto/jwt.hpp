// JSON Web Tokens, RS256 only, checked as strictly as RFC 8725 asks. Nothing a token says decides how it is verified,
// but for which of the issuer's own keys made it.
#pragma once
#include <boost/json/object.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.hpp"
#include "crypto/rsa.hpp"

namespace oprag::crypto {

inline constexpr std::size_t max_token_bytes = 16 * 1024;
inline constexpr std::int64_t clock_leeway_ms = 60'000;

struct VerificationKey {
  std::string kid;
  RsaKey key;
};

// {"keys":[…]} of an issuer. Keys that are not for RS256 signatures, or too weak, are left out.
std::vector<VerificationKey> read_jwks(std::string_view json);
boost::json::object jwk_of(const std::string& kid, const RsaKey& key);

std::string sign_jwt(const std::string& kid, const RsaKey& key, const boost::json::object& claims);

// The parts of a token that is well-formed: three strict base64url segments, alg RS256, a kid, nothing critical.
struct UnverifiedToken {
  std::string kid;
  boost::json::object claims;
  std::string signed_part, signature;
};
// Why a token is refused, for the log; the caller only hears 401.
using JwtError = std::string;
std::expected<UnverifiedToken, JwtError> parse_jwt(std::string_view token);
bool signature_holds(const UnverifiedToken& token, const RsaKey& key);
// exp (required), nbf and iat (when there) are numbers and fit `now` within the leeway.
std::optional<JwtError> check_times(const boost::json::object& claims, Timestamp now);
// A string claim, when it is one.
std::optional<std::string> string_claim(const boost::json::object& claims, std::string_view name);

}  // namespace oprag::crypto
