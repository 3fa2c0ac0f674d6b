#include "crypto/sigv4.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag::crypto {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

// Removes "." and ".." and empty segments.
std::string normalised(std::string_view path) {
  std::vector<std::string_view> kept;
  std::size_t from = 0;
  while (from <= path.size()) {
    const auto slash = std::min(path.find('/', from), path.size());
    const auto segment = path.substr(from, slash - from);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    from = slash + 1;
  }
  std::string out;
  for (const auto segment : kept) out.append("/").append(segment);
  if (out.empty() || (path.ends_with('/') && path.size() > 1)) out += '/';
  return out;
}

// Trimmed, inner runs of blanks as one.
std::string header_value(std::string_view value) {
  std::string out;
  for (const char c : trim(value)) {
    if ((c == ' ' || c == '\t') && (out.empty() || out.back() == ' ')) continue;
    out += c == '\t' ? ' ' : c;
  }
  return out;
}

std::string canonical_query(const Pairs& query) {
  Pairs encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(uri_encode(name), uri_encode(value));
  std::ranges::sort(encoded);
  std::string out;
  for (const auto& [name, value] : encoded) out.append(out.empty() ? "" : "&").append(name).append("=").append(value);
  return out;
}

// Lower-case names, sorted; values of one name joined by commas in the order they came.
Pairs canonical_headers(const Pairs& headers) {
  Pairs out;
  for (const auto& [name, value] : headers) {
    const auto lower = ascii_lower(trim(name));
    const auto known = std::ranges::find(out, lower, &Pairs::value_type::first);
    if (known == out.end())
      out.emplace_back(lower, header_value(value));
    else
      known->second.append(",").append(header_value(value));
  }
  std::ranges::sort(out, {}, &Pairs::value_type::first);
  return out;
}

std::string scope_text(Timestamp time, const SigningScope& scope) {
  return amz_time(time).substr(0, 8) + "/" + scope.region + "/" + scope.service + "/aws4_request";
}

std::string host_of(const std::string& base) {
  const auto start = base.find("://") + 3;
  return base.substr(start, base.find('/', start) - start);
}

std::string path_of(const std::string& base) {
  const auto slash = base.find('/', base.find("://") + 3);
  return slash == std::string::npos ? "" : base.substr(slash);
}

}  // namespace

std::string amz_time(Timestamp time) {
  const auto iso = to_iso8601(time);  // 2026-06-09T12:00:00.000Z
  return iso.substr(0, 4) + iso.substr(5, 2) + iso.substr(8, 5) + iso.substr(14, 2) + iso.substr(17, 2) + "Z";
}

std::optional<Timestamp> parse_amz_time(std::string_view t) {
  if (t.size() != 16) return {};
  const std::string text(t);
  return parse_iso8601(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 5) + ":" +
                       text.substr(11, 2) + ":" + text.substr(13));
}

std::string signed_header_names(const Pairs& headers) {
  std::string out;
  for (const auto& [name, value] : canonical_headers(headers)) out.append(out.empty() ? "" : ";").append(name);
  return out;
}

std::string canonical_text(const CanonicalRequest& r) {
  const auto path = uri_encode(r.normalise_path ? normalised(r.path) : r.path, true);
  auto out = r.method + "\n" + (path.empty() ? "/" : path) + "\n" + canonical_query(r.query) + "\n";
  for (const auto& [name, value] : canonical_headers(r.headers))
    out.append(name).append(":").append(value).append("\n");
  return out + "\n" + signed_header_names(r.headers) + "\n" + r.payload_hash;
}

std::string string_to_sign(const CanonicalRequest& request, Timestamp time, const SigningScope& scope) {
  return std::string(algorithm) + "\n" + amz_time(time) + "\n" + scope_text(time, scope) + "\n" +
         sha256_hex(canonical_text(request));
}

namespace {

std::string signed_text(const std::string& text, Timestamp time, const SigningScope& scope,
                        std::string_view secret_key) {
  auto key = hmac_sha256("AWS4" + std::string(secret_key), amz_time(time).substr(0, 8));
  for (const auto& part : {scope.region, scope.service, std::string("aws4_request")}) key = hmac_sha256(key, part);
  return hex_encode(hmac_sha256(key, text));
}

}  // namespace

std::string signature_of(const CanonicalRequest& request, Timestamp time, const SigningScope& scope,
                         std::string_view secret_key) {
  return signed_text(string_to_sign(request, time, scope), time, scope, secret_key);
}

std::string chunk_signature(Timestamp time, const SigningScope& scope, std::string_view secret_key,
                            std::string_view previous, std::string_view sha256_of_chunk) {
  const auto text = "AWS4-HMAC-SHA256-PAYLOAD\n" + amz_time(time) + "\n" + scope_text(time, scope) + "\n" +
                    std::string(previous) + "\n" + sha256_hex("") + "\n" + std::string(sha256_of_chunk);
  return signed_text(text, time, scope, secret_key);
}

std::string trailer_signature(Timestamp time, const SigningScope& scope, std::string_view secret_key,
                              std::string_view previous, std::string_view sha256_of_trailer) {
  const auto text = "AWS4-HMAC-SHA256-TRAILER\n" + amz_time(time) + "\n" + scope_text(time, scope) + "\n" +
                    std::string(previous) + "\n" + std::string(sha256_of_trailer);
  return signed_text(text, time, scope, secret_key);
}

Pairs sign_headers(CanonicalRequest request, Timestamp now, const SigningScope& scope, const SigningKey& key) {
  request.headers.emplace_back("x-amz-date", amz_time(now));
  request.headers.emplace_back("x-amz-content-sha256", request.payload_hash);
  if (!key.session_token.empty()) request.headers.emplace_back("x-amz-security-token", key.session_token);
  const auto authorization = std::string(algorithm) + " Credential=" + key.access_key + "/" + scope_text(now, scope) +
                             ", SignedHeaders=" + signed_header_names(request.headers) +
                             ", Signature=" + signature_of(request, now, scope, key.secret_key);
  request.headers.emplace_back("Authorization", authorization);
  return std::move(request.headers);
}

std::string presign(const PresignRequest& r, Timestamp now, const SigningScope& scope, const SigningKey& key) {
  const auto path = path_of(r.base) + r.path;
  auto query = r.query;
  query.emplace_back("X-Amz-Algorithm", algorithm);
  query.emplace_back("X-Amz-Credential", key.access_key + "/" + scope_text(now, scope));
  query.emplace_back("X-Amz-Date", amz_time(now));
  query.emplace_back("X-Amz-Expires", std::to_string(r.expires_seconds));
  query.emplace_back("X-Amz-SignedHeaders", "host");
  if (!key.session_token.empty()) query.emplace_back("X-Amz-Security-Token", key.session_token);
  const auto host = host_of(r.base);
  const CanonicalRequest request{r.method, path, query, {{"host", host}}, "UNSIGNED-PAYLOAD"};
  const auto scheme = r.base.substr(0, r.base.find("://") + 3);
  return scheme + host + uri_encode(path, true) + "?" + canonical_query(query) +
         "&X-Amz-Signature=" + signature_of(request, now, scope, key.secret_key);
}

}  // namespace oprag::crypto
