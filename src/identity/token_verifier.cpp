#include "identity/token_verifier.hpp"

#include <algorithm>

namespace oprag::identity {
namespace {

namespace bj = boost::json;

bool holds_client(const bj::object& claims, const std::vector<std::string>& clients, bool cognito) {
  const auto* aud = claims.if_contains("aud");
  if (!aud) return false;
  const auto ours = [&](const bj::value& v) {
    return v.is_string() && std::ranges::find(clients, std::string(v.get_string())) != clients.end();
  };
  if (aud->is_array() && !cognito) return std::ranges::any_of(aud->get_array(), ours);
  return ours(*aud);
}

std::optional<crypto::RsaKey> find_key(const std::vector<crypto::VerificationKey>& keys, const std::string& kid) {
  const auto found = std::ranges::find(keys, kid, &crypto::VerificationKey::kid);
  if (found == keys.end()) return {};
  return found->key;
}

}  // namespace

TokenVerifier::TokenVerifier(std::vector<Issuer> issuers, FetchText fetch, Clock clock)
    : fetch_(std::move(fetch)), clock_(std::move(clock)) {
  for (auto& issuer : issuers) {
    auto known = std::make_unique<Known>();
    known->keys = issuer.keys;
    known->issuer = std::move(issuer);
    issuers_.push_back(std::move(known));
  }
}

// An unknown kid makes one caller look the keys up again, at most every ten seconds; the others wait for what he
// brings. A failed look-up keeps the keys that are known.
std::optional<crypto::RsaKey> TokenVerifier::key_of(Known& known, const std::string& kid) {
  std::unique_lock lock(known.mutex);
  for (;;) {
    const auto age = clock_() - known.last_fetch;
    auto key = find_key(known.keys, kid);
    if (key && (known.issuer.jwks_url.empty() || known.fetching || age < keys_kept_ms)) return key;
    if (known.issuer.jwks_url.empty()) return {};
    if (known.fetching) {
      if (known.waiting >= longest_line) return {};
      ++known.waiting;
      known.fetched.wait(lock, [&] { return !known.fetching; });
      --known.waiting;
      return find_key(known.keys, kid);
    }
    if (age < refetch_interval_ms) return {};
    known.fetching = true;
    known.last_fetch = clock_();
    lock.unlock();
    std::optional<std::string> text;
    try {
      text = fetch_(known.issuer.jwks_url);
    } catch (const std::exception&) {
      // As if the address had not answered.
    }
    auto keys = text ? crypto::read_jwks(*text) : std::vector<crypto::VerificationKey>();
    lock.lock();
    if (!keys.empty()) known.keys = std::move(keys);
    known.fetching = false;
    known.fetched.notify_all();
  }
}

std::expected<VerifiedToken, std::string> TokenVerifier::verify(const std::string& text) {
  const auto token = crypto::parse_jwt(text);
  if (!token) return std::unexpected(token.error());
  const auto& claims = token->claims;
  const auto iss = crypto::string_claim(claims, "iss");
  const auto known = std::ranges::find_if(issuers_, [&](const auto& k) { return iss && k->issuer.issuer == *iss; });
  if (known == issuers_.end()) return std::unexpected("unknown issuer");
  const auto& issuer = (*known)->issuer;
  const auto key = key_of(**known, token->kid);
  if (!key) return std::unexpected("unknown kid");
  if (!crypto::signature_holds(*token, *key)) return std::unexpected("bad signature");
  if (issuer.cognito && crypto::string_claim(claims, "token_use") != "id") return std::unexpected("not an ID token");
  if (!holds_client(claims, issuer.client_ids, issuer.cognito)) return std::unexpected("another client's token");
  if (const auto problem = crypto::check_times(claims, clock_())) return std::unexpected(*problem);
  VerifiedToken out;
  out.issuer = *iss;
  out.subject = crypto::string_claim(claims, "sub").value_or("");
  if (out.subject.empty() || out.subject.size() > 256 || out.subject.find(' ') != std::string::npos)
    return std::unexpected("no sub");
  out.session = crypto::string_claim(claims, "origin_jti").value_or("");
  for (const auto* name : {"email", "name"}) {
    const auto* value = claims.if_contains(name);
    if (value && !value->is_string()) return std::unexpected(std::string(name) + " is no word");
  }
  out.email = crypto::string_claim(claims, "email").value_or("");
  out.name = crypto::string_claim(claims, "name").value_or("");
  if (const auto* tenant = claims.if_contains(issuer.tenant_claim)) {
    if (!tenant->is_string() || tenant->get_string().empty()) return std::unexpected("tenant claim is no word");
    out.tenant_claim = std::string(tenant->get_string());
  }
  const auto* iat = claims.if_contains("iat");
  if (!iat) return std::unexpected("no iat");
  out.issued_at = {static_cast<std::int64_t>(iat->to_number<double>() * 1000)};
  return out;
}

}  // namespace oprag::identity
