// Whether a bearer token is one that this API accepts, and whom it speaks for. Keys come from the built-in provider, or
// from the JWKS address of a configured issuer; never from an address inside a token.
#pragma once
#include <condition_variable>
#include <expected>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/environment.hpp"
#include "crypto/jwt.hpp"

namespace oprag::identity {

struct VerifiedToken {
  std::string issuer, subject, email, name;
  std::string session;  // of the built-in provider: origin_jti; empty for others
  std::optional<std::string> tenant_claim;
  Timestamp issued_at;
};

struct Issuer {
  std::string issuer;                   // exact
  std::vector<std::string> client_ids;  // one of them is the token's `aud`
  std::string tenant_claim = "custom:tenant_id";
  bool cognito = true;                        // ID tokens say token_use = id
  std::vector<crypto::VerificationKey> keys;  // fixed ones; otherwise they are fetched
  std::string jwks_url;
};

// The document at an address; nothing when it cannot be had. Blocks.
using FetchText = std::function<std::optional<std::string>(const std::string& url)>;

inline constexpr std::int64_t refetch_interval_ms = 10 * second_ms;
// After which known keys are looked up again, so that one that was withdrawn dies here too.
inline constexpr std::int64_t keys_kept_ms = 60 * minute_ms;

class TokenVerifier {
 public:
  TokenVerifier(std::vector<Issuer> issuers, FetchText fetch, Clock clock);
  // The error is for the log; the caller only hears 401.
  std::expected<VerifiedToken, std::string> verify(const std::string& token);

 private:
  struct Known {
    Issuer issuer;
    std::mutex mutex;
    std::condition_variable fetched;
    bool fetching = false;
    int waiting = 0;  // for the fetch; only a few, so that a slow issuer cannot take every thread
    Timestamp last_fetch{INT64_MIN / 2};
    std::vector<crypto::VerificationKey> keys;
  };
  static constexpr int longest_line = 8;
  std::optional<crypto::RsaKey> key_of(Known& known, const std::string& kid);

  std::vector<std::unique_ptr<Known>> issuers_;
  FetchText fetch_;
  Clock clock_;
};

}  // namespace oprag::identity
