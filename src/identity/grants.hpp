// Authorization codes: each good for two minutes and once, for the client, address and proof it was given for.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/environment.hpp"
#include "db/database.hpp"
#include "identity/sessions.hpp"

namespace oprag::identity {

inline constexpr std::int64_t grant_ms = 2 * minute_ms;

// What a tool asked for, and what it may come back with.
struct Grant {
  std::string client_id, redirect_uri;
  std::string challenge;  // base64url of the SHA-256 of what the client keeps to itself
  std::string scope;
  std::optional<std::string> nonce;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (client_id, redirect_uri, challenge, scope, nonce))

class Grants {
 public:
  Grants(db::Database& database, Sessions& sessions, const Users& users, Clock clock, RandomText random)
      : database_(database), sessions_(sessions), users_(users), clock_(std::move(clock)), random_(std::move(random)) {}

  std::string issue(const User& user, const Grant& grant);

  struct Claim {
    std::string code, client_id, redirect_uri, verifier;
  };
  // Opens the session. Nothing for a code that is unknown, late, used or another's; a wrong claim uses it up, and one
  // that comes a second time ends the session it opened.
  std::optional<Tokens> redeem(const Claim& claim);

 private:
  db::Database& database_;
  Sessions& sessions_;
  const Users& users_;
  Clock clock_;
  RandomText random_;
};

}  // namespace oprag::identity
