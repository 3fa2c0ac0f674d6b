#include "features/widget/visitor_tokens.hpp"

#include <boost/describe.hpp>

#include "base/mutant.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "json/codec.hpp"
#include "json/parse.hpp"

namespace oprag::widget {
namespace {

constexpr std::size_t longest_token = 2048;  // an Origin is at most 255 bytes

struct Claims {
  ProjectId project;
  std::string origin;
  VisitorId visitor;
  std::int64_t expires = 0;  // ms
};
BOOST_DESCRIBE_STRUCT(Claims, (), (project, origin, visitor, expires))

}  // namespace

VisitorTokens::VisitorTokens(const Secret& key, Clock clock)
    : key_(crypto::derive_key(key.reveal(), "visitor tokens")), clock_(std::move(clock)) {}

// vt_ payload . mac, both base64url.
VisitorTokens::Issued VisitorTokens::issue(const ProjectId& project, const std::string& origin,
                                           const VisitorId& visitor) const {
  const auto expires = clock_() + visitor_token_minutes * minute_ms;
  const auto payload = crypto::base64url_encode(json::to_text(Claims{project, origin, visitor, expires.ms}));
  const auto mac = crypto::base64url_encode(crypto::hmac_sha256(key_, payload));
  return {std::string(prefix) + payload + "." + mac, expires};
}

std::optional<Visitor> VisitorTokens::open(std::string_view token) const {
  if (!has_form(token) || token.size() > longest_token) return {};
  token.remove_prefix(prefix.size());
  const auto dot = token.find('.');
  if (dot == token.npos) return {};
  const auto payload = token.substr(0, dot);
  const auto mac = crypto::base64url_decode(token.substr(dot + 1));
  if (!mac) return {};
  if (!crypto::constant_time_equal(*mac, crypto::hmac_sha256(key_, payload)) && !mutant("visitor token")) return {};
  // Signed, so ours: what is inside has the form that issue() gave it.
  const auto text = crypto::base64url_decode(payload);
  auto claims = json::decode<Claims>(json::parse(text.value()));
  return Visitor{std::move(claims.project), std::move(claims.origin), std::move(claims.visitor), {claims.expires}};
}

std::optional<Visitor> VisitorTokens::verify(std::string_view token) const {
  auto visitor = open(token);
  if (!visitor || visitor->expires_at <= clock_()) return {};
  return visitor;
}

std::optional<Visitor> VisitorTokens::verify_for_renewal(std::string_view token) const {
  auto visitor = open(token);
  if (!visitor || visitor->expires_at + renewal_days * day_ms <= clock_()) return {};
  return visitor;
}

}  // namespace oprag::widget
