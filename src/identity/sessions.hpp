// Sign-ins and the tokens they give: an ID token and an access token for an hour, a refresh token for thirty days.
// Tokens are good only while their session stands, so that signing out holds at once.
#pragma once
#include <boost/json/object.hpp>
#include <functional>
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

// What the vendor's clients are given, and what the operations on one's own account demand.
inline constexpr std::string_view account_scope = "aws.cognito.signin.user.admin";
// Of an authorization: who it is, his address, his name and company.
inline constexpr std::string_view all_scopes = "openid email profile";
// What a scope shows of a user.
boost::json::object claims_of(const User& user, std::string_view scope);
// Whether "openid email" holds a word.
bool has_scope(std::string_view scope, std::string_view word);

// A row of identity_sessions, with the state of one of its refresh tokens.
struct Session {
  std::string session_id, subject;
  std::string client_id, scope;  // whose tokens, and what they open
  Timestamp auth_time, expires_at;
  std::optional<Timestamp> replaced_at;
};
BOOST_DESCRIBE_STRUCT(Session, (), (session_id, subject, client_id, scope, auth_time, expires_at, replaced_at))

struct Tokens {
  std::string id_token, access_token;
  std::optional<std::string> refresh_token;
};

class Sessions {
 public:
  Sessions(db::Database& database, const Users& users, const KeyRing& keys, Clock clock, RandomText random)
      : database_(database), users_(users), keys_(keys), clock_(std::move(clock)), random_(std::move(random)) {}

  // For the installation's own client.
  Tokens open(const User& user);
  struct For {
    std::string client_id, scope;
    std::optional<std::string> nonce;
    Timestamp auth_time;
  };
  // `may_open` decides in the transaction that stores the session; nothing when it says no.
  std::optional<Tokens> open(const User& user, const For& purpose,
                             const std::function<bool(db::System&, const std::string& session)>& may_open);
  enum class Rotate { no, yes };
  // Throws NotAuthorizedException, for another client's token too, and RefreshTokenReuseException for one that was
  // replaced: its session ends.
  Tokens refresh(const std::string& refresh_token, Rotate rotate, const std::string& client_id);
  // Ends the session of a client's refresh token; an unknown one is no error.
  void revoke(const std::string& refresh_token, const std::string& client_id);
  static void end(db::System& directory, const std::string& session);
  // Ends the session of an ID token of ours, expired or not; whose client's it was, nothing for no such token.
  std::optional<std::string> end_by_id_token(const std::string& id_token);
  // Ends all of the user's.
  static void end_all(db::System& directory, const std::string& subject);
  // Whether the session stands and its user may sign in.
  bool stands(const std::string& session, const std::string& subject) const;
  // The user behind an access token that has the scope. Throws NotAuthorizedException.
  struct Bearer {
    User user;
    std::string scope;
  };
  Bearer bearer_of(db::System& directory, const std::string& access_token, std::string_view scope) const;

 private:
  Tokens tokens_of(const User& user, const Session& session, const std::optional<std::string>& nonce = {}) const;
  std::string add_refresh_token(db::System& directory, const std::string& session);

  db::Database& database_;
  const Users& users_;
  const KeyRing& keys_;
  Clock clock_;
  RandomText random_;
};

}  // namespace oprag::identity
