#include "identity/sessions.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "identity/refused.hpp"

namespace oprag::identity {

namespace {

namespace bj = boost::json;

constexpr std::string_view session_of_token = R"(
  SELECT s.session_id, s.subject, s.client_id, s.scope, s.auth_time, s.expires_at, t.replaced_at
  FROM identity_refresh_tokens t JOIN identity_sessions s ON s.session_id = t.session_id
  WHERE t.token_hash = $1)";

[[noreturn]] void refuse_token() {
  throw Refused("NotAuthorizedException", "Invalid Refresh Token");
}

}  // namespace

bj::object claims_of(const User& user, std::string_view scope) {
  bj::object out;
  if (has_scope(scope, "email")) {
    out["email"] = user.username;
    out["email_verified"] = user.email_verified;
  }
  if (has_scope(scope, "profile")) {
    if (user.name) out["name"] = *user.name;
    if (user.tenant_id) out["custom:tenant_id"] = *user.tenant_id;
  }
  return out;
}

bool has_scope(std::string_view scope, std::string_view word) {
  while (!scope.empty()) {
    const auto end = std::min(scope.find(' '), scope.size());
    if (scope.substr(0, end) == word) return true;
    scope.remove_prefix(std::min(end + 1, scope.size()));
  }
  return false;
}

void Sessions::end(db::System& directory, const std::string& session) {
  directory.exec("DELETE FROM identity_refresh_tokens WHERE session_id = $1", session);
  directory.exec("DELETE FROM identity_sessions WHERE session_id = $1", session);
}

Tokens Sessions::open(const User& user) {
  return *open(user, {keys_.client_id(), std::string(account_scope), {}, clock_()},
               [](db::System&, const std::string&) { return true; });
}

std::optional<Tokens> Sessions::open(const User& user, const For& purpose,
                                     const std::function<bool(db::System&, const std::string& session)>& may_open) {
  const auto now = clock_();
  const Session session{random_uuid(),
                        user.subject,
                        purpose.client_id,
                        purpose.scope,
                        purpose.auth_time,
                        now + session_days * day_ms,
                        {}};
  // Signed before the transaction, which holds up every other writer.
  auto tokens = tokens_of(user, session, purpose.nonce);
  tokens.refresh_token = database_.write_system([&](db::System& directory) -> std::optional<std::string> {
    if (!may_open(directory, session.session_id)) return {};
    directory.exec(
        "DELETE FROM identity_refresh_tokens WHERE session_id IN "
        "(SELECT session_id FROM identity_sessions WHERE expires_at < $1)",
        now);
    directory.exec("DELETE FROM identity_sessions WHERE expires_at < $1", now);
    directory.exec(
        "INSERT INTO identity_sessions (session_id, subject, client_id, scope, auth_time, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        session.session_id, session.subject, session.client_id, session.scope, session.auth_time, session.expires_at);
    return add_refresh_token(directory, session.session_id);
  });
  if (!tokens.refresh_token) return {};
  return tokens;
}

std::string Sessions::add_refresh_token(db::System& directory, const std::string& session) {
  auto token = random_(64);
  directory.exec("INSERT INTO identity_refresh_tokens (token_hash, session_id) VALUES ($1, $2)",
                 crypto::sha256_hex(token), session);
  return token;
}

Tokens Sessions::refresh(const std::string& refresh_token, Rotate rotate, const std::string& client_id) {
  const auto now = clock_();
  const auto hash = crypto::sha256_hex(refresh_token);
  struct Found {
    std::optional<Session> session;
    std::optional<User> user;
    std::optional<std::string> next;
    bool reused = false;
  };
  const auto found = database_.write_system([&](db::System& directory) {
    Found out{directory.one<Session>(session_of_token, hash), {}, {}};
    if (!out.session || out.session->expires_at < now || out.session->client_id != client_id) return out;
    if (out.session->replaced_at && out.session->replaced_at->ms + replaced_grace_ms < now.ms) {
      end(directory, out.session->session_id);
      out.reused = true;
      return out;
    }
    out.user = users_.find(directory, out.session->subject);
    if (rotate == Rotate::yes && out.user && out.user->enabled) {
      directory.exec(
          "UPDATE identity_refresh_tokens SET replaced_at = $2 WHERE token_hash = $1 AND replaced_at IS NULL", hash,
          now);
      out.next = add_refresh_token(directory, out.session->session_id);
    }
    return out;
  });
  if (found.reused) throw Refused("RefreshTokenReuseException", "The refresh token was replaced before");
  if (!found.user || !found.user->enabled) refuse_token();
  auto tokens = tokens_of(*found.user, *found.session);
  tokens.refresh_token = found.next;
  return tokens;
}

void Sessions::revoke(const std::string& refresh_token, const std::string& client_id) {
  database_.write_system([&](db::System& directory) {
    const auto session = directory.one<Session>(session_of_token, crypto::sha256_hex(refresh_token));
    if (session && session->client_id == client_id) end(directory, session->session_id);
  });
}

std::optional<std::string> Sessions::end_by_id_token(const std::string& id_token) {
  const auto token = crypto::parse_jwt(id_token);
  const auto* key = token ? keys_.key_of(token->kid) : nullptr;
  if (!key || !crypto::signature_holds(*token, *key)) return {};
  const auto& claims = token->claims;
  if (crypto::string_claim(claims, "token_use") != "id" || crypto::string_claim(claims, "iss") != keys_.issuer())
    return {};
  const auto session = crypto::string_claim(claims, "origin_jti").value_or("");
  database_.write_system([&](db::System& directory) { end(directory, session); });
  return crypto::string_claim(claims, "aud");
}

void Sessions::end_all(db::System& directory, const std::string& subject) {
  directory.exec(
      "DELETE FROM identity_refresh_tokens WHERE session_id IN "
      "(SELECT session_id FROM identity_sessions WHERE subject = $1)",
      subject);
  directory.exec("DELETE FROM identity_sessions WHERE subject = $1", subject);
}

bool Sessions::stands(const std::string& session, const std::string& subject) const {
  return database_.read_system([&](db::System& directory) {
    return directory
        .scalar<std::int64_t>(
            "SELECT 1 FROM identity_sessions s JOIN identity_users u ON u.subject = s.subject "
            "WHERE s.session_id = $1 AND s.subject = $2 AND s.expires_at > $3 AND u.enabled = 1",
            session, subject, clock_())
        .has_value();
  });
}

Sessions::Bearer Sessions::bearer_of(db::System& directory, const std::string& access_token,
                                     std::string_view scope) const {
  const auto refuse = [] { throw Refused("NotAuthorizedException", "Invalid Access Token"); };
  const auto token = crypto::parse_jwt(access_token);
  const auto* key = token ? keys_.key_of(token->kid) : nullptr;
  if (!key || !crypto::signature_holds(*token, *key)) refuse();
  const auto& claims = token->claims;
  if (crypto::string_claim(claims, "token_use") != "access" || crypto::string_claim(claims, "iss") != keys_.issuer()) {
    refuse();
  }
  if (const auto problem = crypto::check_times(claims, clock_())) {
    throw Refused("NotAuthorizedException", "Access Token has expired");
  }
  const auto granted = crypto::string_claim(claims, "scope").value_or("");
  if (!has_scope(granted, scope)) throw Refused("NotAuthorizedException", "Access Token does not have required scopes");
  const auto subject = crypto::string_claim(claims, "sub").value_or("");
  const auto session = crypto::string_claim(claims, "origin_jti").value_or("");
  const bool there = directory
                         .scalar<std::int64_t>("SELECT 1 FROM identity_sessions WHERE session_id = $1 AND subject = $2",
                                               session, subject)
                         .has_value();
  if (!there) throw Refused("NotAuthorizedException", "Access Token has been revoked");
  auto user = users_.find(directory, subject);
  if (!user || !user->enabled) refuse();
  return {*std::move(user), granted};
}

// The installation's own client is shown everything; another tool what its scope names.
Tokens Sessions::tokens_of(const User& user, const Session& session, const std::optional<std::string>& nonce) const {
  const auto now = clock_().ms / 1000;
  const auto shared = [&](std::string_view use) {
    return bj::object{{"sub", user.subject},
                      {"iss", keys_.issuer()},
                      {"token_use", use},
                      {"origin_jti", session.session_id},
                      {"jti", random_uuid()},
                      {"event_id", random_uuid()},
                      {"auth_time", session.auth_time.ms / 1000},
                      {"iat", now},
                      {"exp", now + token_seconds}};
  };
  auto access = shared("access");
  access["client_id"] = session.client_id;
  access["username"] = user.subject;
  access["version"] = 2;
  access["scope"] = session.scope;
  const auto access_token = crypto::sign_jwt(keys_.access_key().kid, keys_.access_key().key, access);

  auto id = shared("id");
  id["aud"] = session.client_id;
  id["cognito:username"] = user.subject;
  const bool own = session.client_id == keys_.client_id();
  for (const auto& [name, value] : claims_of(user, own ? all_scopes : session.scope)) id[name] = value;
  if (nonce) id["nonce"] = *nonce;
  if (session.scope != account_scope) {
    id["at_hash"] = crypto::base64url_encode(crypto::sha256(access_token).substr(0, 16));
  }
  return {crypto::sign_jwt(keys_.id_key().kid, keys_.id_key().key, id), access_token, {}};
}

}  // namespace oprag::identity
