#include "identity/grants.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag::identity {
namespace {

constexpr std::size_t code_characters = 43;  // 256 bits

constexpr std::string_view insert_grant = R"(
  INSERT INTO identity_grants (code_hash, subject, client_id, redirect_uri, challenge, scope, nonce, auth_time, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))";

constexpr std::string_view find_grant = R"(
  SELECT subject, client_id, redirect_uri, challenge, scope, nonce, auth_time, session_id
  FROM identity_grants WHERE code_hash = $1 AND expires_at > $2)";

// One of two that come at once.
constexpr std::string_view use_grant =
    "UPDATE identity_grants SET session_id = $2 WHERE code_hash = $1 AND session_id IS NULL";

struct Kept : Grant {
  std::string subject;
  Timestamp auth_time;
  std::optional<std::string> session_id;  // that it opened; empty: none, a wrong claim used it up
};
BOOST_DESCRIBE_STRUCT(Kept, (Grant), (subject, auth_time, session_id))

bool holds(const Kept& grant, const Grants::Claim& claim) {
  const auto proof = crypto::base64url_encode(crypto::sha256(claim.verifier));
  return grant.client_id == claim.client_id && grant.redirect_uri == claim.redirect_uri &&
         crypto::constant_time_equal(grant.challenge, proof);
}

}  // namespace

std::string Grants::issue(const User& user, const Grant& grant) {
  auto code = random_(code_characters);
  const auto now = clock_();
  database_.write_system([&](db::System& directory) {
    directory.exec("DELETE FROM identity_grants WHERE expires_at < $1", now);
    directory.exec(insert_grant, crypto::sha256_hex(code), user.subject, grant.client_id, grant.redirect_uri,
                   grant.challenge, grant.scope, grant.nonce, now, now + grant_ms);
  });
  return code;
}

std::optional<Tokens> Grants::redeem(const Claim& claim) {
  const auto hash = crypto::sha256_hex(claim.code);
  struct Found {
    std::optional<Kept> grant;
    std::optional<User> user;
  };
  const auto [grant, user] = database_.read_system([&](db::System& directory) {
    Found out{directory.one<Kept>(find_grant, hash, clock_()), {}};
    if (out.grant) out.user = users_.find(directory, out.grant->subject);
    return out;
  });
  if (!grant) return {};
  const bool good = holds(*grant, claim) && user && user->enabled && user->status == UserStatus::confirmed;
  if (!good) {
    database_.write_system([&](db::System& directory) { directory.exec(use_grant, hash, std::string()); });
    return {};
  }
  const auto tokens = sessions_.open(
      *user, {grant->client_id, grant->scope, grant->nonce, grant->auth_time},
      [&](db::System& directory, const std::string& session) { return directory.exec(use_grant, hash, session) == 1; });
  if (tokens) return tokens;
  database_.write_system([&](db::System& directory) {
    const auto opened =
        directory.scalar<std::string>("SELECT session_id FROM identity_grants WHERE code_hash = $1", hash);
    if (opened) Sessions::end(directory, *opened);
  });
  return {};
}

}  // namespace oprag::identity
