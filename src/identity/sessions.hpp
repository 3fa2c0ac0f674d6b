// Sign-ins and the tokens they give: an ID token and an access token for an hour, a refresh token for thirty days.
// Tokens are good only while their session stands, so that signing out holds at once.
#pragma once
#include <optional>
#include <string>

#include "db/database.hpp"
#include "identity/key_ring.hpp"
#include "identity/users.hpp"

namespace oprag::identity {

inline constexpr std::int64_t token_seconds = 3600;
inline constexpr std::int64_t session_days = 30;
// A client that lost the answer may come back with the token that was just replaced.
inline constexpr std::int64_t replaced_grace_ms = 30 * second_ms;

// A row of identity_sessions, with the state of one of its refresh tokens.
struct Session {
  std::string session_id, subject;
  Timestamp auth_time, expires_at;
  std::optional<Timestamp> replaced_at;
};
BOOST_DESCRIBE_STRUCT(Session, (), (session_id, subject, auth_time, expires_at, replaced_at))

struct Tokens {
  std::string id_token, access_token;
  std::optional<std::string> refresh_token;
};

class Sessions {
 public:
  Sessions(db::Database& database, const Users& users, const KeyRing& keys, Clock clock, RandomText random)
      : database_(database), users_(users), keys_(keys), clock_(std::move(clock)), random_(std::move(random)) {}

  Tokens open(const User& user);
  enum class Rotate { no, yes };
  // Throws NotAuthorizedException, and RefreshTokenReuseException for one that was replaced: its session ends.
  Tokens refresh(const std::string& refresh_token, Rotate rotate);
  // Ends the session of a refresh token; an unknown one is no error.
  void revoke(const std::string& refresh_token);
  // Ends all of the user's.
  static void end_all(db::System& directory, const std::string& subject);
  // Whether the session stands and its user may sign in.
  bool stands(const std::string& session, const std::string& subject) const;
  // The user behind an access token. Throws NotAuthorizedException.
  User bearer_of(db::System& directory, const std::string& access_token) const;

 private:
  Tokens tokens_of(const User& user, const Session& session) const;
  std::string add_refresh_token(db::System& directory, const std::string& session);

  db::Database& database_;
  const Users& users_;
  const KeyRing& keys_;
  Clock clock_;
  RandomText random_;
};

}  // namespace oprag::identity
