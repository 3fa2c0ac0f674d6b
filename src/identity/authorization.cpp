#include "identity/authorization.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <expected>

#include "base/log.hpp"
#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "identity/refused.hpp"
#include "identity/sign_in_page.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;

constexpr std::size_t challenge_characters = 43;  // base64url of a SHA-256
constexpr std::size_t verifier_min = 43, verifier_max = 128;
constexpr std::array<std::string_view, 3> known_scopes{"openid", "email", "profile"};

// Why a client is refused, in the words of RFC 6749.
struct Denied {
  std::string error, description;
  int status = 400;
};

std::string value_of(const http::QueryPairs& given, std::string_view name) {
  const auto found = std::ranges::find(given, name, &http::QueryPairs::value_type::first);
  return found == given.end() ? std::string() : found->second;
}

bool has_repeats(const http::QueryPairs& given) {
  for (auto it = given.begin(); it != given.end(); ++it) {
    if (std::find_if(it + 1, given.end(), [&](const auto& other) { return other.first == it->first; }) != given.end())
      return true;
  }
  return false;
}

std::string with_query(const std::string& uri, const http::QueryPairs& added) {
  auto out = uri;
  char separator = uri.contains('?') ? '&' : '?';
  for (const auto& [name, value] : added) {
    if (value.empty()) continue;
    out += separator + name + "=" + crypto::uri_encode(value);
    separator = '&';
  }
  return out;
}

http::Response redirect(const std::string& location, int status) {
  http::Response out{.status = status};
  out.headers = {{"Location", location}, {"Cache-Control", "no-store"}, {"Referrer-Policy", "no-referrer"}};
  return out;
}

http::Response answer_of(const bj::object& body, int status = 200) {
  http::Response out{.status = status};
  out.headers = {{"Content-Type", "application/json"},
                 {"Cache-Control", "no-store"},
                 {"Access-Control-Allow-Origin", "*"},
                 {"Access-Control-Expose-Headers", "WWW-Authenticate"}};
  out.body = bj::serialize(body);
  return out;
}

http::Response answer_of(const Denied& denied) {
  auto out = answer_of(bj::object{{"error", denied.error}, {"error_description", denied.description}}, denied.status);
  if (denied.status == 401) out.headers.add("WWW-Authenticate", "Basic realm=\"oprag\"");
  return out;
}

// Those that we know, in the order they were asked in; without any, all.
std::string granted_scope(std::string_view asked) {
  if (trim(asked).empty()) return std::string(all_scopes);
  std::string out;
  for (const auto scope : known_scopes) {
    if (has_scope(asked, scope)) out.append(out.empty() ? "" : " ").append(scope);
  }
  return out;
}

// What is wrong with a request whose client and address are known; nothing to grant it.
std::optional<Denied> problem_of(const http::QueryPairs& given) {
  const auto value = [&](std::string_view name) { return value_of(given, name); };
  if (has_repeats(given)) return Denied{"invalid_request", "a parameter is repeated"};
  if (!value("request").empty()) return Denied{"request_not_supported", "request objects are not taken"};
  if (!value("request_uri").empty()) return Denied{"request_uri_not_supported", "request objects are not fetched"};
  if (value("response_type") != "code") return Denied{"unsupported_response_type", "response_type must be code"};
  const auto mode = value("response_mode");
  if (!mode.empty() && mode != "query") return Denied{"invalid_request", "response_mode must be query"};
  const auto challenge = value("code_challenge");
  if (value("code_challenge_method") != "S256" || challenge.size() != challenge_characters ||
      !crypto::base64url_decode(challenge)) {
    return Denied{"invalid_request", "PKCE with code_challenge_method S256 is required"};
  }
  if (!has_scope(granted_scope(value("scope")), "openid")) return Denied{"invalid_scope", "scope must hold openid"};
  if (has_scope(value("prompt"), "none")) return Denied{"login_required", "people sign in each time"};
  if (value("nonce").size() > 512 || value("state").size() > 2048) {
    return Denied{"invalid_request", "nonce or state is too long"};
  }
  return {};
}

http::QueryPairs form_of(const http::Request& request) {
  if (request.body_too_large) throw Denied{"invalid_request", "the body is too large", 413};
  const auto type = ascii_lower(request.headers["Content-Type"]);
  if (!type.starts_with("application/x-www-form-urlencoded")) {
    throw Denied{"invalid_request", "the body must be application/x-www-form-urlencoded"};
  }
  auto pairs = http::parse_query(request.body);
  if (!pairs) throw Denied{"invalid_request", "the body is no form"};
  if (has_repeats(*pairs)) throw Denied{"invalid_request", "a parameter is repeated"};
  return *std::move(pairs);
}

std::string query_text(const http::Request& request) {
  const auto question = request.target.find('?');
  return question == std::string::npos ? "" : request.target.substr(question);
}

// How a refusal of the pool reads on the page.
SignInPage refused_page(const Refused& refused, SignInPage page) {
  page.status = 400;
  if (refused.type() == "UserNotConfirmedException") {
    page.problem = "This address is not confirmed yet: enter the code from the letter first.";
  } else if (refused.type() == "PasswordResetRequiredException") {
    page.problem = "Sign in to oprag itself first and choose a password of your own.";
  } else {
    page.problem = refused.what();
  }
  return page;
}

}  // namespace

bj::object authorization_metadata(const KeyRing& keys) {
  const auto& url = keys.public_url();
  return {{"authorization_endpoint", url + "/oauth2/authorize"},
          {"token_endpoint", url + "/oauth2/token"},
          {"userinfo_endpoint", url + "/oauth2/userInfo"},
          {"revocation_endpoint", url + "/oauth2/revoke"},
          {"end_session_endpoint", url + "/logout"},
          {"response_types_supported", {"code"}},
          {"response_modes_supported", {"query"}},
          {"grant_types_supported", {"authorization_code", "refresh_token"}},
          {"code_challenge_methods_supported", {"S256"}},
          {"token_endpoint_auth_methods_supported", {"none"}},
          {"revocation_endpoint_auth_methods_supported", {"none"}},
          {"authorization_response_iss_parameter_supported", true},
          {"request_parameter_supported", false},
          {"request_uri_parameter_supported", false},
          {"scopes_supported", {"openid", "email", "profile"}},
          {"claims_supported", {"sub", "email", "email_verified", "name", "custom:tenant_id", "cognito:username"}}};
}

// A request that may be granted once somebody has signed in.
struct Authorization::Asked {
  Grant grant;
  std::string state;
};

bool Authorization::takes(const http::Request& request) const {
  struct Place {
    std::string_view path, methods;
  };
  static constexpr std::array places = {Place{"/oauth2/authorize", "GET"},
                                        Place{"/login", "GET POST"},
                                        Place{"/logout", "GET"},
                                        Place{"/oauth2/token", "POST OPTIONS"},
                                        Place{"/oauth2/revoke", "POST OPTIONS"},
                                        Place{"/oauth2/userInfo", "GET POST OPTIONS"}};
  const auto found = std::ranges::find(places, request.path, &Place::path);
  return found != places.end() && has_scope(found->methods, request.method);
}

http::Response Authorization::answer(const http::Request& request) {
  if (request.method == "OPTIONS") {
    http::Response preflight{.status = 204};
    preflight.headers = {{"Access-Control-Allow-Origin", "*"},
                         {"Access-Control-Allow-Methods", "GET, POST"},
                         {"Access-Control-Allow-Headers", "authorization, content-type"},
                         {"Access-Control-Max-Age", "600"}};
    return preflight;
  }
  try {
    if (request.path == "/oauth2/authorize") return authorize(request);
    if (request.path == "/login") return request.method == "GET" ? page(request) : sign_in(request);
    if (request.path == "/logout") return sign_out(request);
    if (request.path == "/oauth2/token") return token(request);
    if (request.path == "/oauth2/revoke") return revoke(request);
    return user_info(request);
  } catch (const Denied& denied) {
    return answer_of(denied);
  }
}

// Nobody is sent to an address that its client does not list: what is wrong is said on a page.
std::expected<Authorization::Asked, http::Response> Authorization::read(const http::Request& request) const {
  const auto& given = request.query;
  const auto value = [&](std::string_view name) { return value_of(given, name); };
  const auto client = std::ranges::find(clients_, value("client_id"), &OauthClient::id);
  const auto uri = value("redirect_uri");
  if (client == clients_.end() || std::ranges::find(client->redirect_uris, uri) == client->redirect_uris.end()) {
    return std::unexpected(
        page_of_message("This sign-in cannot go on",
                        "The tool that sent you here is not known, or wants you back where it is not.", 400));
  }
  const auto state = value("state");
  if (const auto problem = problem_of(given)) {
    return std::unexpected(redirect(with_query(uri, {{"error", problem->error},
                                                     {"error_description", problem->description},
                                                     {"state", state},
                                                     {"iss", pool_.keys().issuer()}}),
                                    302));
  }
  const auto nonce = value("nonce");
  return Asked{.grant = {.client_id = client->id,
                         .redirect_uri = uri,
                         .challenge = value("code_challenge"),
                         .scope = granted_scope(value("scope")),
                         .nonce = nonce.empty() ? std::nullopt : std::optional(nonce)},
               .state = state};
}

http::Response Authorization::authorize(const http::Request& request) {
  const auto asked = read(request);
  if (!asked) return asked.error();
  return redirect(pool_.keys().public_url() + "/login" + query_text(request), 302);
}

http::Response Authorization::page(const http::Request& request) {
  const auto asked = read(request);
  if (!asked) return asked.error();
  return page_of({.action = pool_.keys().public_url() + "/login" + query_text(request),
                  .returns = origin_of(asked->grant.redirect_uri),
                  .username = value_of(request.query, "login_hint"),
                  .problem = {}});
}

http::Response Authorization::sign_in(const http::Request& request) {
  const auto asked = read(request);
  if (!asked) return asked.error();
  // A browser says where a form was filled in; no other page may sign people in.
  const auto origin = request.headers["Origin"];
  if (!origin.empty() && origin != origin_of(pool_.keys().public_url())) {
    return page_of_message("This sign-in cannot go on", "The form came from another page.", 403);
  }
  const auto form = form_of(request);
  SignInPage again{.action = pool_.keys().public_url() + "/login" + query_text(request),
                   .returns = origin_of(asked->grant.redirect_uri),
                   .username = value_of(form, "username"),
                   .problem = {}};
  try {
    const auto user = pool_.prove(again.username, value_of(form, "password"), request.client);
    const auto code = pool_.grants().issue(user, asked->grant);
    return redirect(with_query(asked->grant.redirect_uri,
                               {{"code", code}, {"state", asked->state}, {"iss", pool_.keys().issuer()}}),
                    303);
  } catch (const Refused& refused) {
    return page_of(refused_page(refused, std::move(again)));
  }
}

// Without a cookie there is a session to end only when its ID token is shown.
http::Response Authorization::sign_out(const http::Request& request) {
  const auto value = [&](std::string_view name) { return value_of(request.query, name); };
  auto client_id = value("client_id");
  if (const auto hint = value("id_token_hint"); !hint.empty()) {
    const auto ended = pool_.sessions().end_by_id_token(hint);
    if (client_id.empty()) client_id = ended.value_or("");
  }
  const auto uri = value(value("post_logout_redirect_uri").empty() ? "logout_uri" : "post_logout_redirect_uri");
  if (uri.empty()) return page_of_message("Signed out", "You may close this page.", 200);
  const auto client = std::ranges::find(clients_, client_id, &OauthClient::id);
  if (client == clients_.end() || std::ranges::find(client->redirect_uris, uri) == client->redirect_uris.end()) {
    return page_of_message("Signed out", "The tool that sent you here is not known, or wants you back where it is not.",
                           400);
  }
  return redirect(with_query(uri, {{"state", value("state")}}), 302);
}

const OauthClient& Authorization::require_client(const http::QueryPairs& given) const {
  const auto client = std::ranges::find(clients_, value_of(given, "client_id"), &OauthClient::id);
  if (client == clients_.end()) throw Denied{"invalid_client", "client_id names no client", 401};
  return *client;
}

http::Response Authorization::token(const http::Request& request) {
  const auto form = form_of(request);
  if (request.headers.contains("Authorization")) {
    throw Denied{"invalid_client", "clients have no secret here: name client_id in the body", 401};
  }
  const auto& client = require_client(form);
  const auto value = [&](std::string_view name) { return value_of(form, name); };
  std::optional<Tokens> tokens;
  if (value("grant_type") == "authorization_code") {
    const auto verifier = value("code_verifier");
    if (verifier.size() < verifier_min || verifier.size() > verifier_max) {
      throw Denied{"invalid_grant", "code_verifier must have 43 to 128 characters"};
    }
    tokens = pool_.grants().redeem({value("code"), client.id, value("redirect_uri"), verifier});
    if (!tokens) throw Denied{"invalid_grant", "the code is not good, or not for this client, address and verifier"};
  } else if (value("grant_type") == "refresh_token") {
    try {
      tokens = pool_.sessions().refresh(value("refresh_token"), Sessions::Rotate::yes, client.id);
    } catch (const Refused& refused) {
      throw Denied{"invalid_grant", refused.what()};
    }
  } else {
    throw Denied{"unsupported_grant_type", "grant_type must be authorization_code or refresh_token"};
  }
  bj::object out{{"access_token", tokens->access_token},
                 {"id_token", tokens->id_token},
                 {"token_type", "Bearer"},
                 {"expires_in", token_seconds}};
  if (tokens->refresh_token) out["refresh_token"] = *tokens->refresh_token;
  return answer_of(out);
}

// RFC 7009: that a token is unknown is no error.
http::Response Authorization::revoke(const http::Request& request) {
  const auto form = form_of(request);
  const auto& client = require_client(form);
  const auto given = value_of(form, "token");
  if (given.empty()) throw Denied{"invalid_request", "token is required"};
  if (given.starts_with("eyJ"))
    throw Denied{"unsupported_token_type", "refresh tokens are revoked; with them go theirs"};
  pool_.sessions().revoke(given, client.id);
  return answer_of(bj::object());
}

http::Response Authorization::user_info(const http::Request& request) {
  const auto credential = request.headers["Authorization"];
  const bool is_bearer = ascii_lower(credential.substr(0, 7)) == "bearer ";
  try {
    return answer_of(pool_.claims_of_bearer(is_bearer ? std::string(trim(credential.substr(7))) : std::string()));
  } catch (const Refused& refused) {
    auto out = answer_of(bj::object{{"error", "invalid_token"}, {"error_description", refused.what()}}, 401);
    out.headers.add("WWW-Authenticate", is_bearer ? "Bearer error=\"invalid_token\"" : "Bearer");
    return out;
  }
}

}  // namespace oprag::identity
