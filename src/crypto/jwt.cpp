#include "crypto/jwt.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "crypto/encoding.hpp"
#include "json/parse.hpp"

namespace oprag::crypto {
namespace {

namespace bj = boost::json;

std::optional<bj::object> object_of(std::string_view segment) {
  const auto text = base64url_decode(segment);
  if (!text) return {};
  try {
    auto value = json::parse(*text, 16);
    if (value.is_object()) return std::move(value.get_object());
  } catch (const std::exception&) {
    // Syntax, encoding or a repeated member: not a token.
  }
  return {};
}

bool is_word(const bj::object& object, std::string_view name, std::string_view wanted) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() && value->get_string() == wanted;
}

std::optional<VerificationKey> read_key(const bj::value& entry) {
  if (!entry.is_object()) return {};
  const auto& jwk = entry.get_object();
  if (!is_word(jwk, "kty", "RSA")) return {};
  if (jwk.contains("use") && !is_word(jwk, "use", "sig")) return {};
  if (jwk.contains("alg") && !is_word(jwk, "alg", "RS256")) return {};
  if (const auto* uses = jwk.if_contains("key_ops")) {
    if (!uses->is_array() || std::ranges::find(uses->get_array(), bj::value("verify")) == uses->get_array().end())
      return {};
  }
  const auto kid = string_claim(jwk, "kid"), n = string_claim(jwk, "n"), e = string_claim(jwk, "e");
  if (!kid || kid->empty() || !n || !e) return {};
  const auto modulus = base64url_decode(*n), exponent = base64url_decode(*e);
  if (!modulus || !exponent) return {};
  auto key = RsaKey::from_public(*modulus, *exponent);
  if (!key) return {};
  return VerificationKey{*kid, *std::move(key)};
}

}  // namespace

std::optional<std::string> string_claim(const bj::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (!value || !value->is_string()) return {};
  return std::string(value->get_string());
}

std::vector<VerificationKey> read_jwks(std::string_view text) {
  std::vector<VerificationKey> out;
  try {
    const auto value = json::parse(text);
    const auto* keys = value.is_object() ? value.get_object().if_contains("keys") : nullptr;
    if (!keys || !keys->is_array()) return out;
    for (const auto& entry : keys->get_array()) {
      if (auto key = read_key(entry)) out.push_back(*std::move(key));
    }
  } catch (const std::exception&) {
    out.clear();
  }
  return out;
}

bj::object jwk_of(const std::string& kid, const RsaKey& key) {
  return {{"alg", "RS256"}, {"e", base64url_encode(key.exponent())}, {"kid", kid},
          {"kty", "RSA"},   {"n", base64url_encode(key.modulus())},  {"use", "sig"}};
}

std::string sign_jwt(const std::string& kid, const RsaKey& key, const bj::object& claims) {
  const auto part = base64url_encode(bj::serialize(bj::object{{"kid", kid}, {"alg", "RS256"}})) + "." +
                    base64url_encode(bj::serialize(claims));
  return part + "." + base64url_encode(key.sign(part));
}

std::expected<UnverifiedToken, JwtError> parse_jwt(std::string_view token) {
  if (token.size() > max_token_bytes) return std::unexpected("too long");
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return std::unexpected("not three segments");
  }
  const auto header = object_of(token.substr(0, first));
  if (!header) return std::unexpected("unreadable header");
  if (!is_word(*header, "alg", "RS256")) return std::unexpected("alg is not RS256");
  // An extension that must be understood, or an unencoded payload: neither is for us.
  if (header->contains("crit") || header->contains("b64") || header->contains("enc"))
    return std::unexpected("critical header");
  const auto kid = string_claim(*header, "kid");
  if (!kid || kid->empty() || kid->size() > 256) return std::unexpected("no kid");
  auto claims = object_of(token.substr(first + 1, second - first - 1));
  if (!claims) return std::unexpected("unreadable claims");
  const auto signature = base64url_decode(token.substr(second + 1));
  if (!signature || signature->empty()) return std::unexpected("unreadable signature");
  return UnverifiedToken{*kid, *std::move(claims), std::string(token.substr(0, second)), *signature};
}

bool signature_holds(const UnverifiedToken& token, const RsaKey& key) {
  return key.verify(token.signed_part, token.signature);
}

std::optional<JwtError> check_times(const bj::object& claims, Timestamp now) {
  const auto seconds = [&](std::string_view name) -> std::expected<std::optional<double>, JwtError> {
    const auto* value = claims.if_contains(name);
    if (!value) return std::optional<double>();
    if (!value->is_number()) return std::unexpected(std::string(name) + " is not a number");
    const auto number = value->to_number<double>();
    if (!std::isfinite(number) || number < 0 || number > 1e11)
      return std::unexpected(std::string(name) + " is no time");
    return number;
  };
  const auto leeway = static_cast<double>(clock_leeway_ms) / 1000, present = static_cast<double>(now.ms) / 1000;
  const auto exp = seconds("exp"), nbf = seconds("nbf"), iat = seconds("iat");
  for (const auto* each : {&exp, &nbf, &iat}) {
    if (!*each) return each->error();
  }
  if (!*exp) return "no exp";
  if (**exp + leeway <= present) return "expired";
  if (*nbf && **nbf - leeway > present) return "not yet valid";
  if (*iat && **iat - leeway > present) return "issued in the future";
  return {};
}

}  // namespace oprag::crypto
