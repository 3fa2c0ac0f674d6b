#include "crypto/sigv4_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag::crypto {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::int64_t longest_expiry_seconds = 604'800;
constexpr std::int64_t clock_skew_ms = 15 * minute_ms;

std::optional<std::string> only_value(const Pairs& pairs, std::string_view name) {
  std::optional<std::string> out;
  for (const auto& [known, value] : pairs) {
    if (known != name) continue;
    if (out) return {};  // twice: nobody can say which one was meant
    out = value;
  }
  return out;
}

std::string header(const Pairs& headers, std::string_view lower_name) {
  for (const auto& [name, value] : headers) {
    if (ascii_lower(name) == lower_name) return value;
  }
  return {};
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find(at, from), text.size());
    out.emplace_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

bool in_scope(std::string_view credential, Timestamp time, const SigningScope& scope, const SigningKey& key) {
  return credential == key.access_key + "/" + amz_time(time).substr(0, 8) + "/" + scope.region + "/" + scope.service +
                           "/aws4_request";
}

// A header that only lets the store check the body more closely may come unsigned with a presigned URL.
bool may_be_unsigned(std::string_view name) {
  return name == "x-amz-content-sha256" || name == "x-amz-sdk-checksum-algorithm" || name == "x-amz-checksum-mode" ||
         name.starts_with("x-amz-checksum-") || name == "x-amz-user-agent";
}

// The signed headers as they came; nothing when the list is not one, lacks host, or an x-amz-* header is outside it.
std::optional<Pairs> signed_headers(const SignedCall& call, std::string_view list) {
  const auto names = split(list, ';');
  if (!std::ranges::is_sorted(names) || std::ranges::find(names, "host") == names.end()) return {};
  Pairs out;
  for (const auto& [name, value] : call.headers) {
    const auto lower = ascii_lower(name);
    if (std::ranges::find(names, lower) != names.end()) {
      out.emplace_back(lower, value);
    } else if (lower.starts_with("x-amz-") && !may_be_unsigned(lower)) {
      return {};
    }
  }
  for (const auto& name : names) {
    if (std::ranges::find(out, name, &Pairs::value_type::first) == out.end()) return {};
  }
  return out;
}

// "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…"
struct Authorization {
  std::string credential, signed_headers, signature;
};
std::optional<Authorization> parse_authorization(std::string_view text) {
  if (!text.starts_with(std::string(algorithm) + " ")) return {};
  text.remove_prefix(algorithm.size());
  Authorization out;
  for (const auto& part : split(text, ',')) {
    const auto field = trim(part);
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) return {};
    const auto name = field.substr(0, equals);
    auto* slot = name == "Credential"      ? &out.credential
                 : name == "SignedHeaders" ? &out.signed_headers
                 : name == "Signature"     ? &out.signature
                                           : nullptr;
    if (!slot || !slot->empty()) return {};
    *slot = field.substr(equals + 1);
  }
  if (out.credential.empty() || out.signed_headers.empty() || out.signature.empty()) return {};
  return out;
}

}  // namespace

bool is_presigned(const SignedCall& call) {
  return std::ranges::any_of(call.query, [](const auto& pair) { return pair.first == "X-Amz-Signature"; });
}

std::string access_key_of(const SignedCall& call) {
  std::string credential;
  if (is_presigned(call)) {
    credential = only_value(call.query, "X-Amz-Credential").value_or("");
  } else if (const auto given = parse_authorization(header(call.headers, "authorization"))) {
    credential = given->credential;
  }
  return credential.substr(0, credential.find('/'));
}

std::optional<SignatureProblem> check_presigned(const SignedCall& call, Timestamp now, const SigningScope& scope,
                                                const SigningKey& key) {
  using enum SignatureProblem;
  const auto value = [&](std::string_view name) { return only_value(call.query, name).value_or(""); };
  const auto expires = value("X-Amz-Expires"), signature = value("X-Amz-Signature");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  const auto time = parse_amz_time(value("X-Amz-Date"));
  if (value("X-Amz-Algorithm") != algorithm || signature.empty() || !time || error != std::errc{} ||
      end != expires.data() + expires.size() || seconds < 1 || seconds > longest_expiry_seconds ||
      value("X-Amz-SignedHeaders").empty()) {
    return malformed;
  }
  if (!in_scope(value("X-Amz-Credential"), *time, scope, key)) return unknown_key;
  const auto headers = signed_headers(call, value("X-Amz-SignedHeaders"));
  if (!headers) return bad_signature;
  auto query = call.query;
  std::erase_if(query, [](const auto& pair) { return pair.first == "X-Amz-Signature"; });
  const auto named_hash = value("X-Amz-Content-Sha256");
  const CanonicalRequest request{call.method, call.path, query, *headers,
                                 named_hash.empty() ? "UNSIGNED-PAYLOAD" : named_hash};
  if (!constant_time_equal(signature_of(request, *time, scope, key.secret_key), signature)) return bad_signature;
  if (now.ms > time->ms + seconds * second_ms || time->ms > now.ms + clock_skew_ms) return expired;
  return {};
}

std::optional<SignatureProblem> check_signed_headers(const SignedCall& call, Timestamp now, const SigningScope& scope,
                                                     const SigningKey& key, CheckedSignature& checked) {
  using enum SignatureProblem;
  const auto given = parse_authorization(header(call.headers, "authorization"));
  const auto time = parse_amz_time(header(call.headers, "x-amz-date"));
  const auto payload_hash = header(call.headers, "x-amz-content-sha256");
  if (!given || !time || payload_hash.empty()) return malformed;
  if (!in_scope(given->credential, *time, scope, key)) return unknown_key;
  const auto headers = signed_headers(call, given->signed_headers);
  if (!headers) return bad_signature;
  const CanonicalRequest request{call.method, call.path, call.query, *headers, payload_hash};
  if (!constant_time_equal(signature_of(request, *time, scope, key.secret_key), given->signature)) return bad_signature;
  if (now.ms > time->ms + clock_skew_ms || time->ms > now.ms + clock_skew_ms) return skewed;
  checked = {*time, given->signature};
  return {};
}

}  // namespace oprag::crypto
