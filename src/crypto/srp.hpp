// The server's side of SRP-6a as Amazon Cognito's clients speak it (USER_SRP_AUTH): the password is proven, never sent.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace oprag::crypto {

// What the server keeps of a password: not the password, but enough to guess at it offline, so it is stored sealed.
struct SrpVerifier {
  std::string salt;      // raw bytes
  std::string verifier;  // g^x mod N, big-endian
};

SrpVerifier make_srp_verifier(std::string_view pool_name, std::string_view user, std::string_view password,
                              std::string_view salt);

struct SrpChallenge {
  std::string secret_b;      // to be kept until the answer comes: big-endian
  std::string public_b_hex;  // SRP_B
};
// `random` 32 or more bytes.
SrpChallenge make_srp_challenge(const SrpVerifier& verifier, std::string_view random);

// The key both sides reach; nothing when A or u is zero (a client that wants in without a password).
std::optional<std::string> srp_session_key(const SrpVerifier& verifier, std::string_view public_a_hex,
                                           std::string_view secret_b);

// base64 of HMAC(key, pool name ‖ user ‖ secret block ‖ timestamp)
std::string srp_signature(std::string_view key, std::string_view pool_name, std::string_view user,
                          std::string_view secret_block, std::string_view timestamp);

}  // namespace oprag::crypto
