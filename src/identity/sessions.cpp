#include "identity/sessions.hpp"

#include "crypto/hash.hpp"
#include "identity/refused.hpp"

namespace oprag::identity {

namespace {

namespace bj = boost::json;

constexpr std::string_view session_of_token = R"(
  SELECT s.session_id, s.subject, s.auth_time, s.expires_at, t.replaced_at
  FROM identity_refresh_tokens t JOIN identity_sessions s ON s.session_id = t.session_id
  WHERE t.token_hash = $1)";

void end(db::System& directory, const std::string& session) {
  directory.exec("DELETE FROM identity_refresh_tokens WHERE session_id = $1", session);
  directory.exec("DELETE FROM identity_sessions WHERE session_id = $1", session);
}

[[noreturn]] void refuse_token() {
  throw Refused("NotAuthorizedException", "Invalid Refresh Token");
}

}  // namespace

Tokens Sessions::open(const User& user) {
  const auto now = clock_();
  const Session session{random_uuid(), user.subject, now, {now.ms + session_days * day_ms}, {}};
  auto tokens = tokens_of(user, session);  // signed before the transaction, which holds up every other writer
  tokens.refresh_token = database_.write_system([&](db::System& directory) {
    directory.exec(
        "DELETE FROM identity_refresh_tokens WHERE session_id IN "
        "(SELECT session_id FROM identity_sessions WHERE expires_at < $1)",
        now);
    directory.exec("DELETE FROM identity_sessions WHERE expires_at < $1", now);
    directory.exec("INSERT INTO identity_sessions (session_id, subject, auth_time, expires_at) VALUES ($1, $2, $3, $4)",
                   session.session_id, session.subject, session.auth_time, session.expires_at);
    return add_refresh_token(directory, session.session_id);
  });
  return tokens;
}

std::string Sessions::add_refresh_token(db::System& directory, const std::string& session) {
  auto token = random_(64);
  directory.exec("INSERT INTO identity_refresh_tokens (token_hash, session_id) VALUES ($1, $2)",
                 crypto::sha256_hex(token), session);
  return token;
}

Tokens Sessions::refresh(const std::string& refresh_token, Rotate rotate) {
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
    if (!out.session || out.session->expires_at < now) return out;
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

void Sessions::revoke(const std::string& refresh_token) {
  database_.write_system([&](db::System& directory) {
    if (const auto session = directory.one<Session>(session_of_token, crypto::sha256_hex(refresh_token))) {
      end(directory, session->session_id);
    }
  });
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

User Sessions::bearer_of(db::System& directory, const std::string& access_token) const {
  const auto refuse = [] { throw Refused("NotAuthorizedException", "Invalid Access Token"); };
  const auto token = crypto::parse_jwt(access_token);
  if (!token || token->kid != keys_.access_key().kid || !crypto::signature_holds(*token, keys_.access_key().key)) {
    refuse();
  }
  const auto& claims = token->claims;
  if (crypto::string_claim(claims, "token_use") != "access" || crypto::string_claim(claims, "iss") != keys_.issuer()) {
    refuse();
  }
  if (const auto problem = crypto::check_times(claims, clock_())) {
    throw Refused("NotAuthorizedException", "Access Token has expired");
  }
  const auto subject = crypto::string_claim(claims, "sub").value_or("");
  const auto session = crypto::string_claim(claims, "origin_jti").value_or("");
  const bool there = directory
                         .scalar<std::int64_t>("SELECT 1 FROM identity_sessions WHERE session_id = $1 AND subject = $2",
                                               session, subject)
                         .has_value();
  if (!there) throw Refused("NotAuthorizedException", "Access Token has been revoked");
  auto user = users_.find(directory, subject);
  if (!user || !user->enabled) refuse();
  return *user;
}

Tokens Sessions::tokens_of(const User& user, const Session& session) const {
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
  auto id = shared("id");
  id["aud"] = keys_.client_id();
  id["cognito:username"] = user.subject;
  id["email"] = user.username;
  id["email_verified"] = user.email_verified;
  if (user.name) id["name"] = *user.name;
  if (user.tenant_id) id["custom:tenant_id"] = *user.tenant_id;
  auto access = shared("access");
  access["client_id"] = keys_.client_id();
  access["username"] = user.subject;
  access["version"] = 2;
  access["scope"] = "aws.cognito.signin.user.admin";
  return {crypto::sign_jwt(keys_.id_key().kid, keys_.id_key().key, id),
          crypto::sign_jwt(keys_.access_key().kid, keys_.access_key().key, access),
          {}};
}

}  // namespace oprag::identity
