#include "app/authenticator.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/mutant.hpp"
#include "base/text.hpp"

namespace oprag::app {
namespace {

using Found = std::expected<Caller, http::Refusal>;

Found stranger(const char* words) {
  return std::unexpected(http::Refusal{ErrorCode::unauthenticated, words});
}

Found foreign_page() {
  return std::unexpected(http::Refusal{ErrorCode::origin_not_allowed, "Origin not allowed"});
}

// Nothing without a Bearer credential; two Authorization headers are no credential.
std::optional<std::string> bearer_of(const http::Request& request) {
  constexpr std::string_view scheme = "bearer ";
  if (request.headers.count("Authorization") != 1) return {};
  const auto value = request.headers["Authorization"];
  if (ascii_lower(value.substr(0, scheme.size())) != scheme) return {};
  return std::string(trim(value.substr(scheme.size())));
}

}  // namespace

Found Authenticator::authenticate(const http::Request& request, http::Access access) {
  if (access == http::Access::chat) return chatter(request);
  const auto token = bearer_of(request);
  if (!token) return stranger("Missing or invalid token");
  return user(*token);
}

Found Authenticator::user(const std::string& token) {
  const auto verified = parts_.verifier.verify(token);
  if (!verified) {
    log::debug("token refused", {{"why", verified.error()}});
    return stranger("Missing or invalid token");
  }
  const bool own = verified->issuer == parts_.own_issuer;
  if (own && !mutant("session") && !parts_.sessions.stands(verified->session, verified->subject)) {
    return stranger("The session has ended");
  }
  const auto bearer = [&](std::optional<std::string> tenant_claim) {
    return accounts::Bearer{.issuer = own ? parts_.own_pool : verified->issuer,
                            .subject = verified->subject,
                            .email = verified->email,
                            .name = verified->name,
                            .tenant_claim = std::move(tenant_claim),
                            .issued_at = verified->issued_at};
  };
  auto caller = parts_.users.caller_of(bearer(verified->tenant_claim));
  if (caller && caller->company.empty()) {
    // Signing in with an invitation's own sign-in accepts it, in this request or in one beside it: the store knows.
    parts_.invitations.claim(*caller);
    caller = parts_.users.caller_of(bearer(verified->tenant_claim));
  }
  if (!caller) return stranger("Missing or invalid token");
  parts_.users.touch(*caller);
  return *std::move(caller);
}

Found Authenticator::chatter(const http::Request& request) {
  const bool has_header = request.headers.contains("X-Oprag-Key");  // an empty one is a wrong one
  const auto header = std::string(trim(request.headers["X-Oprag-Key"]));
  const auto bearer = bearer_of(request);
  if (request.headers.count("X-Oprag-Key") > 1 || request.headers.count("Authorization") > 1) {
    return stranger("Missing or invalid API key");
  }
  if (has_header && request.headers.contains("Authorization") && bearer != header) {
    return stranger("X-Oprag-Key and Authorization name different credentials");
  }
  const auto secret = has_header ? header : bearer.value_or("");
  if (!has_header && widget::VisitorTokens::has_form(secret)) {
    auto visitor = parts_.widget.visitor_of(secret, request.headers["Origin"]);
    if (visitor) return *std::move(visitor);
    return visitor.error() == ErrorCode::origin_not_allowed ? foreign_page() : stranger("Invalid visitor token");
  }
  return key_holder(secret, request);
}

Found Authenticator::key_holder(const std::string& secret, const http::Request& request) {
  if (!api_keys::has_key_form(secret)) return stranger("Missing or invalid API key");
  const auto holder = parts_.keys.holder_of(secret);
  if (!holder) return stranger("Missing or invalid API key");
  if (request.headers.contains("Origin")) {
    const auto origin = request.headers["Origin"];
    const bool listed = parts_.database.read(holder->company_id, [&](db::Tenant& tenant) {
      const auto origins = projects::require(tenant, holder->project_id).allowed_origins;
      return std::ranges::any_of(origins, [&](const Origin& o) { return o.value == origin; });
    });
    if (!listed) return foreign_page();
  }
  parts_.keys.touch(*holder);
  Caller caller;
  caller.kind = CallerKind::api_key;
  caller.company = holder->company_id;
  caller.project = holder->project_id;
  caller.key = holder->key_id;
  caller.environment = holder->environment;
  return caller;
}

}  // namespace oprag::app
